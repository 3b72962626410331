//! Hazards, one row each.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::*;
use crate::doctor::verdict::Verdict;

fn proxy() -> ProxyUrl {
    ProxyUrl::parse("http://proxy.example:8888").unwrap()
}

#[track_caller]
fn check(variables: &[(&'static str, &'static str)], expected: &[&str]) {
    let env: BTreeMap<_, _> =
        variables.iter().map(|(name, value)| (*name, OsString::from(value))).collect();
    let found = super::check(&env, Some(&proxy()));
    let warned: Vec<&str> = found
        .iter()
        .filter(|it| it.verdict == Verdict::Warn)
        .map(|it| it.summary.as_str())
        .collect();
    assert_eq!(warned.len(), expected.len(), "{warned:?}");
    for (summary, part) in warned.iter().zip(expected) {
        assert!(summary.contains(part), "`{summary}` has no `{part}`");
    }
}

#[test]
fn doctor_passes_an_environment_without_harmful_variables() {
    check(&[], &[]);
    check(&[("HTTPS_PROXY", "http://coder:t@proxy.example:8888")], &[]);
    check(
        &[("HTTP_PROXY", "http://squid.example:3128"), ("NODE_OPTIONS", "--max-old-space-size=1")],
        &[],
    );
}

#[test]
fn plain_http_proxy_variables_are_warned_about_in_each_spelling() {
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        check(&[(name, "http://coder:secret-token@proxy.example:8888/")], &[name]);
        check(&[(name, "proxy.example:8888")], &["407"]);
    }
}

#[test]
fn node_options_that_change_trust_are_warned_about() {
    check(
        &[("NODE_OPTIONS", "--use-openssl-ca --require=./a.js")],
        &["SSL_CERT_FILE", "--require"],
    );
    check(&[("NODE_TLS_REJECT_UNAUTHORIZED", "0")], &["every certificate"]);
    check(&[("NODE_TLS_REJECT_UNAUTHORIZED", "1")], &[]);
}

#[test]
fn variables_that_switch_verification_off_are_warned_about() {
    check(&[("GIT_SSL_NO_VERIFY", "true")], &["git"]);
    check(&[("SSL_CERT_DIR", "/etc/ssl/certs")], &["SSL_CERT_DIR"]);
    check(&[("npm_config_https_proxy", "http://squid.example:3128")], &["npm prefers"]);
}

#[test]
fn process_behind_the_proxy_is_recognised() {
    let behind =
        BTreeMap::from([("https_proxy", OsString::from("http://coder:t@proxy.example:8888"))]);
    assert!(is_behind(&behind, &proxy()));
    let elsewhere = BTreeMap::from([("HTTPS_PROXY", OsString::from("http://squid.example:3128"))]);
    assert!(!is_behind(&elsewhere, &proxy()));
}

#[test]
fn exclusion_list_is_matched_as_tools_match_it() {
    let excludes = |list| excluded_by(list, "api.openai.com");
    for list in
        ["*", "api.openai.com", "openai.com", ".openai.com", "*.openai.com", "API.OpenAI.com:443"]
    {
        let whole = format!("localhost, {list}");
        assert_eq!(excluded_by(&whole, "api.openai.com"), Some(list), "{list}");
    }
    for list in [
        "",
        "localhost,127.0.0.1",
        "ai.com",
        "penai.com",
        "v1.api.openai.com",
        ".",
        "api.openai.com:80",
    ] {
        assert_eq!(excludes(list), None, "{list}");
    }
}
