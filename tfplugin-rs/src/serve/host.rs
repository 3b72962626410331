//! The plugin host's own services: health, controller, stdio, broker.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use super::lifetime::Lifetime;
use crate::generated::health::health_check_response::ServingStatus;
use crate::generated::health::health_server::Health;
use crate::generated::health::{HealthCheckRequest, HealthCheckResponse};
use crate::generated::plugin::grpc_broker_server::GrpcBroker;
use crate::generated::plugin::grpc_controller_server::GrpcController;
use crate::generated::plugin::grpc_stdio_server::GrpcStdio;
use crate::generated::plugin::{ConnInfo, Empty, StdioData};

/// Name under which the plugin host checks our health.
const HEALTH_SERVICE: &str = "plugin";

/// All four services.
#[derive(Clone)]
pub(crate) struct Host {
    lifetime: Arc<Lifetime>,
}

impl Host {
    pub(crate) fn new(lifetime: Arc<Lifetime>) -> Self {
        Self { lifetime }
    }
}

#[tonic::async_trait]
impl Health for Host {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let service = request.into_inner().service;
        if service.is_empty() || service == HEALTH_SERVICE {
            return Ok(Response::new(HealthCheckResponse {
                status: ServingStatus::Serving.into(),
            }));
        }
        Err(Status::not_found(format!("no service `{service}`")))
    }
}

#[tonic::async_trait]
impl GrpcController for Host {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("the client requested the end of the process");
        self.lifetime.shut_down();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcStdio for Host {
    /// Nothing is ever sent, as nothing but the handshake line is printed; the
    /// client takes the end of the stream for the end of the plugin.
    async fn stream_stdio(
        &self,
        _request: Request<()>,
    ) -> Result<Response<BoxStream<StdioData>>, Status> {
        let ending = self.lifetime.ending().cancelled_owned();
        Ok(Response::new(Box::pin(stream::once(ending).filter_map(|()| async { None }))))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Host {
    /// Nothing is brokered. Announcements are read and dropped, or the client
    /// would wait for room to send them.
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        let ending = self.lifetime.ending();
        let answers = stream::once(async move {
            let mut announcements = request.into_inner();
            loop {
                tokio::select! {
                    () = ending.cancelled() => return,
                    announcement = announcements.message() => match announcement {
                        Ok(Some(_)) => {
                            tracing::warn!("a brokered connection was announced; none is used");
                        }
                        Ok(None) | Err(_) => break,
                    }
                }
            }
            ending.cancelled().await;
        })
        .filter_map(|()| async { None });
        Ok(Response::new(Box::pin(answers)))
    }
}
