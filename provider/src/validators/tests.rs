//! What is accepted, and what a refusal tells.

use super::*;

/// Asserts that `value` is accepted (`expected` is empty), or refused with a
/// detail that contains each of `expected`.
#[track_caller]
fn check(validator: &dyn Validator, value: &str, expected: &[&str]) {
    let mut diags = Diagnostics::new();
    let path = AttributePath::from("it");
    validator.validate(&Value::from(value), &path, &mut diags);
    let details: Vec<&str> = diags.iter().map(|it| it.detail.as_str()).collect();
    assert_eq!(details.is_empty(), expected.is_empty(), "{value}: {details:?}");
    for part in expected {
        assert!(details[0].contains(part), "{value}: {details:?}");
    }
}

#[test]
fn cert_paths() {
    let rule = cert_path();
    check(&rule, "/tmp/aibridge-proxy/ca-cert.pem", &[]);
    check(&rule, "/home/it's a folder/ca.pem", &[]);
    check(&rule, "ca-cert.pem", &["not an absolute path", "Write a path such as `/home/"]);
    check(&rule, "", &["not an absolute path"]);
    check(&rule, "~/ca.pem", &["not an absolute path"]);
    check(&rule, "C:\\ca.pem", &["not an absolute path"]);
    check(&rule, "/tmp/x/", &["does not name a file plainly"]);
    check(&rule, "/tmp/../etc/ca.pem", &["does not name a file plainly"]);
    check(&rule, "/ca.pem", &["root folder"]);
    check(&rule, "/tmp/$USER/ca.pem", &["contains `$`"]);
    check(&rule, "/tmp/a\nb/ca.pem", &["control character"]);
    check(&rule, "/tmp/x/ca-bundle.pem", &["another file"]);
    check(&rule, "/tmp/x/status.json", &["another file"]);
    check(&rule, "/tmp/x/settings.json", &["another file"]);
}

#[test]
fn units() {
    let rule = unit();
    check(&rule, "aibridge-proxy-setup", &[]);
    check(&rule, "", &["empty"]);
    check(&rule, "-h", &["begins with `-`"]);
    check(&rule, "a b", &["contains a space", "Write a name such as"]);
}

#[test]
fn download_urls() {
    let rule = download_url();
    check(&rule, "https://example.com/agent?x=1", &[]);
    check(&rule, "HTTP://example.com/agent", &[]);
    check(&rule, "ftp://example.com/agent", &["not of the form"]);
    check(&rule, "https:///agent", &["not of the form"]);
    check(&rule, "https://u:p@example.com/agent", &["user information"]);
    check(&rule, "https://example.com/a gent", &["percent-encoded"]);
}

#[test]
fn durations() {
    let rule = duration();
    check(&rule, "1m30s", &[]);
    check(&rule, "0s", &["zero", "Write a longer one"]);
    check(&rule, "10", &["without a unit", "Write `10s`"]);
    check(&rule, "soon", &["`soon` is not a duration"]);
}

#[test]
fn tokens_are_never_quoted() {
    let rule = session_token();
    check(&rule, "", &[]);
    check(&rule, "abcdefghij-0123456789012345678901", &[]);
    check(&rule, "secret\n", &["trimspace"]);
    let mut diags = Diagnostics::new();
    rule.validate(&Value::from("secret\n"), &AttributePath::from("it"), &mut diags);
    assert!(diags.iter().all(|it| !it.detail.contains("secret")));
}

#[test]
fn pins_and_digests() {
    let hex = "0123456789abcdef".repeat(4);
    check(&pin(), &hex, &[]);
    check(&pin(), &hex.to_uppercase(), &[]);
    check(&pin(), "abc", &["3 hexadecimal digits instead of 64"]);
    check(&sha256(), &hex, &[]);
    check(&sha256(), "abc", &["`abc` is not 64 hexadecimal digits"]);
}

#[test]
fn certificates_must_parse() {
    check(&certificates(), "hello", &["not in PEM form", "Give the certificate as a PEM block"]);
    check(&script_certificates(), "", &["empty"]);
}

#[test]
fn paths_of_programs() {
    check(&program_path(), "/usr/local/bin/aibridge-agent", &[]);
    check(&program_path(), "aibridge-agent", &["not an absolute path"]);
}

#[test]
fn hosts_fit_into_a_script() {
    let details = |hosts: Vec<Value>| {
        let mut diags = Diagnostics::new();
        let path = AttributePath::from("no_proxy");
        script_hosts().validate(&Value::List(hosts), &path, &mut diags);
        diags.iter().map(|it| it.detail.clone()).collect::<Vec<_>>()
    };
    let hosts = |count: usize| vec![Value::from("host-0001.example.com"); count];
    assert_eq!(details(hosts(800)), [""; 0]);
    assert_eq!(details(vec![Value::Null, Value::unknown()]), [""; 0]);
    let refused = details(hosts(1_000));
    let [detail] = &refused[..] else { panic!("{refused:?}") };
    for words in ["39000 bytes", "may take 32768", "Write a domain"] {
        assert!(detail.contains(words), "{detail}");
    }
}
