//! The requests of a real CLI to a provider, kept as they came over the wire.
//!
//! A relay between the CLI and the service: the service is the one that is shipped and
//! does not know of it, and no code of ours has read or written the bytes that are kept.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::pipe::{FRAME_HEADER, Pipe};
use crate::provider::Provider;
use crate::serve::in_process::{Socket, serve_stream};
use crate::server::Server;

/// Methods of `tfplugin6.Provider` are kept; the services of the plugin's host do not concern
/// a provider, and their streams may stay open for as long as the connection.
const KEPT: &str = "/tfplugin6.Provider/";

/// A request as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method of `tfplugin6.Provider`, such as `PlanResourceChange`.
    pub method: String,
    /// The message, in the bytes that the CLI sent.
    /// [`Session::call_raw`](super::Session::call_raw) sends it again without a CLI.
    pub message: Bytes,
}

/// The requests that came in. All clones share them.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    requests: Arc<Mutex<Vec<Request>>>,
}

/// What goes on to the service: as it comes, or read to its end and kept.
type Body = Either<Incoming, Full<Bytes>>;

// === impl Recording ===

impl Recording {
    /// What came in since the last time, in order.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, method: &str, body: &Bytes) {
        // A method of one message: the frame's flag and length, then the message. No CLI
        // compresses.
        let message = body.slice(FRAME_HEADER.min(body.len())..);
        let request = Request { method: method.to_owned(), message };
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    }
}

/// Serves one connection to its end, by way of a second one over a pipe in memory.
pub(super) async fn relay<P: Provider>(socket: Socket, server: Server<P>, recording: Recording) {
    let (near, far) = Pipe::ends();
    let relaying = async {
        let (sender, onward) = handshake(TokioExecutor::new(), TokioIo::new(near)).await?;
        let service =
            service_fn(move |request| forward(request, sender.clone(), recording.clone()));
        let incoming = http2::Builder::new(TokioExecutor::new())
            .max_concurrent_streams(u32::MAX)
            .serve_connection(TokioIo::new(socket), service);
        // With the incoming connection the last sender goes, which closes the other.
        let (incoming, onward) = tokio::join!(incoming, onward);
        incoming.and(onward)
    };
    let (ended, ()) = tokio::join!(relaying, serve_stream(server, Box::new(far)));
    if let Err(err) = ended {
        tracing::debug!(error = %err, "a recorded connection ended early");
    }
}

async fn forward(
    request: http::Request<Incoming>,
    mut sender: SendRequest<Body>,
    recording: Recording,
) -> hyper::Result<http::Response<Incoming>> {
    let (parts, body) = request.into_parts();
    let body = match parts.uri.path().strip_prefix(KEPT) {
        None => Either::Left(body),
        Some(method) => {
            let body = body.collect().await?.to_bytes();
            recording.keep(method, &body);
            Either::Right(Full::new(body))
        }
    };
    sender.send_request(http::Request::from_parts(parts, body)).await
}
