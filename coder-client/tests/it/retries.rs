//! What is tried again, how often, and what is left of it in the report.

use std::time::{Duration, Instant};

use coder_client::api::ca_certificate::{FaultClass, FetchFault, FetchPolicy, fetch};
use coder_client::http::{AnswerError, TransportFault};
use fakes::coder::{Answer, RefusedPort, SignedOut};
use settings::Secret;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpListener;

use crate::rig::{ONCE, Rig, THRICE, client};

#[tokio::test]
async fn transient_statuses_are_tried_again() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let rig = Rig::new();
        rig.coder.script(vec![Answer::status(status)]);
        rig.fetch(THRICE).await.expect("the second answer");
        assert_eq!(rig.coder.requests().len(), 2, "{status}");

        let error =
            Rig::answering(Answer::status(status)).fetch(ONCE).await.expect_err("one attempt");
        assert_eq!((error.class(), error.attempts()), (FaultClass::Network, 1), "{error}");
        assert!(error.to_string().contains(&format!("status {status}: `")), "{error}");
    }
}

#[tokio::test]
async fn broken_connections_are_tried_again() {
    for answer in [Answer::Disconnect, Answer::ResetInBody, Answer::TruncatedBody] {
        let rig = Rig::new();
        rig.coder.script(vec![answer.clone()]);
        rig.fetch(THRICE).await.unwrap_or_else(|err| panic!("{answer:?}: {err}"));
        let error = Rig::answering(answer.clone()).fetch(ONCE).await.expect_err("one attempt");
        assert_eq!(error.class(), FaultClass::Network, "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_the_network() {
    let port = RefusedPort::take();
    let error = fetch(&client(&port.url()), &Secret::new("t"), None, &THRICE)
        .await
        .expect_err("nobody listens");
    assert_eq!(error.fault(), &FetchFault::Answer(AnswerError::Transport(TransportFault::Refused)));
    assert_eq!((error.class(), error.attempts()), (FaultClass::Network, 4));
    assert!(error.to_string().ends_with("the connection is refused (4 attempts)"), "{error}");
}

#[tokio::test]
async fn an_unknown_host_is_the_network() {
    let error = fetch(&client("http://nowhere.invalid"), &Secret::new("t"), None, &ONCE)
        .await
        .expect_err("no such host");
    assert_eq!(
        error.fault(),
        &FetchFault::Answer(AnswerError::Transport(TransportFault::Resolve)),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_deadline_ends_an_attempt_that_hangs() {
    let rig = Rig::answering(Answer::Hang);
    let start = Instant::now();
    let policy = FetchPolicy { deadline: Duration::from_millis(200), max_retries: 9 };
    let error = rig.fetch(policy).await.expect_err("a deadline");
    assert_eq!(error.fault(), &FetchFault::Answer(AnswerError::Transport(TransportFault::Timeout)));
    assert_eq!((error.class(), error.attempts()), (FaultClass::Network, 1));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_first_fault_survives_in_the_report() {
    let rig = Rig::answering(Answer::Hang);
    rig.coder.script(vec![Answer::status(503)]);
    let policy = FetchPolicy { deadline: Duration::from_millis(1500), max_retries: 9 };
    let error = rig.fetch(policy).await.expect_err("a deadline");
    assert!(
        matches!(error.fault(), FetchFault::Answer(AnswerError::Unavailable { status: 503, .. })),
        "{error:?}"
    );
    let shown = error.to_string();
    assert!(shown.contains("no answer in time (attempt 2; the first one ended with: "), "{shown}");
    assert!(shown.contains("status 503: `Service unavailable.`"), "{shown}");
}

#[tokio::test]
async fn a_refusal_ends_the_retries_and_decides() {
    let rig = Rig::answering(Answer::NotSignedIn(SignedOut::Unknown));
    rig.coder.script(vec![Answer::status(502)]);
    let error = rig.fetch(THRICE).await.expect_err("signed out");
    assert_eq!((error.class(), error.attempts()), (FaultClass::NotSignedIn, 2));
    assert!(
        error
            .to_string()
            .contains("the first one ended with: the deployment is not available, status 502"),
        "{error}"
    );
}

#[tokio::test]
async fn retry_after_is_honoured_but_not_beyond_the_deadline() {
    let rig = Rig::new();
    rig.coder.script(vec![Answer::rate_limited(Some(1))]);
    let start = Instant::now();
    rig.fetch(THRICE).await.expect("the second answer");
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());

    let rig = Rig::answering(Answer::rate_limited(Some(3600)));
    let error = rig.fetch(THRICE).await.expect_err("no time for that");
    assert_eq!(error.attempts(), 1);
    let FetchFault::Answer(AnswerError::Unavailable { retry_after, .. }) = error.fault() else {
        panic!("{error:?}");
    };
    assert_eq!(*retry_after, Some(Duration::from_secs(3600)));
}

/// Accepts one connection and answers each request on it with 503. A client
/// that opened another one would wait for it until its deadline.
async fn serve_one_connection(listener: TcpListener) -> usize {
    let (stream, _) = listener.accept().await.expect("a connection");
    let mut stream = BufStream::new(stream);
    let (mut requests, mut line) = (0, String::new());
    loop {
        line.clear();
        match stream.read_line(&mut line).await {
            Ok(0) | Err(_) => return requests,
            Ok(_) if line == "\r\n" => requests += 1,
            Ok(_) => continue,
        }
        let answer = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
        stream.write_all(answer).await.expect("an open connection");
        stream.flush().await.expect("an open connection");
    }
}

#[tokio::test]
async fn retries_use_the_connection_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(serve_one_connection(listener));
    let error = fetch(&client(&url), &Secret::new("t"), None, &THRICE).await.expect_err("busy");
    assert!(error.to_string().contains("status 503: `busy` (4 attempts)"), "{error}");
    assert_eq!(server.await.expect("no panic"), 4);
}
