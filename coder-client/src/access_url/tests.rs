//! Access URLs, good and bad.

use settings::authority::UrlFault;

use super::AccessUrl;

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
fn access_url_is_read_into_its_canonical_form() {
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
fn check_refused(text: &str, expected: &UrlFault) {
    let err = AccessUrl::parse(text).expect_err(text);
    assert_eq!(&err.fault, expected, "{text}");
    assert!(err.hint().starts_with("write "), "{text}: {}", err.hint());
}

#[test]
fn access_url_of_another_form_is_refused() {
    check_refused("", &UrlFault::Empty);
    check_refused(" https://h", &UrlFault::Whitespace);
    check_refused("https://h\n", &UrlFault::Whitespace);
    check_refused("coder.example.com", &UrlFault::NoScheme);
    check_refused("https:h", &UrlFault::NoScheme);
    check_refused("ftp://h", &UrlFault::OtherScheme("ftp".into()));
    check_refused("https://u:p@h", &UrlFault::UserInfo);
    check_refused("https://", &UrlFault::NoHost);
    check_refused("https:///x", &UrlFault::NoHost);
    check_refused("https://a b", &UrlFault::Whitespace);
    check_refused("https://::1", &UrlFault::BadHost("::1".into()));
    check_refused("https://h:0", &UrlFault::BadPort("0".into()));
    check_refused("https://h:x", &UrlFault::BadPort("x".into()));
    check_refused("https://h/?q=1", &UrlFault::Query);
    check_refused("https://h/#f", &UrlFault::Fragment);
}
