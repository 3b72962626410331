//! Which redirects are followed, and which error the others give.

use ::http::StatusCode;

use super::{Verdict, judge};
use crate::access_url::AccessUrl;
use crate::http::AnswerError;

const PATH: &str = "/api/v2/aibridge/proxy/ca-cert.pem";

fn judged(access_url: &str, status: u16, location: Option<&str>) -> Verdict {
    let access_url = AccessUrl::parse(access_url).expect(access_url);
    let status = StatusCode::from_u16(status).expect("a status");
    judge(&access_url, &access_url.endpoint(PATH), status, location)
}

#[track_caller]
fn check_followed(status: u16, location: &str, expected: &str) {
    match judged("https://coder.example.com", status, Some(location)) {
        Verdict::Follow(url) => assert_eq!(url.as_str(), expected, "{status} {location}"),
        Verdict::Refuse(err) => panic!("{status} {location}: {err}"),
    }
}

#[test]
fn redirect_to_the_same_url_is_followed() {
    let same = format!("https://coder.example.com{PATH}");
    for status in [301, 302, 303, 307, 308] {
        check_followed(status, &same, &same);
        check_followed(status, PATH, &same);
        check_followed(status, "ca-cert.pem", &same);
        check_followed(
            status,
            &format!("https://CODER.example.com:443{PATH}?lb=1"),
            &format!("{same}?lb=1"),
        );
    }
}

#[track_caller]
fn check_refused(status: u16, location: Option<&str>, expected: Option<&str>) {
    match judged("https://coder.example.com", status, location) {
        Verdict::Refuse(AnswerError::Redirected { status: seen, location: shown }) => {
            assert_eq!((seen, shown.as_deref()), (status, expected), "{status} {location:?}");
        }
        other => panic!("{status} {location:?}: {other:?}"),
    }
}

#[test]
fn redirect_to_another_url_is_refused() {
    for status in [301, 302, 303, 307, 308] {
        check_refused(status, Some("/login"), Some("https://coder.example.com/login"));
        check_refused(
            status,
            Some(&format!("http://coder.example.com{PATH}")),
            Some(&format!("http://coder.example.com{PATH}")),
        );
        check_refused(
            status,
            Some(&format!("https://coder.example.com:8443{PATH}")),
            Some(&format!("https://coder.example.com:8443{PATH}")),
        );
        check_refused(
            status,
            Some("https://sso.example.com/auth?state=secret#x"),
            Some("https://sso.example.com/auth"),
        );
        check_refused(
            status,
            Some(&format!("https://u:p@coder.example.com{PATH}")),
            Some(&format!("https://coder.example.com{PATH}")),
        );
        check_refused(status, None, None);
        check_refused(status, Some("http://["), None);
    }
    check_refused(304, Some(PATH), Some(&format!("https://coder.example.com{PATH}")));
    check_refused(302, Some("https://other.example.com/"), Some("https://other.example.com/"));
    check_refused(302, Some("javascript:alert(1)"), Some("javascript:alert(1)"));
}

#[track_caller]
fn check_mismatch(access_url: &str, location: &str, expected: &str) {
    match judged(access_url, 307, Some(location)) {
        Verdict::Refuse(AnswerError::AccessUrlMismatch { requested, configured }) => {
            assert_eq!((requested.as_str(), configured.as_str()), (access_url, expected));
        }
        other => panic!("{location}: {other:?}"),
    }
}

#[test]
fn redirect_to_a_bare_access_url_is_a_mismatch() {
    check_mismatch(
        "http://coder.example.com",
        "https://coder.example.com",
        "https://coder.example.com",
    );
    check_mismatch(
        "http://10.0.0.1:3000",
        "https://coder.example.com/",
        "https://coder.example.com",
    );
    check_mismatch(
        "https://coder.example.com/base",
        "https://c.example.com/base",
        "https://c.example.com/base",
    );
}
