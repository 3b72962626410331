//! Proxy URLs, good and bad, and the token in them.

use percent_encoding::percent_decode_str;
use proptest::prelude::proptest;
use settings::Secret;
use settings::authority::{Scheme, UrlFault};

use super::ProxyUrl;

#[track_caller]
fn check(text: &str, canonical: &str, host: &str, port: u16) {
    let url = ProxyUrl::parse(text).unwrap_or_else(|err| panic!("{text}: {err}"));
    assert_eq!(url.to_string(), canonical, "{text}");
    assert_eq!(url.host(), host, "{text}");
    assert_eq!(url.port(), port, "{text}");
    assert_eq!(url.scheme() == Scheme::Https, canonical.starts_with("https:"), "{text}");
    assert_eq!(ProxyUrl::parse(canonical).as_ref(), Ok(&url), "{text}: canonical form");
}

#[test]
fn proxy_url_is_read_into_its_canonical_form() {
    check("http://proxy:8888", "http://proxy:8888", "proxy", 8888);
    check("https://proxy.example.com", "https://proxy.example.com", "proxy.example.com", 443);
    check("http://proxy.example.com", "http://proxy.example.com", "proxy.example.com", 80);
    check("http://proxy:80", "http://proxy:80", "proxy", 80);
    check("https://proxy:443/", "https://proxy:443", "proxy", 443);
    check("HTTP://PROXY:8888", "http://proxy:8888", "proxy", 8888);
    check("HttpS://Proxy", "https://proxy", "proxy", 443);
    check("http://10.0.0.1:8888", "http://10.0.0.1:8888", "10.0.0.1", 8888);
    check("http://[::1]:8888", "http://[::1]:8888", "::1", 8888);
    check("http://[2001:DB8:0:0::1]", "http://[2001:db8::1]", "2001:db8::1", 80);
    check(
        "http://bücher.example:8888",
        "http://xn--bcher-kva.example:8888",
        "xn--bcher-kva.example",
        8888,
    );
    check("http://my_proxy-1:08888", "http://my_proxy-1:8888", "my_proxy-1", 8888);
    check(
        "http://proxy.example.com.:8888",
        "http://proxy.example.com.:8888",
        "proxy.example.com.",
        8888,
    );
}

#[track_caller]
fn check_refused(text: &str, expected: &UrlFault) {
    let err = ProxyUrl::parse(text).expect_err(text);
    assert_eq!(&err.fault, expected, "{text}");
    assert!(err.hint().starts_with("write "), "{text}: {}", err.hint());
}

