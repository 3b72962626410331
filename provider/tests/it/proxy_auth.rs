//! The proxy's URL and variables are the same from the resource, the ephemeral resource and
//! the functions.

use fakes::ca::TestCa;
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

use crate::world::{World, messages, session, text};

const EPHEMERAL: &str = "aibridge_proxy_auth";
const PROXY_URL: &str = "https://proxy.example.com:8443";
const ACCESS_URL: &str = "https://coder.example.com";
const TOKEN: &str = "abcdefghij-0123456789012345678901";

/// An object as a dynamically typed argument: lists are tuples there.
fn options(attributes: &[(&str, Value)]) -> Value {
    let ty = |value: &Value| match value {
        Value::Tuple(elements) => Type::Tuple(vec![Type::String; elements.len()]),
        Value::Number(_) => Type::Number,
        _ => Type::String,
    };
    let types = attributes.iter().map(|(name, value)| (*name, ty(value)));
    let value = Value::object(attributes.iter().cloned());
    Value::Dynamic(Box::new(Dynamic { ty: Type::object(types), value }))
}

fn entry<'a>(map: &'a Value, key: &str) -> &'a str {
    let Value::Map(entries) = map else { panic!("a map is needed, not {map:?}") };
    entries[key].as_str().unwrap()
}

fn list() -> [Value; 2] {
    ["git.example.com".into(), "10.1.2.3".into()]
}

