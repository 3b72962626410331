//! Connections to the proxy and, through it, to hosts: as little as a check
//! needs. No request of a client is ever sent into a tunnel.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use pki::verifier::{GivenRoots, RecordedChain, client_config};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use settings::Secret;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::connect::{self, HEAD_LIMIT, Reply};

/// A connection, clear text or TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Why a check ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProbeError {
    /// The name has no address.
    #[error("the name cannot be resolved: {0}")]
    Resolve(#[source] io::Error),
    /// No connection, or a broken one.
    #[error("{0}")]
    Connection(#[source] io::Error),
    /// The handshake failed.
    #[error("{0}")]
    Tls(#[source] rustls::Error),
    /// A host that no certificate can name.
    #[error("`{0}` is not a host name")]
    Name(String),
    /// The timeout of one check passed.
    #[error("no response within {}", settings::duration::format(*.0))]
    TimedOut(Duration),
}

impl ProbeError {
    /// What to check; `what` is the setting that names the endpoint.
    pub(crate) fn hint(&self, what: &str) -> String {
        match self {
            Self::Resolve(_) => {
                format!("check the host of the {what}, and the name servers of this machine")
            }
            Self::Connection(err) if err.kind() == io::ErrorKind::ConnectionRefused => {
                format!("check host and port of the {what}, and whether it runs")
            }
            Self::Connection(_) | Self::TimedOut(_) => {
                format!("check whether a firewall lets this machine reach the {what}")
            }
            Self::Tls(_) => format!("check what terminates TLS at the {what}"),
            Self::Name(_) => "expected a host name".to_owned(),
        }
    }
}

/// Address, TLS and timeout of a listener.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// The host alone, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Its addresses, once they are known.
    pub(crate) addresses: Vec<SocketAddr>,
    /// The TLS to speak, if it is TLS.
    pub(crate) tls: Option<Arc<ClientConfig>>,
    /// Timeout of each check.
    pub(crate) timeout: Duration,
}

/// What a handshake showed.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// The certificates, the leaf first.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    /// `TLSv1_3` or `TLSv1_2`.
    pub(crate) version: String,
}

impl Endpoint {
    /// Resolves the host.
    ///
    /// # Errors
    ///
    /// No address, or none in time.
    pub(crate) async fn resolve(&mut self) -> Result<&[SocketAddr], ProbeError> {
        let found = within(self.timeout, async {
            tokio::net::lookup_host((self.host.as_str(), self.port))
                .await
                .map_err(ProbeError::Resolve)
        })
        .await?;
        self.addresses = found.collect();
        if self.addresses.is_empty() {
            let none = io::Error::new(io::ErrorKind::NotFound, "no address");
            return Err(ProbeError::Resolve(none));
        }
        Ok(&self.addresses)
    }

    /// Connects, without TLS.
    ///
    /// # Errors
    ///
    /// Refused, unreachable, or not in time.
    pub(crate) async fn tcp(&self) -> Result<TcpStream, ProbeError> {
        let connected = async {
            TcpStream::connect(self.addresses.as_slice()).await.map_err(ProbeError::Connection)
        };
        within(self.timeout, connected).await
    }

    /// Connects as a tool does: with TLS where there is TLS, and verified.
    ///
    /// # Errors
    ///
    /// As [`Self::tcp`], or a handshake that fails.
    pub(crate) async fn open(&self) -> Result<Box<dyn Stream>, ProbeError> {
        let tcp = self.tcp().await?;
        let Some(config) = &self.tls else { return Ok(Box::new(tcp)) };
        let stream = within(self.timeout, handshake(tcp, &self.host, Arc::clone(config))).await?;
        Ok(Box::new(stream))
    }

    /// Gets the listener's own certificate, with any issuer.
    ///
    /// # Errors
    ///
    /// As [`Self::tcp`], or a handshake that fails.
    pub(crate) async fn shown(&self) -> Result<Shown, ProbeError> {
        show(self.tcp().await?, &self.host, self.timeout).await
    }

