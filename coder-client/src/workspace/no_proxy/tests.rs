//! Exclusion lists: order, repetition, merging.

use super::NoProxy;
use crate::access_url::AccessUrl;

fn strings(entries: &[&str]) -> Vec<String> {
    entries.iter().map(|&it| it.to_owned()).collect()
}

#[track_caller]
fn check(access_url: Option<&str>, extra: &[&str], expected: &str) {
    let access_url = access_url.map(|it| AccessUrl::parse(it).expect(it));
    assert_eq!(NoProxy::new(access_url.as_ref(), &strings(extra)).to_string(), expected);
}

#[test]
fn list_holds_loopback_then_the_deployment_then_extra_hosts() {
    check(None, &[], "localhost,127.0.0.1,::1");
    check(
        Some("https://coder.example.com:8443/x"),
        &[],
        "localhost,127.0.0.1,::1,coder.example.com",
    );
    check(Some("http://[2001:db8::1]"), &[], "localhost,127.0.0.1,::1,2001:db8::1");
    check(Some("http://localhost:3000"), &[".corp"], "localhost,127.0.0.1,::1,.corp");
    check(
        Some("https://coder.example.com"),
        &[".internal", "a.b, c.d", "", " ", "LOCALHOST", ".internal", "Coder.Example.com"],
        "localhost,127.0.0.1,::1,coder.example.com,.internal,a.b,c.d",
    );
}

#[track_caller]
fn check_merge(inherited: &str, ours: &[&str], expected: &str) {
    let ours = NoProxy(strings(ours));
    assert_eq!(ours.after(inherited).to_string(), expected);
    assert_eq!(ours.after(expected).to_string(), expected, "merging twice changes nothing");
}

#[test]
fn inherited_list_stands_before_ours() {
    check_merge("", &["localhost", "::1"], "localhost,::1");
    check_merge("a,b", &["b", "c"], "a,b,c");
    check_merge(" a , b  c,,", &["C"], "a,b,c");
    check_merge("*", &["localhost"], "*,localhost");
    check_merge("a,a", &[], "a");
}
