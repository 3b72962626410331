//! Whoever is not the client that started us is refused, and the log says so in words.
//!
//! One process for each: what it says is about that one alone.

use fakes::plugin_host::{COOKIE, ClientKey};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::client::CallError;
use crate::generated::health::{HealthCheckRequest, HealthCheckResponse};
use crate::running::{Running, command};

const NOT_THE_CLIENT: &str = "refused a connection that is not the client's";

async fn is_alive(client: &crate::client::Client) -> bool {
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let answer: Result<HealthCheckResponse, CallError> =
        client.call("grpc.health.v1.Health/Check", &request).await;
    answer.is_ok()
}

/// After the intrusion the client is served, and the log has said all of `words` in one line.
async fn check(intrude: impl AsyncFn(&Running), words: &[&str]) {
    let sample = Running::start_with(&[("TF_LOG", "warn")]).await;
    intrude(&sample).await;
    let client = sample.connect().await;
    assert!(is_alive(&client).await, "{words:?}: the client is not served");
    let finished = sample.shut_down(client).await;
    let is_told = finished.stderr.lines().any(|line| words.iter().all(|it| line.contains(it)));
    assert!(is_told, "{words:?}: {}", finished.stderr);
}

/// Bytes on the socket, and no answer in HTTP.
async fn send(sample: &Running, bytes: &[u8]) {
    let mut stream = UnixStream::connect(sample.socket()).await.unwrap();
    // The server may hang up in the middle of it.
    let _hung_up = stream.write_all(bytes).await;
    let _hung_up = stream.shutdown().await;
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer).await;
    assert!(!answer.windows(4).any(|it| it == b"HTTP"), "an answer in clear text");
}

async fn is_refused(sample: &Running, key: Option<&ClientKey>) {
    let is_in = match sample.connect_as(key).await {
        Err(_refused) => false,
        Ok(client) => is_alive(&client).await,
    };
    assert!(!is_in, "it got in");
}

#[tokio::test]
async fn no_certificate_is_refused_in_words() {
    let intrude = async |sample: &Running| is_refused(sample, None).await;
    check(intrude, &[NOT_THE_CLIENT, "it did not show the client's certificate", "no certificate"])
        .await;
}

#[tokio::test]
async fn an_unpinned_certificate_is_refused_in_words() {
    let intrude = async |sample: &Running| {
        is_refused(sample, Some(&ClientKey::generate())).await;
    };
    check(intrude, &[NOT_THE_CLIENT, "it did not show the client's certificate"]).await;
}

#[tokio::test]
async fn a_stolen_certificate_without_its_key_is_refused_in_words() {
    let intrude = async |sample: &Running| {
        is_refused(sample, Some(&sample.key.with_other_key())).await;
    };
    check(intrude, &[NOT_THE_CLIENT, "BadSignature"]).await;
}

#[tokio::test]
async fn garbage_on_the_socket_is_refused_in_words() {
    let intrude = async |sample: &Running| send(sample, &[0xff; 70_000]).await;
    check(intrude, &[NOT_THE_CLIENT, "corrupt message"]).await;
}

#[tokio::test]
async fn http1_on_the_socket_is_refused_in_words() {
    let intrude =
        async |sample: &Running| send(sample, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    check(intrude, &[NOT_THE_CLIENT, "corrupt message"]).await;
}

#[tokio::test]
async fn clear_text_http2_on_the_socket_is_refused_in_words() {
    let intrude = async |sample: &Running| send(sample, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    check(intrude, &[NOT_THE_CLIENT, "corrupt message"]).await;
}

#[tokio::test]
async fn http1_where_clear_text_is_served_is_refused_in_words() {
    let sample = Running::start_in_clear_text_with(&[("TF_LOG", "warn")]).await;
    send(&sample, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let client = sample.connect_in_clear_text().await;
    assert!(is_alive(&client).await);
    let finished = sample.shut_down(client).await;
    for words in [NOT_THE_CLIENT, "it does not speak HTTP/2"] {
        assert!(finished.stderr.contains(words), "{words}: {}", finished.stderr);
    }
}

#[tokio::test]
async fn a_second_connection_of_the_client_is_refused_in_words() {
    let sample = Running::start_with(&[("TF_LOG", "warn")]).await;
    let client = sample.connect().await;
    assert!(is_alive(&client).await);
    is_refused(&sample, Some(&sample.key)).await;
    assert!(is_alive(&client).await, "the first connection lives");
    let finished = sample.shut_down(client).await;
    let words = "refused a second client: this process serves only the one that started it";
    assert!(finished.stderr.contains(words), "{}", finished.stderr);
}

#[test]
fn a_start_by_hand_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let finished = testkit::process::run(command(folder.path())).exited(1);
    assert_eq!(finished.stdout, "");
    let words = ["this binary is a plugin", "Terraform", "--debug"];
    assert!(words.iter().all(|it| finished.stderr.contains(it)), "{}", finished.stderr);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "it made something");
}

#[test]
fn a_wrong_cookie_is_a_start_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path());
    command.env(COOKIE.0, "guessed");
    let finished = testkit::process::run(command).exited(1);
    assert!(finished.stderr.contains("this binary is a plugin"), "{}", finished.stderr);
}
