//! The order of sources, for each kind of value, and what counts as unset.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Reader, deadline};
use crate::{Faults, Setting, Source, Spec, Variable};

const SPEC: Spec = Spec {
    name: "proxy URL",
    help: "URL of the proxy",
    flag: "proxy-url",
    variables: &[Variable::new("OUR_A"), Variable::new("OUR_B")],
    key: "proxy_url",
    fallbacks: &[Variable::new("THEIR_A"), Variable::holding("THEIR_B", "URL of another one")],
    default: Some("/default"),
};

const FLAG: Source = Source::Flag("proxy-url");
const FILE: Source = Source::File { key: "proxy_url", file: "settings.json" };

type Environment<'e> = &'e [(&'static str, &'static str)];

/// What flag, environment and file hold, and which value counts.
type Row = (Option<&'static str>, Environment<'static>, Option<&'static str>, &'static str, Source);

const ROWS: [Row; 12] = [
    (Some("/flag"), &[("OUR_A", "/a"), ("THEIR_A", "/t")], Some("/kept"), "/flag", FLAG),
    (None, &[("OUR_A", "/a"), ("OUR_B", "/b")], Some("/kept"), "/a", Source::Variable("OUR_A")),
    (None, &[("OUR_B", "/b"), ("THEIR_A", "/t")], None, "/b", Source::Variable("OUR_B")),
    (None, &[("THEIR_A", "/t")], Some("/kept"), "/kept", FILE),
    (None, &[("THEIR_A", "/t"), ("THEIR_B", "/u")], None, "/t", Source::Fallback("THEIR_A")),
    (None, &[("THEIR_B", "/u")], None, "/u", Source::Fallback("THEIR_B")),
    (None, &[], None, "/default", Source::Default),
    // Empty counts as unset.
    (None, &[("OUR_A", ""), ("OUR_B", "/b")], None, "/b", Source::Variable("OUR_B")),
    (None, &[("OUR_A", ""), ("THEIR_A", "")], Some(""), "/default", Source::Default),
    // An empty flag hides the stored value, and nothing else.
    (Some(""), &[("OUR_A", "/a")], Some("/kept"), "/a", Source::Variable("OUR_A")),
    (Some(""), &[("THEIR_A", "/t")], Some("/kept"), "/t", Source::Fallback("THEIR_A")),
    (Some(""), &[], Some("/kept"), "/default", Source::Default),
];

