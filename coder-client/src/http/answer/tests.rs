//! Bodies, messages and the faults that every endpoint shares.

use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use settings::Secret;
use time::macros::datetime;

use super::{Answer, Content};
use crate::http::FaultClass;

pub(crate) const TOKEN: &str = "abcdefghij-0123456789012345678901";

/// An answer as if it had come from the wire.
pub(crate) fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    let status = StatusCode::from_u16(status).expect("a status");
    Answer::new(
        status,
        &headers,
        body.as_bytes().to_vec(),
        Some(&Secret::new(TOKEN)),
        datetime!(2026-06-15 12:00 UTC),
    )
}

#[track_caller]
fn check_content(content_type: &'static str, body: &str, expected: Content) {
    assert_eq!(
        answer(200, &[("content-type", content_type)], body).content,
        expected,
        "{content_type} {body:?}"
    );
}

#[test]
fn content_is_classified_by_its_first_character() {
    check_content("application/x-pem-file", "", Content::Empty);
    check_content("text/html", " \r\n", Content::Empty);
    check_content("application/x-pem-file", "<!DOCTYPE html>", Content::Markup);
    check_content("", "\u{feff}\n <html>", Content::Markup);
    check_content("text/html; charset=utf-8", "Please sign in", Content::Markup);
    check_content("text/html", "-----BEGIN CERTIFICATE-----", Content::Other);
    check_content("text/plain", "{\"message\":\"x\"}", Content::Json);
    check_content("application/json", "[1]", Content::Json);
    check_content("application/x-pem-file", "-----BEGIN CERTIFICATE-----", Content::Other);
}

#[track_caller]
fn check_message(body: &str, expected: Option<&str>) {
    assert_eq!(answer(404, &[], body).message.as_ref().map(|it| it.as_str()), expected, "{body}");
}

#[test]
fn server_message_is_kept_as_one_bounded_line() {
    check_message(r#"{"message":"Route not found."}"#, Some("Route not found."));
    check_message(r#"{"message":"No.","detail":"why","validations":[]}"#, Some("No. (why)"));
    check_message(r#"{"message":"a\u001b[31m\nb"}"#, Some("a [31m b"));
    check_message(r#"{"message":""}"#, None);
    check_message(r#"{"error":"x"}"#, None);
    check_message("{broken", None);
    check_message("CA certificate not configured\n", Some("CA certificate not configured"));
    check_message("<html>x</html>", None);
    check_message("", None);
    check_message(&format!(r#"{{"message":"bad token {TOKEN}!"}}"#), Some("bad token [redacted]!"));
    let long = answer(404, &[], &"x".repeat(1000)).message.expect("a message");
    assert_eq!(long.as_str().chars().count(), 301);
}

#[track_caller]
fn check_fault(status: u16, body: &str, expected: Option<(FaultClass, &str)>) {
    let fault = answer(status, &[], body).fault();
    let seen = fault.as_ref().map(|it| (it.class(), it.to_string()));
    assert_eq!(
        seen.as_ref().map(|(class, text)| (*class, text.as_str())),
        expected,
        "{status} {body}"
    );
}

#[test]
fn status_gives_the_class_of_the_fault() {
    let json = r#"{"message":"Not today."}"#;
    check_fault(200, json, None);
    check_fault(
        200,
        "<html>",
        Some((FaultClass::NotCoder, "the response is a web page, status 200")),
    );
    check_fault(
        401,
        json,
        Some((FaultClass::NotSignedIn, "the token is not accepted: `Not today.`")),
    );
    check_fault(401, "", Some((FaultClass::NotSignedIn, "the token is not accepted")));
    check_fault(
        401,
        "<html>",
        Some((FaultClass::NotCoder, "the response is a web page, status 401")),
    );
    check_fault(403, json, Some((FaultClass::NotLicensed, "access is denied: `Not today.`")));
    check_fault(404, json, Some((FaultClass::NotCoder, "unexpected status 404: `Not today.`")));
    check_fault(204, "", Some((FaultClass::NotCoder, "unexpected status 204")));
    for status in [408, 425, 429, 500, 502, 503, 504, 599] {
        let expected = format!("the deployment is not available, status {status}");
        check_fault(status, "<html>", Some((FaultClass::Network, &expected)));
    }
}

#[test]
fn retry_after_and_version_headers_are_kept() {
    let it = answer(503, &[("retry-after", "7"), ("x-coder-build-version", "v2.35.0+abcdef")], "");
    assert_eq!(it.retry_after.map(|it| it.as_secs()), Some(7));
    assert_eq!(it.deployment_version.as_deref(), Some("v2.35.0+abcdef"));
}
