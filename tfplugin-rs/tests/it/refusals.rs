//! The provider process refuses every connection but that of the client that started it, and
//! logs why.
//!
//! One process for each intruder, so that the log is about that one alone.

use fakes::plugin_host::{COOKIE, ClientKey};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::running::{Running, command};

const NOT_THE_CLIENT: &str = "refused a connection that is not the client's";

/// The client is served after the intrusion and after a second one, and the log has a line
/// with all of `words`.
async fn check(intrude: impl AsyncFn(&Running), words: &[&str]) {
    let sample = Running::start_with(&[("TF_LOG", "warn")]).await;
    intrude(&sample).await;
    let client = sample.connect().await;
    assert!(client.is_served().await, "{words:?}: the client is not served");
    intrude(&sample).await;
    assert!(client.is_served().await, "{words:?}: the client is no longer served");
    let finished = sample.shut_down(client).await;
    let is_logged = finished.stderr.lines().any(|line| words.iter().all(|it| line.contains(it)));
    assert!(is_logged, "{words:?}: {}", finished.stderr);
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
        Ok(client) => client.is_served().await,
    };
    assert!(!is_in, "it is served");
}

#[tokio::test]
async fn connection_without_certificate_is_refused_and_logged() {
    let intrude = async |sample: &Running| is_refused(sample, None).await;
    check(intrude, &[NOT_THE_CLIENT, "it did not show the client's certificate", "no certificate"])
        .await;
}

#[tokio::test]
async fn connection_with_another_certificate_is_refused_and_logged() {
    let intrude = async |sample: &Running| {
        is_refused(sample, Some(&ClientKey::generate())).await;
    };
    check(intrude, &[NOT_THE_CLIENT, "it did not show the client's certificate"]).await;
}

#[tokio::test]
async fn connection_with_the_certificate_but_another_key_is_refused_and_logged() {
    let intrude = async |sample: &Running| {
        is_refused(sample, Some(&sample.key.with_other_key())).await;
    };
    check(intrude, &[NOT_THE_CLIENT, "BadSignature"]).await;
}

#[tokio::test]
async fn random_bytes_are_refused_and_logged() {
    let intrude = async |sample: &Running| send(sample, &[0xff; 70_000]).await;
    check(intrude, &[NOT_THE_CLIENT, "corrupt message"]).await;
}

#[tokio::test]
async fn http1_request_is_refused_and_logged() {
    let intrude =
        async |sample: &Running| send(sample, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    check(intrude, &[NOT_THE_CLIENT, "corrupt message"]).await;
}

#[tokio::test]
async fn http2_without_tls_is_refused_and_logged() {
    let intrude = async |sample: &Running| send(sample, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    check(intrude, &[NOT_THE_CLIENT, "corrupt message"]).await;
}

#[tokio::test]
async fn clear_text_provider_serves_one_http2_client_and_refuses_http1() {
    let sample = Running::start_in_clear_text(&[("TF_LOG", "warn")]).await;
    assert_eq!(sample.fields()[5], "");
    send(&sample, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let client = sample.connect_in_clear_text().await;
    assert!(client.is_served().await);
    let second = sample.connect_in_clear_text().await;
    assert!(!second.is_served().await, "a second connection");
    assert!(client.is_served().await);
    let finished = sample.shut_down(client).await;
    for words in [NOT_THE_CLIENT, "it does not speak HTTP/2"] {
        assert!(finished.stderr.contains(words), "{words}: {}", finished.stderr);
    }
}

#[tokio::test]
async fn second_connection_of_the_client_is_refused_and_logged() {
    let sample = Running::start_with(&[("TF_LOG", "warn")]).await;
    let client = sample.connect().await;
    assert!(client.is_served().await);
    is_refused(&sample, Some(&sample.key)).await;
    assert!(client.is_served().await, "the first connection lives");
    let finished = sample.shut_down(client).await;
    let words = "refused a second client: this process serves only the one that started it";
    assert!(finished.stderr.contains(words), "{}", finished.stderr);
}

#[test]
fn provider_started_by_hand_or_with_a_wrong_cookie_explains_what_it_is_and_exits() {
    for cookie in [None, Some("guessed")] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(folder.path());
        command.envs(cookie.map(|it| (COOKIE.0, it)));
        let finished = testkit::process::run(command).exited(1);
        assert_eq!(finished.stdout, "");
        for words in ["this binary is a plugin", "Terraform", "--debug"] {
            assert!(finished.stderr.contains(words), "{words}: {}", finished.stderr);
        }
        let is_empty = std::fs::read_dir(folder.path()).unwrap().next().is_none();
        assert!(is_empty, "it created a file");
    }
}