fn table(pairs: Environment<'_>) -> BTreeMap<&'static str, OsString> {
    pairs.iter().map(|(name, value)| (*name, OsString::from(value))).collect()
}

#[test]
fn reader_takes_the_first_source_that_is_not_empty() {
    for (i, (flag, pairs, stored, value, source)) in ROWS.into_iter().enumerate() {
        let env = table(pairs);
        let reader = Reader::new(&env, "settings.json");
        let text = reader.text(&SPEC, flag, stored);
        assert_eq!(text, Setting::Known { value: value.into(), source }, "text of row {i}");
        let path = reader.path(&SPEC, flag.map(Path::new), stored.map(Path::new));
        let value = Path::new(value);
        assert_eq!(path, Setting::Known { value: value.into(), source }, "path of row {i}");
        let flags: Vec<PathBuf> = flag.map(PathBuf::from).into_iter().collect();
        let kept: Vec<PathBuf> = stored.map(PathBuf::from).into_iter().collect();
        let paths = reader.paths(&SPEC, &flags, &kept);
        let value = vec![value.to_owned()];
        assert_eq!(paths, Setting::Known { value, source }, "paths of row {i}");
        let flags: Vec<String> = flag.map(str::to_owned).into_iter().collect();
        let kept: Vec<String> = stored.map(str::to_owned).into_iter().collect();
        let list = reader.list(&SPEC, &flags, &kept);
        assert_eq!(list.map(|it| it.len()), Setting::Known { value: 1, source }, "list of row {i}");
    }
}

#[test]
fn reader_adds_flags_of_a_list_up_and_splits_at_commas() {
    let env = table(&[("OUR_A", ",, "), ("OUR_B", "a,, b ")]);
    let reader = Reader::new(&env, "settings.json");
    let flags = ["a, b", "c"].map(str::to_owned);
    assert_eq!(reader.list(&SPEC, &flags, &[]).into_value().unwrap(), ["a", "b", "c"]);
    let from_variable = reader.list(&SPEC, &[], &["kept".to_owned()]);
    let source = Source::Variable("OUR_B");
    assert_eq!(from_variable, Setting::Known { value: vec!["a".into(), "b".into()], source });
}

#[cfg(unix)]
#[test]
fn reader_refuses_a_variable_that_is_not_utf8_and_keeps_the_next_value() {
    use std::os::unix::ffi::OsStringExt;
    let env = BTreeMap::from([("OUR_B", OsString::from_vec(vec![0xff]))]);
    let reader = Reader::new(&env, "settings.json");
    let setting = reader.text(&SPEC, None, Some("kept"));
    assert_eq!(setting.fault().unwrap().text(), "`OUR_B`: the value is not UTF-8");
    assert_eq!((setting.value(), setting.usable().map(|it| &**it)), (None, Some("kept")));
    // A path may be any bytes.
    assert!(reader.path(&SPEC, None, None).value().is_some());
}

#[test]
fn faults_are_reported_at_once_with_their_sources() {
    let env = table(&[("OUR_A", "x")]);
    let reader = Reader::new(&env, "settings.json");
    let spec = Spec { default: None, ..SPEC };
    let number = |it: Setting<_>| {
        it.parse(
            |it: std::borrow::Cow<'_, str>| it.parse::<u8>(),
            |_| Some("expected a number".into()),
        )
    };
    let mut faults = Faults::default();
    let missing = || spec.missing();
    assert_eq!(faults.optional(&number(reader.text(&spec, Some("7"), None))), Some(&7));
    assert_eq!(faults.optional(&number(reader.text(&spec, None, None))), None);
    let nothing = table(&[]);
    let reader = Reader::new(&nothing, "settings.json");
    assert_eq!(faults.optional(&number(reader.text(&spec, None, None))), None);
    assert_eq!(faults.required(&number(reader.text(&spec, None, Some("y"))), missing), None);
    assert_eq!(faults.required(&number(reader.text(&spec, None, None)), missing), None);
    let err = faults.finish(Some(())).unwrap_err();
    let texts: Vec<String> = err.faults.iter().map(|it| it.text()).collect();
    assert_eq!(
        texts,
        [
            "`OUR_A`: invalid digit found in string",
            "`proxy_url` in settings.json: invalid digit found in string",
            "`--proxy-url`: no proxy URL",
        ],
    );
    assert_eq!(err.to_string(), texts.join("; "));
    let hint = "expected a number; expected a number; pass `--proxy-url` or set `OUR_A`";
    assert_eq!(err.hint().as_deref(), Some(hint));
}

#[test]
fn only_what_is_meant_for_this_program_may_be_stored() {
    let known = |source| Setting::Known { value: (), source }.own().is_some();
    assert!(known(FLAG) && known(FILE) && known(Source::Variable("OUR_A")));
    assert!(!known(Source::Fallback("THEIR_A")) && !known(Source::Default));
}

#[test]
fn spec_describes_its_flag_and_each_of_its_variables() {
    assert_eq!(SPEC.help(), "URL of the proxy (default `/default`)");
    let help = "  OUR_A\n      URL of the proxy (default `/default`).\n";
    assert!(SPEC.variable_help().starts_with(help), "{}", SPEC.variable_help());
    assert!(SPEC.variable_help().contains("  THEIR_B\n      URL of another one"));
}

#[test]
fn deadline_is_a_duration_longer_than_zero() {
    assert_eq!(deadline("90s"), Ok(Duration::from_secs(90)));
    assert_eq!(deadline("0s").unwrap_err(), "the duration `0s` is zero");
    assert_eq!(deadline("soon").unwrap_err(), "`soon` is not a duration");
}
