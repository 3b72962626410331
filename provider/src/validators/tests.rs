//! What fits into a script, and which helpers may be configured.

use super::*;

/// The paths and details of the errors for `value`.
fn errors(validator: &dyn Validator, value: &Value) -> Vec<(String, String)> {
    let mut diags = Diagnostics::new();
    validator.validate(value, &AttributePath::from("it"), &mut diags);
    diags.iter().map(|it| (it.path.to_string(), it.detail.clone())).collect()
}

#[track_caller]
fn check(validator: &dyn Validator, value: &Value, expected: Option<(&str, &[&str])>) {
    let found = errors(validator, value);
    let Some((path, words)) = expected else { return assert_eq!(found, [], "{value:?}") };
    let [(found_path, detail)] = &found[..] else { panic!("{value:?}: {found:?}") };
    assert_eq!(found_path, path);
    for word in words {
        assert!(detail.contains(word), "`{word}` is missing: {detail}");
    }
}

#[test]
fn no_proxy_hosts_that_do_not_fit_into_a_script_are_refused() {
    let hosts = |count: usize| Value::List(vec!["host-0001.example.com".into(); count]);
    let words = ["39000 bytes", "room for 32768", "Replace hosts by their domain"];
    check(&script_hosts(), &hosts(800), None);
    check(&script_hosts(), &Value::List(vec![Value::Null, Value::unknown()]), None);
    check(&script_hosts(), &hosts(1_000), Some(("it", &words)));
}

#[test]
fn certificates_that_do_not_fit_into_a_script_are_refused() {
    let pem = |len: usize| Value::from("A".repeat(len));
    check(&script_certificates(), &pem(MAX_PEM), None);
    let words = ["65537 bytes", "room for 65536", "trust stores"];
    check(&script_certificates(), &pem(MAX_PEM + 1), Some(("it", &words)));
}

#[test]
fn a_helper_comes_from_one_place() {
    let helper = |path, platforms| Value::object([("path", path), ("platforms", platforms)]);
    let platforms = || Value::map::<&str>([]);
    check(&one_helper(), &helper("/a".into(), Value::Null), None);
    check(&one_helper(), &helper("/a".into(), Value::unknown()), None);
    check(&one_helper(), &helper(Value::Null, platforms()), None);
    check(&one_helper(), &helper("/a".into(), platforms()), Some(("it", &["Both"])));
}

#[test]
fn platform_that_the_script_does_not_know_is_refused() {
    let platforms = |name: &str| Value::map([(name, Value::unknown())]);
    check(&super::platforms(), &platforms("linux_amd64"), None);
    let words = ["`amd64`", "linux_amd64"];
    check(&super::platforms(), &platforms("amd64"), Some(("it[\"amd64\"]", &words)));
}
