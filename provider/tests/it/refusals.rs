//! The released program refuses clients other than the Terraform that started it.

use std::path::Path;

use fakes::plugin_host::{COOKIE, ClientKey, Plugin};
use testkit::process::run;
use tfplugin::testing::Action;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::shipped::{program, program_in, session};

const NOT_THE_CLIENT: &str = "refused a connection that is not the client's";
const SECOND_CLIENT: &str =
    "refused a second client: this process serves only the one that started it";

#[track_caller]
fn assert_empty(folder: &Path) {
    assert!(std::fs::read_dir(folder).unwrap().next().is_none(), "the folder is not empty");
}

#[test]
fn start_without_the_cookie_is_refused_with_an_explanation() {
    let folder = tempfile::tempdir().unwrap();
    for cookie in [None, Some("guessed")] {
        let mut command = program_in(folder.path());
        command.envs(cookie.map(|value| (COOKIE.0, value)));
        let finished = run(command).exited(1);
        assert_eq!(finished.stdout, "");
        for words in ["this binary is a plugin", "Terraform", "--debug"] {
            assert!(finished.stderr.contains(words), "{words}: {}", finished.stderr);
        }
        assert_empty(folder.path());
    }
}

#[test]
fn malformed_client_certificate_prevents_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program_in(folder.path());
    command.envs([COOKIE, ("PLUGIN_CLIENT_CERT", "garbage")]);
    let finished = run(command).exited(1);
    let words = "registry.terraform.io/aibridge-rs/aibridge cannot start: ";
    assert!(finished.stdout.starts_with(words), "{}", finished.stdout);
    assert!(finished.stdout.contains("PLUGIN_CLIENT_CERT"), "{}", finished.stdout);
    assert_eq!(finished.stdout.lines().count(), 1);
    assert_empty(folder.path());
}

/// While the client has an object, another client connects: the log has one line with
/// `words`, and the first client continues with its object.
async fn check(intrude: impl AsyncFn(&Plugin), words: &[&str]) {
    let plugin = Plugin::start(program()).await;
    let session = session(&plugin).await;
    assert!(session.configure([]).await.is_empty());
    let config = |username: &str| {
        let url = "http://proxy.example.com:8888";
        [("proxy_url", url.into()), ("ca_fetch", "off".into()), ("username", username.into())]
    };
    let mut life = session.life("aibridge_proxy");
    assert_eq!(life.apply(config("a")).await, Action::Create);

    intrude(&plugin).await;
    let line = plugin.process.wait_line_async(words[0]).await;
    for it in words {
        assert!(line.contains(it), "`{it}` is missing: {line}");
    }

    assert_eq!(life.apply(config("b")).await, Action::Update);
    assert_eq!(life.object().get("username"), &"b".into());
    life.destroy().await;
    drop(session);
    let finished = plugin.finished().await;
    let refusals = finished.stderr.lines().filter(|it| it.contains("refused")).count();
    assert_eq!(refusals, 1, "{}", finished.stderr);
}

/// Over TLS with this certificate, no byte of HTTP/2 comes back.
async fn is_refused(plugin: &Plugin, key: Option<&ClientKey>) {
    let Ok(mut stream) = plugin.connect_as(key).await else { return };
    // The preface and empty settings (RFC 9113 section 3.4). The server may close the
    // connection before it has read them.
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let _closed = stream.write_all(preface).await;
    let _closed = stream.flush().await;
    assert!(stream.read_u8().await.is_err(), "the connection was accepted");
}

/// Sends bytes to the socket; what comes back is not HTTP.
async fn send(plugin: &Plugin, bytes: &[u8]) {
    let mut stream = UnixStream::connect(plugin.socket()).await.unwrap();
    // As above.
    let _closed = stream.write_all(bytes).await;
    let _closed = stream.shutdown().await;
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer).await;
    assert!(!answer.windows(4).any(|it| it == b"HTTP"), "an answer in clear text");
}

#[tokio::test]
async fn second_connection_of_the_client_is_refused_and_logged() {
    let intrude = async |plugin: &Plugin| is_refused(plugin, Some(&plugin.key)).await;
    check(intrude, &[SECOND_CLIENT]).await;
}

#[tokio::test]
async fn client_with_another_certificate_is_refused_and_logged() {
    let intrude = async |plugin: &Plugin| is_refused(plugin, Some(&ClientKey::generate())).await;
    check(intrude, &[NOT_THE_CLIENT, "it did not show the client's certificate"]).await;
}

#[tokio::test]
async fn client_without_the_key_of_its_certificate_is_refused_and_logged() {
    let intrude =
        async |plugin: &Plugin| is_refused(plugin, Some(&plugin.key.with_other_key())).await;
    check(intrude, &[NOT_THE_CLIENT, "BadSignature"]).await;
}

#[tokio::test]
async fn client_without_a_certificate_is_refused_and_logged() {
    let intrude = async |plugin: &Plugin| is_refused(plugin, None).await;
    let words = [NOT_THE_CLIENT, "it did not show the client's certificate", "no certificate"];
    check(intrude, &words).await;
}

#[tokio::test]
async fn connection_without_tls_is_refused_and_logged() {
    for bytes in [
        &[0xff; 70_000][..],
        b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let intrude = async |plugin: &Plugin| send(plugin, bytes).await;
        check(intrude, &[NOT_THE_CLIENT, "corrupt message"]).await;
    }
}

#[tokio::test]
async fn connection_without_data_is_refused_and_logged() {
    let intrude = async |plugin: &Plugin| send(plugin, b"").await;
    check(intrude, &[NOT_THE_CLIENT, "it did not show the client's certificate"]).await;
}
