//! One connection: prove that it is the client, then serve HTTP/2 on it.

use std::fmt;
use std::io::{self, Cursor};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tonic::Status;
use tonic::body::Body;
use tower_service::Service as _;

use super::host::Host;
use super::lifetime::Lifetime;
use super::listener::{Socket, Stream};
use crate::generated::health::health_server::{self, HealthServer};
use crate::generated::plugin::grpc_broker_server::{self, GrpcBrokerServer};
use crate::generated::plugin::grpc_controller_server::{self, GrpcControllerServer};
use crate::generated::plugin::grpc_stdio_server::{self, GrpcStdioServer};
use crate::generated::tfplugin6::provider_server::{self, Provider, ProviderServer};
use crate::proto6::MESSAGE_LIMIT;

/// Time for a connection to prove that it is the client.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// What a connection in clear text must open with (RFC 9113 section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// All services that answer calls.
pub(crate) struct Services<T> {
    provider: ProviderServer<T>,
    health: HealthServer<Host>,
    controller: GrpcControllerServer<Host>,
    stdio: GrpcStdioServer<Host>,
    broker: GrpcBrokerServer<Host>,
}

impl<T> Clone for Services<T> {
    fn clone(&self) -> Self {
        Self {
            provider: self.provider.clone(),
            health: self.health.clone(),
            controller: self.controller.clone(),
            stdio: self.stdio.clone(),
            broker: self.broker.clone(),
        }
    }
}

impl<T: Provider> Services<T> {
    pub(crate) fn new(provider: T, host: &Host) -> Self {
        Self {
            provider: ProviderServer::new(provider)
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
            health: HealthServer::new(host.clone()),
            controller: GrpcControllerServer::new(host.clone()),
            stdio: GrpcStdioServer::new(host.clone()),
            broker: GrpcBrokerServer::new(host.clone()),
        }
    }

    /// Paths are `/SERVICE/METHOD`; an unknown service is "unimplemented".
    fn call(
        &mut self,
        request: http::Request<Incoming>,
    ) -> BoxFuture<'static, Result<http::Response<Body>, Never>> {
        let service = request.uri().path().split('/').nth(1).unwrap_or_default();
        match service {
            provider_server::SERVICE_NAME => self.provider.call(request),
            health_server::SERVICE_NAME => self.health.call(request),
            grpc_controller_server::SERVICE_NAME => self.controller.call(request),
            grpc_stdio_server::SERVICE_NAME => self.stdio.call(request),
            grpc_broker_server::SERVICE_NAME => self.broker.call(request),
            _ => {
                let status = Status::unimplemented(format!("no service `{service}`"));
                Box::pin(async move { Ok(status.into_http()) })
            }
        }
    }
}

type Never = std::convert::Infallible;

/// Serves one connection to its end. What goes wrong is logged.
pub(crate) async fn serve<T: Provider>(
    socket: Socket,
    tls: Option<TlsAcceptor>,
    services: Services<T>,
    lifetime: Arc<Lifetime>,
) {
    let stream = match timeout(HANDSHAKE_LIMIT, authenticate(socket, tls)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(refusal)) => {
            tracing::warn!(reason = %refusal, "refused a connection that is not the client's");
            return;
        }
        Err(_elapsed) => {
            tracing::warn!(
                reason = "it sent nothing for too long",
                "refused a connection that is not the client's"
            );
            return;
        }
    };
    let Some(_seat) = lifetime.admit() else {
        tracing::warn!("refused a second client: this process serves only the one that started it");
        return;
    };
    if let Err(err) = serve_http2(stream, services, &lifetime).await {
        tracing::debug!(error = %err, "the connection ended early");
    }
}

/// Makes sure that the other side is the client, or in clear text at least
/// that it speaks HTTP/2.
async fn authenticate(mut socket: Socket, tls: Option<TlsAcceptor>) -> Result<Socket, Intruder> {
    let Some(tls) = tls else {
        let mut preface = [0; PREFACE.len()];
        socket.read_exact(&mut preface).await.map_err(Intruder::Silent)?;
        if preface != *PREFACE {
            return Err(Intruder::NotHttp2);
        }
        let (read, write) = tokio::io::split(socket);
        return Ok(Box::new(tokio::io::join(Cursor::new(preface).chain(read), write)));
    };
    let stream = tls.accept(socket).await.map_err(Intruder::Tls)?;
    Ok(Box::new(stream))
}

/// Why a connection is none of the client's.
#[derive(Debug)]
enum Intruder {
    NotHttp2,
    Silent(io::Error),
    Tls(io::Error),
}

impl fmt::Display for Intruder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttp2 => f.write_str("it does not speak HTTP/2"),
            Self::Silent(err) => write!(f, "it closed before it sent anything: {err}"),
            Self::Tls(err) => write!(f, "it did not show the client's certificate: {err}"),
        }
    }
}

async fn serve_http2<T: Provider>(
    stream: impl Stream,
    services: Services<T>,
    lifetime: &Lifetime,
) -> hyper::Result<()> {
    let service = service_fn(move |request| services.clone().call(request));
    let mut connection = std::pin::pin!(
        http2::Builder::new(TokioExecutor::new())
            // Terraform waits for its own parallelism, and a stop must get
            // through whatever else is in flight.
            .max_concurrent_streams(u32::MAX)
            .serve_connection(TokioIo::new(stream), service)
    );
    let ending = lifetime.ending();
    tokio::select! {
        result = connection.as_mut() => return result,
        () = ending.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}