    /// Requests `/` and returns the head and body of the response.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], or no response.
    pub(crate) async fn get_root(&self) -> Result<Vec<u8>, ProbeError> {
        let mut stream = self.open().await?;
        let host = &self.host;
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        within(self.timeout, async {
            stream.write_all(request.as_bytes()).await.map_err(ProbeError::Connection)?;
            stream.flush().await.map_err(ProbeError::Connection)?;
            let mut bytes = Vec::new();
            let limit = HEAD_LIMIT as u64;
            let read = stream.take(limit).read_to_end(&mut bytes).await;
            // What came before a reset, or an end without a TLS close, counts.
            match read {
                Err(err) if bytes.is_empty() => Err(ProbeError::Connection(err)),
                _ => Ok(bytes),
            }
        })
        .await
    }

    /// Requests a tunnel, and returns the response with the connection behind it.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], or no response.
    pub(crate) async fn connect(
        &self,
        authority: &str,
        credentials: Option<(&str, &Secret)>,
    ) -> Result<(Reply, Box<dyn Stream>), ProbeError> {
        let mut stream = self.open().await?;
        let request = connect::request(authority, credentials);
        let reply = within(self.timeout, async {
            stream.write_all(request.expose().as_bytes()).await.map_err(ProbeError::Connection)?;
            stream.flush().await.map_err(ProbeError::Connection)?;
            head(&mut stream).await
        })
        .await?;
        Ok((reply, stream))
    }
}

/// Gets the certificates behind a tunnel or a connection. Every chain is
/// accepted, because the caller judges it; only the handshake is sent.
///
/// # Errors
///
/// A handshake that fails.
pub(crate) async fn show(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    host: &str,
    timeout: Duration,
) -> Result<Shown, ProbeError> {
    let recorded = Arc::new(RecordedChain::default());
    let config = Arc::new(client_config(Arc::clone(&recorded)));
    let mut stream = within(timeout, handshake(stream, host, config)).await?;
    let version = stream.get_ref().1.protocol_version();
    let version = version.map_or_else(|| "TLS".to_owned(), |it| format!("{it:?}"));
    // The peer may have closed the connection already.
    _ = within(timeout, async { stream.shutdown().await.map_err(ProbeError::Connection) }).await;
    Ok(Shown { chain: recorded.take(), version })
}

/// TLS that trusts these roots.
pub(crate) fn trusting(roots: RootCertStore) -> Arc<ClientConfig> {
    Arc::new(client_config(Arc::new(GivenRoots::new(roots))))
}

/// Shakes hands with a host; for the deployment too, whose verifier is its own.
///
/// # Errors
///
/// A handshake that fails.
pub(crate) async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    host: &str,
    config: Arc<ClientConfig>,
) -> Result<tokio_rustls::client::TlsStream<S>, ProbeError> {
    let name =
        ServerName::try_from(host.to_owned()).map_err(|_| ProbeError::Name(host.to_owned()))?;
    TlsConnector::from(config).connect(name, stream).await.map_err(|err| {
        match err.get_ref().and_then(|it| it.downcast_ref::<rustls::Error>()) {
            Some(fault) => ProbeError::Tls(fault.clone()),
            None => ProbeError::Connection(err),
        }
    })
}

/// Runs one check with a timeout.
///
/// # Errors
///
/// The check's own, or that it took too long.
pub(crate) async fn within<T>(
    timeout: Duration,
    check: impl Future<Output = Result<T, ProbeError>>,
) -> Result<T, ProbeError> {
    match tokio::time::timeout(timeout, check).await {
        Ok(done) => done,
        Err(_) => Err(ProbeError::TimedOut(timeout)),
    }
}

/// Reads up to and with the first empty line, and no byte more: what follows
/// belongs to the tunnel.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> Result<Reply, ProbeError> {
    let mut bytes = Vec::new();
    while bytes.len() < HEAD_LIMIT && !bytes.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => bytes.push(byte),
            // This proxy closes the connection without a response to some requests.
            Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(err) if err.kind() == io::ErrorKind::ConnectionReset && bytes.is_empty() => break,
            Err(err) => return Err(ProbeError::Connection(err)),
        }
        if matches!(connect::reply(&bytes), Reply::Tls) {
            break;
        }
    }
    Ok(connect::reply(&bytes))
}
