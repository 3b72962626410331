//! The services of a provider inside the process of its tests: over one stream, or on a
//! socket that a CLI attaches to. No TLS, no signals, no end of the process.

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

/// A bound socket that a CLI can be told of.
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

    /// Serves whoever attaches until `ended`, and what is in flight then to its end.
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
        tokio::select! {
            () = ended => {}
            () = accept(&self.listener, &lifetime, |socket| connection(socket, server.clone())) => {}
        }
        server.stop();
        operations_done(&server).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    use super::*;
    use crate::diag::Diagnostics;
    use crate::model::Attr;
    use crate::provider::Kinds;
    use crate::schema::{Attribute, Schema};
    use crate::testing::Session;
    use crate::ty::Type;

    crate::model! {
        struct Region {
            region: Attr<String>,
        }
    }

    /// A provider without resources.
    #[derive(Clone, Copy)]
    struct Bare;

    impl Provider for Bare {
        type Config = Region;
        type Client = ();

        fn schema(&self) -> Schema {
            Schema::new(0).attribute("region", Attribute::required(Type::String))
        }

        async fn configure(&self, _: Region, _: &mut Diagnostics) -> Option<()> {
            Some(())
        }

        fn kinds(&self) -> Kinds<()> {
            Kinds::new()
        }
    }

    /// What plugins on Windows listen on serves calls everywhere.
    #[tokio::test]
    async fn calls_are_served_over_tcp() {
        const ADDRESS: &str = "registry.terraform.io/aibridge-rs/bare";
        let bound = Bound::on(Network::Tcp, ADDRESS).unwrap();
        let reattach: serde_json::Value = serde_json::from_str(&bound.reattach).unwrap();
        let address = &reattach[ADDRESS]["Addr"];
        assert_eq!(address["Network"], "tcp");
        let address = address["String"].as_str().unwrap().to_owned();
        let (end, ended) = oneshot::channel::<()>();
        let service = tokio::spawn(bound.serve(Bare, async { drop(ended.await) }));

        let stream = TcpStream::connect(address).await.unwrap();
        let session = Session::open_over(Bare, stream).await.unwrap();
        assert!(session.configure([("region", "eu".into())]).await.is_empty());
        drop(end);
        service.await.unwrap();
    }
}