/// A configuration with every setting that the variables depend on.
fn complete(pem: &str) -> [(&'static str, Value); 7] {
    [
        ("proxy_url", PROXY_URL.into()),
        ("session_token", TOKEN.into()),
        ("access_url", ACCESS_URL.into()),
        ("username", "me@example".into()),
        ("cert_path", "/home/coder/proxy/ca.pem".into()),
        ("no_proxy", Value::List(list().to_vec())),
        ("extra_ca_certificates", pem.into()),
    ]
}

/// `env` and `proxy_auth_url` of the resource with the same configuration.
async fn resource(pem: &str) -> (Value, String) {
    let planned = World::new().await.plan(&Value::Null, &complete(pem)).await.state;
    (planned.get("env").unwrap().clone(), text(&planned, "proxy_auth_url").to_owned())
}

#[tokio::test]
async fn resource_ephemeral_resource_and_function_return_the_same_values() {
    let ca = TestCa::new("company root");
    let pem = &ca.pem();
    let (env, auth_url) = resource(pem).await;
    assert_eq!(entry(&env, "NODE_EXTRA_CA_CERTS"), "/home/coder/proxy/ca-extra.pem");
    assert_eq!(auth_url, format!("https://me%40example:{TOKEN}@proxy.example.com:8443"));
    assert!(entry(&env, "NO_PROXY").ends_with(",git.example.com,10.1.2.3"));

    let session = session(&[]).await;
    let opened = session.open_ephemeral(EPHEMERAL, complete(pem)).await;
    assert_eq!(messages(&opened.diagnostics), [""; 0]);
    assert_eq!(opened.result.get("env"), Some(&env));
    assert_eq!(text(&opened.result, "proxy_auth_url"), auth_url);
    assert_eq!(opened.renew_at, None);
    assert_eq!(messages(&session.close_ephemeral(opened).await), [""; 0]);

    let options = options(&[
        ("access_url", ACCESS_URL.into()),
        ("username", "me@example".into()),
        ("cert_path", "/home/coder/proxy/ca.pem".into()),
        ("no_proxy", Value::Tuple(list().to_vec())),
        ("extra_ca_certificates", pem.as_str().into()),
    ]);
    let result =
        session.call_function("proxy_env", [PROXY_URL.into(), TOKEN.into(), options]).await;
    assert_eq!(result, Ok(env));
}

#[tokio::test]
async fn ephemeral_resource_and_functions_have_the_defaults_of_the_resource() {
    let world = World::new().await;
    let block = [("access_url", ACCESS_URL.into())];
    assert_eq!(messages(&world.configure(&block).await), [""; 0]);
    let config: [(_, Value); 2] =
        [("proxy_url", PROXY_URL.into()), ("session_token", TOKEN.into())];
    let planned = world.plan(&Value::Null, &config).await.state;
    let env = planned.get("env").unwrap();

    let session = session(&[("access_url", ACCESS_URL.into())]).await;
    let opened = session.open_ephemeral(EPHEMERAL, config.clone()).await;
    assert_eq!(opened.result.get("env"), Some(env));

    let arguments = || [PROXY_URL.into(), TOKEN.into()];
    let result = session.call_function("proxy_auth_url", arguments()).await;
    assert_eq!(result.as_ref().ok(), planned.get("proxy_auth_url"));
    let options = options(&[("access_url", ACCESS_URL.into()), ("username", Value::Null)]);
    let with_options = [&arguments()[..], &[options]].concat();
    assert_eq!(session.call_function("proxy_env", with_options).await.as_ref(), Ok(env));
    // A null in the list is no entry.
    let entries = vec![Value::Null, "git.example.com".into()];
    let sparse = [("no_proxy", Value::List(entries.clone()))];
    let planned = world.plan(&Value::Null, &[&config[..], &sparse].concat()).await.state;
    let with_nulls =
        self::options(&[("access_url", ACCESS_URL.into()), ("no_proxy", Value::Tuple(entries))]);
    let with_nulls = [&arguments()[..], &[with_nulls]].concat();
    let result = session.call_function("proxy_env", with_nulls).await;
    assert_eq!(result.as_ref().ok(), planned.get("env"));
    let opened = session.open_ephemeral(EPHEMERAL, [&config[..], &sparse].concat()).await;
    assert_eq!(opened.result.get("env"), planned.get("env"));
    // A function has no provider: without an access URL its host is not excluded.
    let bare = session.call_function("proxy_env", arguments()).await.unwrap();
    assert_eq!(entry(&bare, "NO_PROXY"), "localhost,127.0.0.1,::1");
}

#[tokio::test]
async fn ephemeral_resource_uses_the_provider_token_or_warns() {
    let with_token = session(&[("session_token", TOKEN.into())]).await;
    let config = || [("proxy_url", PROXY_URL.into())];
    let opened = with_token.open_ephemeral(EPHEMERAL, config()).await;
    assert!(text(&opened.result, "proxy_auth_url").contains(TOKEN));

    let opened = session(&[]).await.open_ephemeral(EPHEMERAL, config()).await;
    assert_eq!(messages(&opened.diagnostics), ["warning session_token: No session token"]);
    let empty = "https://coder:@proxy.example.com:8443";
    assert_eq!(text(&opened.result, "proxy_auth_url"), empty);

    let unknown = session(&[("session_token", Value::unknown())]).await;
    let opened = unknown.open_ephemeral(EPHEMERAL, config()).await;
    let expected = "error session_token: Provider is not configured yet";
    assert_eq!(messages(&opened.diagnostics), [expected]);
}

#[tokio::test]
async fn ephemeral_resource_refuses_invalid_arguments() {
    let session = session(&[]).await;
    for (name, value) in [
        ("proxy_url", Value::from("http://me:hunter2@proxy.example.com")),
        ("username", "".into()),
        ("session_token", "hunter2 hunter2".into()),
        ("access_url", "coder".into()),
        ("no_proxy", Value::List(vec!["".into()])),
        ("cert_path", "ca.pem".into()),
        ("extra_ca_certificates", "hunter2".into()),
    ] {
        let good = ("proxy_url", PROXY_URL.into());
        let config: Vec<_> =
            if name == "proxy_url" { vec![(name, value)] } else { vec![good, (name, value)] };
        let opened = session.open_ephemeral(EPHEMERAL, config).await;
        let [one] = &opened.diagnostics.iter().collect::<Vec<_>>()[..] else {
            panic!("{name}: {:#?}", opened.diagnostics);
        };
        assert!(one.path.to_string().starts_with(name), "{one:#?}");
        assert!(!one.detail.contains("hunter2"), "{one:#?}");
    }
}

#[tokio::test]
async fn function_names_the_invalid_argument() {
    let session = session(&[]).await;
    let check = async |arguments: &[Value], at: i64, words: &str| {
        let refused = session.call_function("proxy_env", arguments.to_vec()).await.unwrap_err();
        assert_eq!(refused.argument, Some(at), "{refused:?}");
        assert!(refused.text.contains(words), "`{words}` is missing: {refused:?}");
        assert!(!refused.text.ends_with('.') && !refused.text.contains("hunter2"), "{refused:?}");
        if arguments.len() == 2 {
            let same = session.call_function("proxy_auth_url", arguments.to_vec()).await;
            assert_eq!(same, Err(refused));
        }
    };
    for (url, words) in [
        ("", "the proxy URL is empty: write"),
        ("proxy.example.com", "the proxy URL has no scheme: write `http://proxy.example.com`"),
        (
            "http://me:hunter2@proxy.example.com",
            "user information: write the URL without `user:password@`",
        ),
        ("http://proxy.example.com/path", "the path `/path`: write only scheme"),
    ] {
        check(&[url.into(), TOKEN.into()], 0, words).await;
    }
    check(&[PROXY_URL.into(), "hunter2 \n".into()], 1, "trimspace()").await;

    let good = || vec![Value::from(PROXY_URL), TOKEN.into()];
    let with = |more: &[(&str, Value)]| [good(), vec![options(more)]].concat();
    for (name, value, words) in [
        ("noproxy", Value::from("x"), "no option `noproxy`: write one of `access_url`"),
        ("access_url", "coder".into(), "`access_url`: the access URL has no scheme: write"),
        ("access_url", 1.into(), "`access_url`: it must be a string"),
        ("cert_path", "ca.pem".into(), "`cert_path`: `ca.pem` is not an absolute path"),
        ("extra_ca_certificates", "no PEM".into(), "`extra_ca_certificates`: "),
        ("username", "".into(), "`username`: it is empty"),
        ("no_proxy", "a,b".into(), "`no_proxy`: it must be a list of strings"),
        ("no_proxy", Value::Tuple(vec!["a".into(), "".into()]), "`no_proxy[1]`"),
    ] {
        check(&with(&[(name, value)]), 2, words).await;
    }
    check(&[good(), vec!["text".into()]].concat(), 2, "it must be an object").await;
    let two = [good(), vec![options(&[]), options(&[])]].concat();
    check(&two, 3, "there may be one object with options").await;
}