#[test]
fn proxy_url_of_another_form_is_refused() {
    let bad_host = |it: &str| UrlFault::BadHost(it.to_owned());
    let bad_port = |it: &str| UrlFault::BadPort(it.to_owned());
    let path = |it: &str| UrlFault::Path(it.to_owned());
    let scheme = |it: &str| UrlFault::OtherScheme(it.to_owned());
    check_refused("", &UrlFault::Empty);
    check_refused(" ", &UrlFault::Whitespace);
    check_refused(" http://proxy", &UrlFault::Whitespace);
    check_refused("http://proxy:8888 ", &UrlFault::Whitespace);
    check_refused("http://pro xy", &UrlFault::Whitespace);
    check_refused("http://pro\txy", &UrlFault::Whitespace);
    check_refused("http://proxy\n", &UrlFault::Whitespace);
    check_refused("http://pro\u{a0}xy", &UrlFault::Whitespace);
    check_refused("proxy", &UrlFault::NoScheme);
    check_refused("proxy:8888", &UrlFault::NoScheme);
    check_refused("//proxy:8888", &UrlFault::NoScheme);
    check_refused("://proxy", &UrlFault::NoScheme);
    check_refused("http:proxy", &UrlFault::NoScheme);
    check_refused("http:/proxy", &UrlFault::NoScheme);
    check_refused("ht tp", &UrlFault::Whitespace);
    check_refused("socks5://proxy", &scheme("socks5"));
    check_refused("FTP://proxy", &scheme("ftp"));
    check_refused("httpx://proxy", &scheme("httpx"));
    check_refused("http://user:password@proxy", &UrlFault::UserInfo);
    check_refused("http://user@proxy", &UrlFault::UserInfo);
    check_refused("http://@proxy", &UrlFault::UserInfo);
    check_refused("http://", &UrlFault::NoHost);
    check_refused("http:///", &UrlFault::NoHost);
    check_refused("http://:8888", &UrlFault::NoHost);
    check_refused("http://[]:8888", &UrlFault::NoHost);
    check_refused("http://::1", &bad_host("::1"));
    check_refused("http://[::1", &bad_host("[::1"));
    check_refused("http://[::1]x", &bad_host("[::1]x"));
    check_refused("http://[fe80::1%eth0]", &bad_host("[fe80::1%eth0]"));
    check_refused("http://proxy\\x", &bad_host("proxy\\x"));
    check_refused("http://8888", &bad_host("8888"));
    check_refused("http://pro$xy", &bad_host("pro$xy"));
    check_refused("http://pro`xy`", &bad_host("pro`xy`"));
    check_refused("http://proxy:", &bad_port(""));
    check_refused("http://proxy:0", &bad_port("0"));
    check_refused("http://proxy:65536", &bad_port("65536"));
    check_refused("http://proxy:+80", &bad_port("+80"));
    check_refused("http://proxy:http", &bad_port("http"));
    check_refused("http://[::1]:x", &bad_port("x"));
    check_refused("http://proxy//", &path("//"));
    check_refused("http://proxy/x", &path("/x"));
    check_refused("http://proxy:8888/?x", &UrlFault::Query);
    check_refused("http://proxy?x=https://y", &UrlFault::Query);
    check_refused("http://proxy#x", &UrlFault::Fragment);
}

#[test]
fn hint_of_a_refused_proxy_url_names_what_to_write() {
    let hint = |text: &str| ProxyUrl::parse(text).expect_err(text).hint();
    assert!(hint("http://::1").contains("`http://[::1]:8888`"));
    assert!(hint("proxy").contains("`http://"));
}

#[track_caller]
fn check_authenticated(url: &str, username: &str, token: &str, expected: &str) {
    let url = ProxyUrl::parse(url).expect(url);
    assert_eq!(url.authenticated(username, &Secret::new(token)).expose(), expected);
}

#[test]
fn user_and_token_are_percent_encoded_in_the_proxy_auth_url() {
    check_authenticated("http://proxy:8888", "coder", "abc-123", "http://coder:abc-123@proxy:8888");
    check_authenticated("HTTPS://Proxy/", "coder", "t", "https://coder:t@proxy");
    check_authenticated("http://[::1]:8888", "coder", "t", "http://coder:t@[::1]:8888");
    check_authenticated("http://p", "coder", "", "http://coder:@p");
    check_authenticated(
        "http://p",
        "a@b",
        "p:/?#[]@!$&'()*+,;=%",
        concat!(
            "http://a%40b:",
            "p%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25",
            "@p"
        ),
    );
    check_authenticated("http://p", "co der", "-._~ü", "http://co%20der:-._~%C3%BC@p");
}

proptest! {
    #[test]
    fn encoded_user_and_token_decode_to_the_originals(
        username in "\\PC{0,12}",
        token in "\\PC{0,12}",
    ) {
        let url = ProxyUrl::parse("https://proxy:8888").expect("a good URL");
        let secret = url.authenticated(&username, &Secret::new(token.clone()));
        let rest = secret.expose().strip_prefix("https://").expect("the scheme");
        let user_info = rest.strip_suffix("@proxy:8888").expect("host and port");
        let (user, password) = user_info.split_once(':').expect("a colon");
        let decode = |it: &str| percent_decode_str(it).decode_utf8().expect("UTF-8").into_owned();
        assert!(user_info.bytes().all(|it| it.is_ascii_alphanumeric() || b":%-._~".contains(&it)));
        assert_eq!((decode(user), decode(password)), (username, token));
    }
}
