//! Retries: which faults, how many, and what the report keeps of them.

use std::time::{Duration, Instant};

use coder_client::api::ca_certificate::{FaultClass, FetchFault, FetchPolicy, fetch};
use coder_client::http::{AnswerError, TransportFault};
use fakes::coder::{Answer, RefusedPort};
use settings::Secret;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpListener;

use crate::world::{ONCE, THRICE, World, client};

#[tokio::test]
async fn broken_connection_is_retried() {
    for answer in [Answer::Disconnect, Answer::ResetInBody, Answer::TruncatedBody] {
        let world = World::new();
        world.coder.script(vec![answer.clone()]);
        world.fetch(THRICE).await.unwrap_or_else(|err| panic!("{answer:?}: {err}"));
        let error = World::answering(answer.clone()).fetch(ONCE).await.expect_err("one attempt");
        assert_eq!(error.class(), FaultClass::Network, "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn refused_connection_is_a_network_fault() {
    let port = RefusedPort::take();
    let error = fetch(&client(&port.url()), &Secret::new("t"), None, &THRICE)
        .await
        .expect_err("no server listens");
    assert_eq!(error.fault(), &FetchFault::Answer(AnswerError::Transport(TransportFault::Refused)));
    assert_eq!((error.class(), error.attempts()), (FaultClass::Network, 4));
    assert!(error.to_string().ends_with("the connection is refused (4 attempts)"), "{error}");
}

#[tokio::test]
async fn unknown_host_is_a_network_fault() {
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
async fn deadline_ends_an_attempt_that_hangs() {
    let world = World::answering(Answer::Hang);
    let start = Instant::now();
    let policy = FetchPolicy { deadline: Duration::from_millis(200), max_retries: 9 };
    let error = world.fetch(policy).await.expect_err("a deadline");
    assert_eq!(error.fault(), &FetchFault::Answer(AnswerError::Transport(TransportFault::Timeout)));
    assert_eq!((error.class(), error.attempts()), (FaultClass::Network, 1));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[tokio::test]
async fn report_keeps_the_first_fault_when_the_deadline_passes() {
    let world = World::answering(Answer::Hang);
    world.coder.script(vec![Answer::status(503)]);
    let policy = FetchPolicy { deadline: Duration::from_millis(1500), max_retries: 9 };
    let error = world.fetch(policy).await.expect_err("a deadline");
    assert!(
        matches!(error.fault(), FetchFault::Answer(AnswerError::Unavailable { status: 503, .. })),
        "{error:?}"
    );
    let shown = error.to_string();
    assert!(
        shown.contains("no response within the timeout (attempt 2; the first one ended with: "),
        "{shown}"
    );
    assert!(shown.contains("status 503: `Service unavailable.`"), "{shown}");
}

#[tokio::test]
async fn refusal_after_a_transient_fault_ends_the_retries() {
    let world = World::answering(Answer::UNKNOWN_TOKEN);
    world.coder.script(vec![Answer::status(502)]);
    let error = world.fetch(THRICE).await.expect_err("signed out");
    assert_eq!((error.class(), error.attempts()), (FaultClass::NotSignedIn, 2));
    assert!(
        error
            .to_string()
            .contains("the first one ended with: the deployment is not available, status 502"),
        "{error}"
    );
}

#[tokio::test]
async fn retry_after_is_waited_for_within_the_deadline() {
    let world = World::new();
    world.coder.script(vec![Answer::rate_limited(Some(1))]);
    let start = Instant::now();
    world.fetch(THRICE).await.expect("the second answer");
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());

    let world = World::answering(Answer::rate_limited(Some(3600)));
    let error = world.fetch(THRICE).await.expect_err("a wait beyond the deadline");
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
async fn retries_reuse_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(serve_one_connection(listener));
    let error = fetch(&client(&url), &Secret::new("t"), None, &THRICE).await.expect_err("busy");
    assert!(error.to_string().contains("status 503: `busy` (4 attempts)"), "{error}");
    assert_eq!(server.await.expect("no panic"), 4);
}
