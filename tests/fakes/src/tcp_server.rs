//! The listener that the fakes on TCP share: loopback, a free port, TLS if
//! wanted, one task for each connection.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::server_thread::ServerThread;

/// A listening fake; dropping it ends its connections.
#[derive(Debug)]
pub(crate) struct TcpServer {
    address: SocketAddr,
    scheme: &'static str,
    _thread: ServerThread,
}

/// One accepted connection, after its TLS handshake.
pub(crate) struct Connection {
    pub(crate) stream: Box<dyn Stream>,
    /// The TCP socket below the stream.
    pub(crate) socket: OwnedFd,
}

/// Bytes in both directions, with or without TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl TcpServer {
    /// Listens on a free port of loopback; a client can connect when this
    /// returns. `serve` gets each connection.
    pub(crate) fn start<F>(
        name: &str,
        tls: Option<Arc<ServerConfig>>,
        serve: impl Fn(Connection) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let scheme = if tls.is_some() { "https" } else { "http" };
        Self { address, scheme, _thread: ServerThread::start(name, accept(listener, tls, serve)) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Scheme and address, without a trailing slash.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The same under another host name.
    pub(crate) fn url_as(&self, host: &str) -> String {
        format!("{}://{host}:{}", self.scheme, self.address.port())
    }
}

/// Accepts until it is dropped.
async fn accept<F>(
    listener: std::net::TcpListener,
    tls: Option<Arc<ServerConfig>>,
    serve: impl Fn(Connection) -> F + Send + Sync + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    listener.set_nonblocking(true).expect("a listener can be non-blocking");
    let listener = TcpListener::from_std(listener).expect("a bound listener");
    let serve = Arc::new(serve);
    loop {
        let (stream, _) = listener.accept().await.expect("a loopback listener accepts");
        let (tls, serve) = (tls.clone(), Arc::clone(&serve));
        tokio::spawn(async move {
            // A client that refuses the certificate ends its own connection.
            if let Ok(connection) = handshake(stream, tls).await {
                serve(connection).await;
            }
        });
    }
}

async fn handshake(stream: TcpStream, tls: Option<Arc<ServerConfig>>) -> io::Result<Connection> {
    let socket = stream.as_fd().try_clone_to_owned().expect("a socket can be duplicated");
    let stream: Box<dyn Stream> = match tls {
        None => Box::new(stream),
        Some(config) => Box::new(TlsAcceptor::from(config).accept(stream).await?),
    };
    Ok(Connection { stream, socket })
}
