//! Which texts are accepted, and the messages of refusals.

use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{Files, ProxyUrl};
use pki::certificate::Pin;
use tfplugin::diag::Diagnostics;

use super::*;

/// Asserts that `text` is accepted (`expected` is empty), or refused with a detail that
/// contains each of `expected`; and that the model takes what the validator accepts, and
/// gives it back as it is spelled.
#[track_caller]
fn check<T: Parse + Send + Sync + 'static>(text: &str, expected: &[&str]) {
    let mut diags = Diagnostics::new();
    let path = AttributePath::from("it");
    parsed::<T>().validate(&Value::from(text), &path, &mut diags);
    let details: Vec<&str> = diags.iter().map(|it| it.detail.as_str()).collect();
    assert_eq!(details.is_empty(), expected.is_empty(), "{text}: {details:?}");
    for part in expected {
        assert!(details[0].contains(part), "{text}: {details:?}");
    }
    match Parsed::<T>::from_known(text.into(), &path) {
        Ok(model) => assert_eq!((model.into_known(), details.len()), (text.into(), 0)),
        Err(err) => assert_eq!((err.path, details.len()), (path, 1)),
    }
}

#[test]
fn urls_are_kept_as_they_are_spelled() {
    check::<AccessUrl>("HTTPS://Coder.Example.com/", &[]);
    check::<AccessUrl>("coder.example.com", &["no scheme", "https://"]);
    check::<ProxyUrl>("HTTP://Proxy.Example.com:80/", &[]);
    check::<ProxyUrl>("proxy", &["no scheme", "Write `http://proxy`, or `https://proxy`"]);
    check::<ProxyUrl>("http://me@proxy", &["user information", "`username`", "`session_token`"]);
}

#[test]
fn certificate_path_outside_a_folder_of_its_own_is_refused() {
    for path in ["/tmp/aibridge-proxy/ca-cert.pem", "/home/it's a folder/ca.pem"] {
        check::<Files>(path, &[]);
    }
    for (path, problem) in [
        ("ca-cert.pem", "not an absolute path"),
        ("", "not an absolute path"),
        ("~/ca.pem", "not an absolute path"),
        ("C:\\ca.pem", "not an absolute path"),
        ("/tmp/x/", "not the plain path of a file"),
        ("/tmp/../etc/ca.pem", "not the plain path of a file"),
        ("/ca.pem", "root folder"),
        ("/tmp/$USER/ca.pem", "contains `$`"),
        ("/tmp/a\nb/ca.pem", "control character"),
        ("/tmp/x/ca-bundle.pem", "another file"),
        ("/tmp/x/status.json", "another file"),
        ("/tmp/x/settings.json", "another file"),
    ] {
        check::<Files>(path, &[problem, "Write a path such as `/home/"]);
    }
}

#[test]
fn unit_name_that_is_a_flag_or_has_spaces_is_refused() {
    check::<UnitName>("aibridge-proxy-setup", &[]);
    check::<UnitName>("", &["empty"]);
    check::<UnitName>("-h", &["begins with `-`"]);
    check::<UnitName>("a b", &["contains a space", "Write a name such as"]);
}

#[test]
fn download_url_with_user_information_or_of_another_form_is_refused() {
    check::<DownloadUrl>("https://example.com/agent?x=1", &[]);
    check::<DownloadUrl>("HTTP://example.com/agent", &[]);
    check::<DownloadUrl>("ftp://example.com/agent", &["not of the form"]);
    check::<DownloadUrl>("https:///agent", &["not of the form"]);
    check::<DownloadUrl>("https://u:p@example.com/agent", &["user information"]);
    check::<DownloadUrl>("https://example.com/a gent", &["percent-encoded"]);
}

#[test]
fn duration_of_zero_or_without_unit_is_refused() {
    check::<Duration>("1m30s", &[]);
    check::<Duration>("0s", &["zero", "Write a longer one"]);
    check::<Duration>("10", &["without a unit", "Write `10s`"]);
    check::<Duration>("soon", &["`soon` is not a duration"]);
}

#[test]
fn refusals_of_tokens_do_not_quote_them() {
    for token in ["", "abcdefghij-0123456789012345678901"] {
        let model = Token::from_known(token.into(), &"it".into()).unwrap();
        assert_eq!(format!("{model:?}"), "Token(Secret([redacted]))");
        assert_eq!(model.into_known(), token.into());
    }
    let refusal = Token::parse("hunter2\n").unwrap_err();
    assert!(refusal.sentences().contains("`trimspace()`"), "{refusal}");
    assert!(!refusal.to_string().contains("hunter2"), "{refusal}");
    let err = Token::from_known("hunter2\n".into(), &"it".into()).unwrap_err();
    assert!(!err.to_string().contains("hunter2"), "{err}");
}

#[test]
fn digest_that_is_not_64_hexadecimal_digits_is_refused() {
    let hex = "0123456789abcdef".repeat(4);
    check::<Pin>(&hex, &[]);
    check::<Pin>(&hex.to_uppercase(), &[]);
    check::<Pin>("abc", &["3 hexadecimal digits instead of 64"]);
    check::<Sha256>(&hex.to_uppercase(), &[]);
    check::<Sha256>("abc", &["`abc` is not 64 hexadecimal digits"]);
}

#[test]
fn certificates_not_in_pem_form_are_refused() {
    check::<Certificates>("hello", &["not in PEM form", "Give the certificate as a PEM block"]);
    check::<Certificates>("", &["empty"]);
}

#[test]
fn relative_program_path_is_refused() {
    check::<ProgramPath>("/usr/local/bin/aibridge-agent", &[]);
    check::<ProgramPath>("aibridge-agent", &["not an absolute path"]);
}

#[test]
fn requirement_is_one_of_three_names() {
    for name in Requirement::NAMES {
        let model = Requirement::from_known(name.into(), &"it".into()).unwrap();
        assert_eq!(model.into_known(), name.into());
    }
    assert!(Requirement::from_known("always".into(), &"it".into()).is_err());
}
