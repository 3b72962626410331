//! Access URLs, good and bad.

use super::{AccessUrl, AccessUrlError};

const PATH: &str = "/api/v2/buildinfo";

#[track_caller]
fn check(text: &str, canonical: &str, host: &str, endpoint: &str) {
    let url = AccessUrl::parse(text).unwrap_or_else(|err| panic!("{text}: {err}"));
    assert_eq!(url.as_str(), canonical, "{text}");
    assert_eq!(url.to_string(), canonical, "{text}");
    assert_eq!(url.host(), host, "{text}");
    assert_eq!(url.endpoint(PATH).as_str(), endpoint, "{text}");
    assert_eq!(url.is_https(), canonical.starts_with("https:"), "{text}");
}

#[test]
fn reads_access_urls() {
    let plain = "https://coder.example.com/api/v2/buildinfo";
    check("https://coder.example.com", "https://coder.example.com", "coder.example.com", plain);
    check("https://coder.example.com/", "https://coder.example.com", "coder.example.com", plain);
    check("https://coder.example.com///", "https://coder.example.com", "coder.example.com", plain);
    check("HTTPS://Coder.Example.COM", "https://coder.example.com", "coder.example.com", plain);
    check(
        "http://localhost:3000",
        "http://localhost:3000",
        "localhost",
        "http://localhost:3000/api/v2/buildinfo",
    );
    check("http://[::1]:3000/", "http://[::1]:3000", "::1", "http://[::1]:3000/api/v2/buildinfo");
    check("http://127.0.0.1", "http://127.0.0.1", "127.0.0.1", "http://127.0.0.1/api/v2/buildinfo");
    check("https://h/base/", "https://h/base", "h", "https://h/base/api/v2/buildinfo");
    check(
        "https://bücher.example",
        "https://xn--bcher-kva.example",
        "xn--bcher-kva.example",
        "https://xn--bcher-kva.example/api/v2/buildinfo",
    );
}

#[track_caller]
fn check_refused(text: &str, expected: &AccessUrlError) {
    assert_eq!(AccessUrl::parse(text).as_ref().map(AccessUrl::as_str), Err(expected), "{text}");
    assert!(expected.hint().starts_with("write "), "{text}: {}", expected.hint());
}

#[test]
fn refuses_everything_else() {
    check_refused("", &AccessUrlError::Empty);
    check_refused(" https://h", &AccessUrlError::Whitespace);
    check_refused("https://h\n", &AccessUrlError::Whitespace);
    check_refused("coder.example.com", &AccessUrlError::NoScheme);
    check_refused("https:h", &AccessUrlError::NoScheme);
    check_refused("ftp://h", &AccessUrlError::OtherScheme("ftp".into()));
    check_refused("https://u:p@h", &AccessUrlError::UserInfo);
    check_refused("https://", &AccessUrlError::NoHost);
    check_refused("https:///x", &AccessUrlError::NoHost);
    check_refused("https://a b", &AccessUrlError::Whitespace);
    check_refused("https://::1", &AccessUrlError::BadHost("::1".into()));
    check_refused("https://h:0", &AccessUrlError::BadPort("0".into()));
    check_refused("https://h:x", &AccessUrlError::BadPort("x".into()));
    check_refused("https://h/?q=1", &AccessUrlError::Query);
    check_refused("https://h/#f", &AccessUrlError::Fragment);
}
