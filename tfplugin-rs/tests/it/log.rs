//! Log lines of a whole conversation, as the plugin host reads them.

use testkit::secret_scan::MarkedToken;
use tfplugin::value::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::client::Client;
use crate::instance::{configure, create, instance};
use crate::running::Running;

/// Creates an instance, one that fails, and one that panics.
async fn converse(client: &Client, secret: &str) {
    configure(client).await;
    for fault in [Value::Null, Value::from("error"), Value::from("panic")] {
        let config = instance([
            ("name", Value::from("one")),
            ("secret", Value::from(secret)),
            ("fault", fault),
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
async fn log_lines_are_json_that_the_plugin_host_reads() {
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
    let own = stderr
        .lines()
        .find(|line| line.contains(r"creating\nan instance"))
        .expect("the author's line");
    for field in [
        r#""tf_rpc":"ApplyResourceChange""#,
        r#""tf_resource_type":"sample_instance""#,
        r#""name":"one""#,
    ] {
        assert!(own.contains(field), "{field}: {own}");
    }
    assert!(stderr.contains("panic caught: configured to panic"), "{stderr}");
}

#[tokio::test]
async fn provider_logs_nothing_where_logging_is_off() {
    for variables in
        [&[][..], &[("TF_LOG", "off")], &[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "off")]]
    {
        let stderr = stderr_of_a_conversation(variables, "x").await;
        let lines: Vec<_> = stderr.lines().filter(|line| !line.contains("panic caught")).collect();
        assert_eq!(lines, [""; 0], "{variables:?}");
    }
}

#[tokio::test]
async fn log_at_trace_level_holds_no_secret() {
    let secret = MarkedToken::new();
    let stderr = stderr_of_a_conversation(&[("TF_LOG", "trace")], secret.token()).await;
    assert_eq!(secret.find(stderr.as_bytes()), None);
}
