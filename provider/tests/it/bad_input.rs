//! Which configurations are refused, at which path and with which text: one line a case.

use tfplugin::value::Value;

use crate::world::World;

/// Asserts one error at `path` whose detail contains each of `words`.
async fn check(world: &World, config: &[(&'static str, Value)], path: &str, words: &[&str]) {
    let diags = world.validate(config).await;
    let found: Vec<_> = diags.iter().filter(|it| it.is_error()).collect();
    let [one] = found.as_slice() else { panic!("one error expected at {path}: {found:#?}") };
    assert_eq!(one.path.to_string(), path, "{one:#?}");
    assert!(one.summary.len() <= 60 && !one.summary.ends_with('.'), "{one:#?}");
    for word in words {
        assert!(one.detail.contains(word), "`{word}` is missing: {one:#?}");
    }
    assert!(!one.detail.contains("hunter2"), "{one:#?}");
}

#[tokio::test]
async fn invalid_proxy_urls_are_refused_with_a_hint() {
    let world = World::new().await;
    for (url, words) in [
        ("", &["empty", "http://"][..]),
        ("proxy.example.com:8888", &["no scheme", "`http://proxy.example.com:8888`"]),
        ("proxy.example.com", &["no scheme", "`http://proxy.example.com`"]),
        ("socks5://proxy.example.com", &["`socks5`", "Write `http://`"]),
        (
            "http://me:hunter2@proxy.example.com",
            &["user information", "`username`", "`session_token`"],
        ),
        ("http://me@proxy.example.com", &["user information"]),
        ("http://proxy.example.com/path", &["`/path`", "Write only scheme, host and port"]),
        ("http://proxy.example.com?a=b", &["query", "Write only scheme, host and port"]),
        ("http://proxy.example.com#a", &["fragment", "Write only scheme, host and port"]),
        (" http://proxy.example.com", &["space"]),
        ("http://proxy.example.com ", &["space"]),
        ("http://proxy example.com", &["space"]),
        ("http://", &["host"]),
        ("http://:8888", &["host"]),
        ("http://proxy.example.com:99999", &["`99999`", "Write a port from 1 to 65535"]),
        ("http://proxy.example.com:http", &["`http` is not a port"]),
        ("http://[::1:8888", &["not a host"]),
        ("http://2001:db8::1", &["in brackets"]),
    ] {
        check(&world, &[("proxy_url", url.into())], "proxy_url", words).await;
    }
    for url in [
        "http://proxy.example.com",
        "HTTPS://Proxy.Example.com:8443",
        "http://[2001:db8::1]:8888",
        "http://proxy.example.com/",
    ] {
        let diags = world.validate(&[("proxy_url", url.into())]).await;
        assert!(diags.is_empty(), "{url}: {diags:#?}");
    }
}

#[tokio::test]
async fn invalid_values_are_refused_at_their_attribute() {
    let world = World::new().await;
    for (name, value, words) in [
        ("access_url", "coder.example.com", &["no scheme", "https://"][..]),
        ("access_url", "", &["empty"]),
        ("access_url", "https://u:hunter2@coder.example.com", &["user information"]),
        ("ca_fetch", "always", &["`auto`, `required`, `off`"]),
        ("ca_pin_sha256", "abc", &["64"]),
        ("cert_path", "certs/ca.pem", &["absolute", "Write a path such as"]),
        ("extra_ca_certificates", "no PEM", &["PEM"]),
        ("session_token", "hunter2 ", &["space"]),
        ("sync", "yes", &["`auto`, `required`, `off`"]),
        ("sync_unit", "", &["empty"]),
        ("username", "", &["empty"]),
    ] {
        let config = [("proxy_url", "http://p".into()), (name, value.into())];
        check(&world, &config, name, words).await;
    }
}

#[tokio::test]
async fn invalid_elements_are_refused_at_their_path() {
    let world = World::new().await;
    let helper =
        |path: Value, platforms: Value| Value::object([("path", path), ("platforms", platforms)]);
    let download =
        |url: &str, sha256: &str| Value::object([("url", url.into()), ("sha256", sha256.into())]);
    let good = "https://example.com/aibridge-agent";
    let sum = "0".repeat(64);
    let timeouts =
        Value::object([("create", "soon".into()), ("read", Value::Null), ("update", Value::Null)]);
    for (name, value, path, words) in [
        ("no_proxy", Value::List(vec!["a".into(), "".into()]), "no_proxy[1]", &["empty"][..]),
        (
            "no_proxy",
            Value::List(vec!["host.example.com".into(); 1_000]),
            "no_proxy",
            &["bytes", "32768"],
        ),
        ("timeouts", timeouts, "timeouts.create", &["`soon`", "`30s`"]),
        ("helper", helper("aibridge-agent".into(), Value::Null), "helper.path", &["absolute"]),
        (
            "helper",
            helper(Value::Null, Value::map([("linux_amd64", download("example.com", &sum))])),
            "helper.platforms[\"linux_amd64\"].url",
            &["not of the form"],
        ),
        (
            "helper",
            helper(Value::Null, Value::map([("linux_amd64", download(good, "abc"))])),
            "helper.platforms[\"linux_amd64\"].sha256",
            &["64 hexadecimal digits"],
        ),
        (
            "helper",
            helper(Value::Null, Value::map([("amd64", download(good, &sum))])),
            "helper.platforms[\"amd64\"]",
            &["linux_amd64"],
        ),
        (
            "helper",
            helper("/a".into(), Value::map([("linux_amd64", download(good, &sum))])),
            "helper",
            &["Both"],
        ),
    ] {
        let config = [("proxy_url", "http://p".into()), (name, value)];
        check(&world, &config, path, words).await;
    }
}
