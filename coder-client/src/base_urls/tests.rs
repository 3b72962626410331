//! Versions, and the URLs that depend on them.

use super::*;

#[track_caller]
fn check(version: &str, openai_url: &str) {
    let access_url = AccessUrl::parse("https://coder.example.com/base/").expect("an access URL");
    assert_eq!(openai(&access_url, Version::parse(version)), openai_url, "{version}");
}

#[test]
fn base_url_has_the_new_name_for_versions_that_serve_it() {
    let old = "https://coder.example.com/base/api/v2/aibridge/openai/v1";
    let new = "https://coder.example.com/base/api/v2/ai-gateway/openai/v1";
    for version in ["v2.29.0", "v2.34.9+abcdef", "2.34-rc.1", "v1.99.0", "v0.0.0-devel+abc"] {
        check(version, old);
    }
    for version in ["v2.35.0+abcdef", "2.35.0", "v2.35-rc.1", "v2.100.1", "v3.0.0-devel+abc"] {
        check(version, new);
    }
    for version in ["", "v", "2", "two.thirty", "v2.x", "99999999999.1"] {
        check(version, old);
    }
}

#[test]
fn each_api_has_its_own_base_url() {
    let access_url = AccessUrl::parse("http://[::1]:3000").expect("an access URL");
    assert_eq!(anthropic(&access_url, None), "http://[::1]:3000/api/v2/aibridge/anthropic");
    assert_eq!(openai(&access_url, None), "http://[::1]:3000/api/v2/aibridge/openai/v1");
}
