//! A gRPC client over one connection that sees statuses and bytes as they are.

use std::io;

use bytes::{BufMut as _, Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

use crate::generated::health::health_check_response::ServingStatus;
use crate::generated::health::{HealthCheckRequest, HealthCheckResponse};

/// The frame's flag and length before each message.
const FRAME_HEADER: usize = 5;

/// One connection. Dropping it closes it.
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    connection: JoinHandle<()>,
}

/// Why a call has no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// The connection broke.
    Broken,
    /// A gRPC status.
    Status(u16),
}

/// `UNIMPLEMENTED`
pub(crate) const UNIMPLEMENTED: CallError = CallError::Status(12);
/// `NOT_FOUND`
pub(crate) const NOT_FOUND: CallError = CallError::Status(5);

impl Client {
    pub(crate) async fn open(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> io::Result<Self> {
        let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        // How the connection ends is seen by the calls on it.
        let connection = tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender, connection })
    }

    /// Calls a method of the provider's service, which must be answered.
    pub(crate) async fn provider<T: Message + Default>(
        &self,
        method: &str,
        request: &impl Message,
    ) -> T {
        self.call(&format!("tfplugin6.Provider/{method}"), request).await.expect("an answer")
    }

    /// Whether the plugin's service is healthy.
    pub(crate) async fn is_served(&self) -> bool {
        let request = HealthCheckRequest { service: "plugin".to_owned() };
        let answer: Result<HealthCheckResponse, CallError> =
            self.call("grpc.health.v1.Health/Check", &request).await;
        answer.is_ok_and(|answer| answer.status() == ServingStatus::Serving)
    }

    /// Calls `SERVICE/METHOD`.
    pub(crate) async fn call<T: Message + Default>(
        &self,
        method: &str,
        request: &impl Message,
    ) -> Result<T, CallError> {
        let answer = self.call_raw(method, request.encode_to_vec().into()).await?;
        Ok(T::decode(answer).expect("the answer is the message that the method returns"))
    }

    /// The same with a message in bytes; a stream that ends without a message
    /// gives none.
    pub(crate) async fn call_raw(&self, method: &str, message: Bytes) -> Result<Bytes, CallError> {
        let mut frame = BytesMut::with_capacity(FRAME_HEADER + message.len());
        frame.put_u8(0);
        frame.put_u32(message.len().try_into().expect("messages are shorter than 4 GiB"));
        frame.put(message);
        let request = http::Request::post(format!("http://localhost/{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Full::new(frame.freeze()))
            .expect("a request");
        let response =
            self.sender.clone().send_request(request).await.map_err(|_broken| CallError::Broken)?;
        let status = response.headers().get("grpc-status").cloned();
        let body = response.into_body().collect().await.map_err(|_broken| CallError::Broken)?;
        let status = body
            .trailers()
            .and_then(|trailers| trailers.get("grpc-status").cloned())
            .or(status)
            .ok_or(CallError::Broken)?;
        match status.to_str().ok().and_then(|status| status.parse().ok()) {
            Some(0) => {
                let mut bytes = body.to_bytes();
                Ok(bytes.split_off(FRAME_HEADER.min(bytes.len())))
            }
            Some(code) => Err(CallError::Status(code)),
            None => panic!("the status `{status:?}` is a number"),
        }
    }

    /// Resolves when the other side has closed the connection.
    pub(crate) async fn closed(mut self) {
        (&mut self.connection).await.expect("the connection's task does not panic");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
