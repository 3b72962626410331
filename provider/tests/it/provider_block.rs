//! The provider block: which values are refused, and which environment variables.

use provider::Aibridge;
use tfplugin::server::Server;
use tfplugin::value::{Number, Value};

use crate::world::{World, messages};

#[tokio::test]
async fn block_refuses_invalid_values() {
    for (name, value, path) in [
        ("access_url", Value::from("coder.example.com"), "access_url"),
        ("session_token", "a b".into(), "session_token"),
        ("ca_certificates", "no PEM".into(), "ca_certificates"),
        ("request_timeout", "10".into(), "request_timeout"),
        ("request_timeout", "0s".into(), "request_timeout"),
        ("max_retries", (-1).into(), "max_retries"),
        ("max_retries", 11.into(), "max_retries"),
        ("max_retries", Value::Number(Number::parse("1.5").unwrap()), "max_retries"),
    ] {
        let found = messages(&World::new().await.configure(&[(name, value)]).await);
        assert_eq!(found, [format!("error {path}: Invalid attribute value")]);
    }
}

#[tokio::test]
async fn configure_names_the_unusable_environment_variable() {
    for (provider, words) in [
        (Aibridge::new(|name| (name == "CODER_URL").then(|| "nonsense".into())), "`CODER_URL`"),
        (
            Aibridge::new(|name| {
                (name == "AIBRIDGE_CA_CERTIFICATES_FILE").then(|| "/nowhere/extra.pem".into())
            }),
            "cannot read `/nowhere/extra.pem`",
        ),
        (
            Aibridge::new(|name| {
                (name == "AIBRIDGE_CA_CERTIFICATES_FILE").then(|| "/dev/null".into())
            }),
            "`/dev/null` holds no certificates",
        ),
    ] {
        let server = Server::new(provider);
        let names =
            ["access_url", "session_token", "ca_certificates", "request_timeout", "max_retries"];
        let block = Value::object(names.map(|name| (name, Value::Null)));
        let diags = server.configure(block).await;
        let details: Vec<_> = diags.iter().map(|it| it.detail.as_str()).collect();
        let [detail] = details.as_slice() else { panic!("one error expected: {diags:#?}") };
        assert!(detail.to_lowercase().contains(&words.to_lowercase()), "{detail}");
    }
}
