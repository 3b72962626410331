//! A gRPC client, mostly over a pipe in memory: what a provider answers, with its statuses.

use std::io;

use bytes::{BufMut as _, Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::task::JoinHandle;

/// The frame's flag and length before each message.
pub(super) const FRAME_HEADER: usize = 5;
/// As much as is under way at once.
const CAPACITY: usize = 256 << 10;

/// One connection. Dropping it closes it.
pub(super) struct Pipe {
    sender: SendRequest<Full<Bytes>>,
    connection: JoinHandle<()>,
}

/// Why a call gave no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The connection broke: the service is gone.
    #[error("the connection to the provider broke")]
    Broken,
    /// A gRPC status other than `OK`: its number.
    #[error("the provider answered with the gRPC status {0}")]
    Status(u16),
}

impl Pipe {
    /// The two ends of a pipe, this one not connected yet.
    pub(super) fn ends() -> (DuplexStream, DuplexStream) {
        tokio::io::duplex(CAPACITY)
    }

    pub(super) async fn open(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> io::Result<Self> {
        let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        // How the connection ends is seen by the calls on it.
        let connection = tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender, connection })
    }

    /// Calls a method of `tfplugin6.Provider`.
    ///
    /// # Panics
    /// On a status, which no operation of a provider may answer: a practitioner would
    /// read «Plugin error» and lose the state.
    pub(super) async fn call<T: Message + Default>(
        &self,
        method: &str,
        request: &impl Message,
    ) -> T {
        let answer = match self.call_raw(method, request.encode_to_vec().into()).await {
            Ok(answer) => answer,
            Err(err) => panic!("{method}: {err}; a problem must be a diagnostic"),
        };
        match T::decode(answer) {
            Ok(answer) => answer,
            Err(err) => panic!("{method}: the response cannot be decoded: {err}"),
        }
    }

    /// The same with the message as bytes.
    pub(super) async fn call_raw(&self, method: &str, message: Bytes) -> Result<Bytes, CallError> {
        let length = u32::try_from(message.len()).map_err(|_too_long| CallError::Broken)?;
        let mut frame = BytesMut::with_capacity(FRAME_HEADER + message.len());
        frame.put_u8(0);
        frame.put_u32(length);
        frame.put(message);
        let request = http::Request::post(format!("http://localhost/tfplugin6.Provider/{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Full::new(frame.freeze()))
            .map_err(|_no_such_method| CallError::Broken)?;
        let response =
            self.sender.clone().send_request(request).await.map_err(|_broken| CallError::Broken)?;
        let early = response.headers().get("grpc-status").cloned();
        let body = response.into_body().collect().await.map_err(|_broken| CallError::Broken)?;
        let status = body.trailers().and_then(|it| it.get("grpc-status").cloned()).or(early);
        let status = status.as_ref().and_then(|it| it.to_str().ok()?.parse().ok());
        match status {
            Some(0) => {
                let mut bytes = body.to_bytes();
                Ok(bytes.split_off(FRAME_HEADER.min(bytes.len())))
            }
            Some(code) => Err(CallError::Status(code)),
            None => Err(CallError::Broken),
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
