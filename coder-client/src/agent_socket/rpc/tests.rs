//! Conversations on an in-memory pipe, byte by byte, under a paused clock.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::Instant;

use super::{Connection, Method};
use crate::agent_socket::messages::{Empty, ReadyResponse, UnitRequest};
use crate::agent_socket::{RemoteErrorKind, SocketError};

/// Answers as the agent frames them, on stream 1.
const EMPTY: &[u8] = &[5, 1, 1, 0, 13, 1, 2, 0];
const READY: &[u8] = &[5, 1, 1, 2, 8, 1, 13, 1, 2, 0];
const ERROR: &[u8] = &[7, 1, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0, b'x'];

fn pair() -> (Connection<DuplexStream>, DuplexStream) {
    let (ours, theirs) = duplex(1 << 20);
    (Connection::new(ours), theirs)
}

async fn ping(connection: &mut Connection<DuplexStream>) -> Result<(), SocketError> {
    let Empty {} = connection.call(Method::Ping, &Empty {}).await?;
    Ok(())
}

/// Calls `Ping` on a peer that has already answered `bytes` and hung up.
async fn ping_answered(bytes: &[u8]) -> Result<(), SocketError> {
    let (mut connection, mut peer) = pair();
    peer.write_all(bytes).await.expect("room in the pipe");
    // Only our reading end may see the hang-up: the call itself must be written.
    let (_kept, mut writer) = tokio::io::split(peer);
    writer.shutdown().await.expect("an open pipe");
    ping(&mut connection).await
}

#[tokio::test(start_paused = true)]
async fn call_is_sent_as_three_packets() {
    let (mut connection, mut peer) = pair();
    peer.write_all(EMPTY).await.expect("room in the pipe");
    let Empty {} = connection
        .call(Method::SyncStart, &UnitRequest::new("aibridge-proxy-setup"))
        .await
        .expect("an answer");
    drop(connection);
    let mut sent = Vec::new();
    peer.read_to_end(&mut sent).await.expect("the call");
    let mut expected = b"\x03\x01\x01\x2b/coder.agentsocket.v1.AgentSocket/SyncStart".to_vec();
    expected.extend_from_slice(b"\x05\x01\x02\x16\x0a\x14aibridge-proxy-setup\x0d\x01\x03\x00");
    assert_eq!(sent, expected);
}

#[tokio::test(start_paused = true)]
async fn each_call_has_a_new_stream_number() {
    let (mut connection, mut peer) = pair();
    peer.write_all(READY).await.expect("room in the pipe");
    let answer: ReadyResponse =
        connection.call(Method::SyncReady, &UnitRequest::new("u")).await.expect("an answer");
    assert!(answer.ready);
    peer.write_all(&[7, 2, 1, 8, 0, 0, 0, 0, 0, 0, 0, 12]).await.expect("room in the pipe");
    let err = ping(&mut connection).await.expect_err("an error");
    assert!(err.is_remote(RemoteErrorKind::UnknownRpc), "{err:?}");
    peer.write_all(&[5, 3, 1, 0]).await.expect("room in the pipe");
    ping(&mut connection).await.expect("usable after an error, and without the end of stream 1");
}

#[tokio::test(start_paused = true)]
async fn call_to_a_silent_peer_times_out_after_five_seconds() {
    let (mut connection, _peer) = pair();
    let start = Instant::now();
    let err = ping(&mut connection).await.expect_err("a deadline");
    assert!(matches!(err, SocketError::Timeout { during: "calling `Ping`" }), "{err:?}");
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert!(matches!(ping(&mut connection).await, Err(SocketError::Closed)));
    assert_eq!(start.elapsed(), Duration::from_secs(5), "the second call does not wait");
}

#[tokio::test(start_paused = true)]
async fn dropped_call_ends_the_connection() {
    let (mut connection, mut peer) = pair();
    let call = tokio::time::timeout(Duration::from_secs(1), ping(&mut connection));
    call.await.expect_err("still waiting");
    peer.write_all(EMPTY).await.expect("room in the pipe");
    assert!(matches!(ping(&mut connection).await, Err(SocketError::Closed)));
}

#[tokio::test(start_paused = true)]
async fn truncated_answer_is_reported_as_closed_connection() {
    for whole in [EMPTY, READY] {
        for length in 0..whole.len() - 4 {
            let outcome = ping_answered(&whole[..length]).await;
            assert!(matches!(outcome, Err(SocketError::Closed)), "{length}: {outcome:?}");
        }
    }
    for length in 0..ERROR.len() {
        assert!(
            matches!(ping_answered(&ERROR[..length]).await, Err(SocketError::Closed)),
            "{length}"
        );
    }
    ping_answered(EMPTY).await.expect("the whole answer");
}

#[tokio::test(start_paused = true)]
async fn malformed_answer_ends_the_connection() {
    for (name, bytes) in [
        ("end without an answer", &[13, 1, 1, 0][..]),
        ("close", &[11, 1, 1, 0]),
        ("cancel", &[9, 1, 1, 0]),
        ("a call of the peer's", &[3, 1, 1, 0]),
        ("a stream of the future", &[5, 2, 1, 0]),
        ("an error without a code", &[7, 1, 1, 1, 0]),
        ("an unknown kind", &[17, 1, 1, 0]),
        ("no protobuf", &[5, 1, 1, 1, 0xff]),
        ("an oversized frame", &[5, 1, 1, 0x81, 0x80, 0x80, 0x02]),
        ("another protocol", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    ] {
        let outcome = ping_answered(bytes).await;
        assert!(matches!(outcome, Err(SocketError::Protocol(_))), "{name}: {outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_message_fields_are_skipped() {
    ping_answered(&[5, 1, 1, 2, 0x50, 1]).await.expect("field 10 is unknown and skipped");
}
