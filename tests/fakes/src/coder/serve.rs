//! The connections of the fake deployment: hyper, and bodies that are broken on
//! purpose.

use std::convert::Infallible;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::respond::{Action, Delivery, Reply, respond};
use super::{RecordedRequest, Shared};
use crate::tcp_server::Connection;

type Body = BoxBody<Bytes, io::Error>;

/// Serves the requests of one connection.
pub(super) async fn connection(connection: Connection, shared: Arc<Shared>) {
    let socket = Arc::new(connection.socket);
    let service = service_fn(|request: Request<Incoming>| {
        let (shared, socket) = (Arc::clone(&shared), Arc::clone(&socket));
        async move { answer(&shared, socket, request).await }
    });
    let io = TokioIo::new(connection.stream);
    // Ends with an error whenever an answer is broken on purpose or the client
    // leaves early.
    let _ended = http1::Builder::new().serve_connection(io, service).await;
}

async fn answer(
    shared: &Shared,
    socket: Arc<OwnedFd>,
    request: Request<Incoming>,
) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let request = RecordedRequest::new(&head, body);
    let action = respond(&mut shared.settings(), &request);
    shared.requests.change(|requests| requests.push(request));
    carry_out(action, socket).await
}

async fn carry_out(mut action: Action, socket: Arc<OwnedFd>) -> io::Result<Response<Body>> {
    loop {
        action = match action {
            Action::Reply(reply) => return Ok(response(reply, socket)),
            Action::Held(gate, rest) => {
                gate.pass().await;
                *rest
            }
            Action::Disconnect => return Err(io::ErrorKind::ConnectionAborted.into()),
            Action::Hang => std::future::pending().await,
        };
    }
}

fn response(reply: Reply, socket: Arc<OwnedFd>) -> Response<Body> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    if !matches!(reply.delivery, Delivery::Whole | Delivery::Endless) {
        builder = builder.header("Content-Length", reply.body.len());
    }
    let body = body(reply.body, reply.delivery, socket);
    builder.body(body).expect("names and values of a fake's headers are valid")
}

fn body(bytes: Bytes, delivery: Delivery, socket: Arc<OwnedFd>) -> Body {
    match delivery {
        Delivery::Whole => Full::new(bytes).map_err(|never: Infallible| match never {}).boxed(),
        Delivery::Gated(gate) => {
            let steps = (0..bytes.len()).map(move |at| (bytes.slice(at..=at), gate.clone()));
            let frames = stream::iter(steps).then(|(byte, gate)| async move {
                gate.pass().await;
                Ok(Frame::data(byte))
            });
            BodyExt::boxed(StreamBody::new(frames))
        }
        Delivery::HalfThenReset => half_then(bytes, move || reset_on_close(&socket)),
        Delivery::HalfThenEnd => half_then(bytes, || {}),
        Delivery::Endless => {
            let frames = stream::repeat_with(move || Ok(Frame::data(bytes.clone())));
            BodyExt::boxed(StreamBody::new(frames))
        }
    }
}

/// Half of the bytes, flushed; then `last`, and the end of the connection.
fn half_then(bytes: Bytes, last: impl FnOnce() + Send + Sync + 'static) -> Body {
    let half = bytes.slice(..bytes.len() / 2);
    let first = stream::once(async move { Ok(Frame::data(half)) });
    let end = stream::once(async move {
        // Hyper flushes what it has before it polls again.
        tokio::task::yield_now().await;
        last();
        Err(io::ErrorKind::ConnectionReset.into())
    });
    BodyExt::boxed(StreamBody::new(first.chain(end)))
}

/// Makes the close of this socket a reset instead of an orderly end.
fn reset_on_close(socket: &OwnedFd) {
    rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO))
        .expect("a TCP socket lingers");
}
