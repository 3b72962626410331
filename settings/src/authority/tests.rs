//! The front part of URLs. The tables of whole URLs stand with the settings that
//! take one.

use proptest::prelude::proptest;

use super::{UrlFault, parse};

#[test]
fn fault_of_a_url_with_credentials_quotes_no_credential() {
    let secret = "hunter2";
    for text in [
        "http://user:hunter2@proxy:8888",
        "http://user:hunter2/x@proxy",
        "http://user:hunter2?x@proxy",
        "http://user:hun\\hunter2@proxy",
        "http://hunter2@",
        "socks5://user:hunter2@proxy",
        "user:hunter2@proxy:8888",
        "user:hunter2@proxy://x",
        "http:/user:hunter2@proxy",
        "http://user: hunter2@proxy",
    ] {
        let fault = parse(text).expect_err(text);
        assert!(!format!("{fault:?}").contains(secret), "{text}: {fault:?}");
    }
}

#[test]
fn path_query_and_fragment_are_given_unchanged() {
    for (text, rest) in
        [("http://h", ""), ("http://h/", "/"), ("http://h:1/a?b#c", "/a?b#c"), ("http://h?x", "?x")]
    {
        assert_eq!(parse(text).map(|it| it.rest), Ok(rest), "{text}");
    }
}

#[test]
fn host_that_only_the_url_standard_reads_is_refused() {
    for host in [
        "8888",
        "0x7f.1",
        "127.1",
        "256.1.1.1",
        "a..b",
        ".a",
        "a b",
        "a%41",
        "a$b",
        "a;b",
        "a'b",
        "a,b",
        "-..-",
    ] {
        let text = format!("http://{host}");
        assert!(
            matches!(parse(&text), Err(UrlFault::BadHost(_) | UrlFault::Whitespace)),
            "{text}: {:?}",
            parse(&text)
        );
    }
    let long = format!("http://{}", "a.".repeat(127));
    assert!(matches!(parse(&long), Err(UrlFault::BadHost(_))));
    let long = format!("http://{}.a", "a".repeat(64));
    assert!(matches!(parse(&long), Err(UrlFault::BadHost(_))));
}

proptest! {
    #[test]
    fn canonical_form_of_an_accepted_url_is_accepted(
        text in "(https?://)?[a-zA-Z0-9\\[\\]:@/?#.%\\\\ -]{0,20}",
    ) {
        if let Ok(authority) = parse(&text) {
            let scheme = authority.scheme.as_str();
            let canonical = format!("{scheme}://{}", authority.host_and_port());
            let again = parse(&canonical).expect("canonical form is accepted");
            assert_eq!(again.host_and_port(), authority.host_and_port());
        }
    }
}
