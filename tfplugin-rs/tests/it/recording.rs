//! What is recorded is what was sent, and the one who sent it notices nothing.

use bytes::Bytes;
use prost::Message as _;
use tfplugin::testing::{Attached, Request};
use tokio::net::UnixStream;

use crate::client::{CallError, Client, UNIMPLEMENTED};
use crate::everything::Everything;
use crate::generated::{health, tfplugin6};

const ADDRESS: &str = "registry.terraform.io/aibridge-rs/everything";

/// A message with a field that nobody knows: reading and writing it would lose that.
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
async fn requests_are_kept_as_they_came() {
    let (attached, recording) = Attached::recording(Everything, ADDRESS).unwrap();
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
    assert_eq!(recording.take(), [], "what was taken is gone");
}

#[tokio::test]
async fn services_of_the_host_are_served_and_not_kept() {
    let (attached, recording) = Attached::recording(Everything, ADDRESS).unwrap();
    let client = connect(&attached).await;
    let check = health::HealthCheckRequest { service: "plugin".to_owned() };
    let answer: health::HealthCheckResponse =
        client.call("grpc.health.v1.Health/Check", &check).await.unwrap();
    assert_eq!(answer.status().as_str_name(), "SERVING");
    assert_eq!(recording.take(), []);
}

#[tokio::test]
async fn the_end_of_the_service_closes_the_connection() {
    let (attached, _recording) = Attached::recording(Everything, ADDRESS).unwrap();
    let client = connect(&attached).await;
    let answer = client.call_raw("tfplugin6.Provider/StopProvider", Bytes::new()).await;
    assert!(answer.is_ok());
    tokio::task::spawn_blocking(move || drop(attached)).await.unwrap();
    client.closed().await;
}
