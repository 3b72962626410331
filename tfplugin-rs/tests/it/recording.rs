//! A recording holds exactly what the client sent, and the client sees no difference.

use bytes::Bytes;
use prost::Message as _;
use tfplugin::testing::{Attached, Request};
use tokio::net::UnixStream;

use crate::client::{CallError, Client, UNIMPLEMENTED};
use crate::generated::{health, tfplugin6};
use crate::kinds::SampleKinds;

const ADDRESS: &str = "registry.terraform.io/aibridge-rs/sample";

/// A message with a field that is not in the protocol: decoding and encoding would lose it.
const ODD: &[u8] = b"\xfa\x01\x03odd";

async fn connect(attached: &Attached) -> Client {
    let reattach: serde_json::Value = serde_json::from_str(attached.reattach()).unwrap();
    let socket = reattach[ADDRESS]["Addr"]["String"].as_str().unwrap();
    Client::open(UnixStream::connect(socket).await.unwrap()).await.unwrap()
}

fn request(method: &str, message: &[u8]) -> Request {
    Request { method: method.to_owned(), message: Bytes::copy_from_slice(message) }
}

#[tokio::test]
async fn recording_keeps_requests_byte_by_byte() {
    let (attached, recording) = Attached::recording(SampleKinds, ADDRESS).unwrap();
    let first = connect(&attached).await;
    let second = connect(&attached).await;
    let provider = |method: &str| format!("tfplugin6.Provider/{method}");

    let answer = first.call_raw(&provider("StopProvider"), ODD.into()).await.unwrap();
    assert_eq!(tfplugin6::stop_provider::Response::decode(answer).unwrap().error, "");
    let answer = second.call_raw(&provider("ReadResource"), b"\xff\xff"[..].into()).await;
    assert_eq!(answer, Err(CallError::Status(13)));
    let answer = first.call_raw(&provider("NoSuchCall"), Bytes::new()).await;
    assert_eq!(answer, Err(UNIMPLEMENTED));
    assert_eq!(
        recording.take(),
        [
            request("StopProvider", ODD),
            request("ReadResource", b"\xff\xff"),
            request("NoSuchCall", b""),
        ]
    );
    assert_eq!(recording.take(), [], "a taken request is gone");
}

#[tokio::test]
async fn recording_omits_calls_of_the_plugin_host() {
    let (attached, recording) = Attached::recording(SampleKinds, ADDRESS).unwrap();
    let client = connect(&attached).await;
    let check = health::HealthCheckRequest { service: "plugin".to_owned() };
    let answer: health::HealthCheckResponse =
        client.call("grpc.health.v1.Health/Check", &check).await.unwrap();
    assert_eq!(answer.status().as_str_name(), "SERVING");
    assert_eq!(recording.take(), []);
}

#[tokio::test]
async fn recorded_provider_closes_connections_when_dropped() {
    let (attached, _recording) = Attached::recording(SampleKinds, ADDRESS).unwrap();
    let client = connect(&attached).await;
    let answer = client.call_raw("tfplugin6.Provider/StopProvider", Bytes::new()).await;
    assert!(answer.is_ok());
    tokio::task::spawn_blocking(move || drop(attached)).await.unwrap();
    client.closed().await;
}
