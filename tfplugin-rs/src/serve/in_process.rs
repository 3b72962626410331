//! The services of a provider inside the process of its tests: over one stream, or on a
//! socket that a CLI attaches to. No TLS, no signals, no end of the process.

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;

use super::lifetime::{Admission, Lifetime};
use super::listener::Listener;
pub(crate) use super::listener::Socket;
use super::{Network, accept, connection, operations_done, reattach, services};
use crate::provider::Provider;
use crate::server::Server;

/// Serves one stream until it ends.
pub(crate) async fn serve_stream<P: Provider>(server: Server<P>, stream: Socket) {
    let lifetime = Arc::new(Lifetime::new(Admission::Any));
    let services = services(&server, &lifetime);
    connection::serve(stream, None, services, lifetime).await;
}

/// A bound socket that a CLI can attach to.
pub(crate) struct Bound {
    listener: Listener,
    /// What the variable `TF_REATTACH_PROVIDERS` must hold.
    pub(crate) reattach: String,
}

impl Bound {
    /// Binds what this platform's plugins do. Needs a runtime around it.
    pub(crate) fn new(address: &str) -> io::Result<Self> {
        Self::on(Network::of_this_platform(), address)
    }

    fn on(network: Network, address: &str) -> io::Result<Self> {
        let listener = Listener::bind(&network.endpoint()).map_err(io::Error::other)?;
        let reattach = reattach::config(&[address], &listener.address(), std::process::id());
        Ok(Self { listener, reattach })
    }

    /// Serves all clients until `ended`, and finishes what is in flight then.
    pub(crate) async fn serve<P: Provider>(self, provider: P, ended: impl Future<Output = ()>) {
        self.serve_with(provider, ended, |socket, server| serve_stream(server, socket)).await;
    }

    /// As [`Bound::serve`], with `connection` to serve each of them.
    pub(crate) async fn serve_with<P, F>(
        self,
        provider: P,
        ended: impl Future<Output = ()>,
        connection: impl Fn(Socket, Server<P>) -> F,
    ) where
        P: Provider,
        F: Future<Output = ()> + Send + 'static,
    {
        let lifetime = Lifetime::new(Admission::Any);
        let server = Server::new(provider);
        let connection = |socket| connection(socket, server.clone());
        tokio::select! {
            () = ended => {}
            () = accept(&self.listener, &lifetime, connection) => {}
        }
        server.stop();
        operations_done(&server).await;
    }
}
