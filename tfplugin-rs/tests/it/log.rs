//! Log lines of a whole conversation, as the plugin host reads them.

use testkit::secret_scan::MarkedToken;
use tfplugin::value::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::client::Client;
use crate::running::Running;
use crate::thing::{self, create, object};

/// Makes a thing, and makes a thing go wrong.
async fn converse(client: &Client, secret: &str) {
    thing::configure(client).await;
    for trouble in [Value::Null, Value::from("error"), Value::from("panic")] {
        let config = object([
            ("name", Value::from("one")),
            ("secret", Value::from(secret)),
            ("trouble", trouble),
        ]);
        create(client, &config).await;
    }
}

async fn stderr_of_a_conversation(variables: &[(&str, &str)], secret: &str) -> String {
    let sample = Running::start_with(variables).await;
    let client = sample.connect().await;
    converse(&client, secret).await;
    sample.shut_down(client).await.stderr
}

#[tokio::test]
async fn every_line_is_one_the_host_can_read() {
    let stderr = stderr_of_a_conversation(&[("TF_LOG", "trace")], "x").await;
    assert!(stderr.lines().count() > 10, "{stderr}");
    for line in stderr.lines() {
        assert!(line.len() < 64 << 10);
        let line: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|err| panic!("{err}: `{line}`"));
        assert!(line["@message"].is_string() && line["@module"].is_string(), "{line}");
        let level = line["@level"].as_str().expect("a level");
        assert!(["trace", "debug", "info", "warn", "error"].contains(&level), "{line}");
        let timestamp = line["@timestamp"].as_str().expect("a timestamp");
        assert_eq!(timestamp.len(), "2026-11-23T04:11:36.571000Z".len(), "{line}");
        OffsetDateTime::parse(timestamp, &Rfc3339).expect("RFC 3339");
    }
    // The author's own line, inside the call that it belongs to.
    let own =
        stderr.lines().find(|line| line.contains(r"making\na thing")).expect("the author's line");
    for field in [
        r#""tf_rpc":"ApplyResourceChange""#,
        r#""tf_resource_type":"sample_thing""#,
        r#""name":"one""#,
    ] {
        assert!(own.contains(field), "{field}: {own}");
    }
    assert!(stderr.contains("panic caught: told to"), "{stderr}");
}

#[tokio::test]
async fn nothing_is_logged_that_nobody_sees() {
    for variables in
        [&[][..], &[("TF_LOG", "off")], &[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "off")]]
    {
        let stderr = stderr_of_a_conversation(variables, "x").await;
        let lines: Vec<_> = stderr.lines().filter(|line| !line.contains("panic caught")).collect();
        assert_eq!(lines, [""; 0], "{variables:?}");
    }
}

#[tokio::test]
async fn secrets_stay_out_of_the_log() {
    let secret = MarkedToken::new();
    let stderr = stderr_of_a_conversation(&[("TF_LOG", "trace")], secret.token()).await;
    assert_eq!(secret.find(stderr.as_bytes()), None);
}
