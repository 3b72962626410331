//! The socket the client connects to: a Unix socket in a private folder, or a
//! loopback port where there are no Unix sockets.
//!
//! Decides where to listen and cleans up afterwards, not who may connect.

#[cfg(all(test, unix))]
mod tests;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

#[cfg(unix)]
use self::unix::UnixSocket;

#[cfg(unix)]
mod unix;

/// Where to listen.
#[derive(Clone, Debug)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only TCP is served there"))]
pub(crate) enum Endpoint {
    /// A loopback port of this range; port 0 lets the system choose.
    Tcp { ports: RangeInclusive<u16> },
    /// A socket in a fresh folder inside `folder`, or inside the system's
    /// temporary folder. Members of `group` (name or number) may connect too.
    Unix { folder: Option<PathBuf>, group: Option<String> },
}

/// Where we listen; displays as the client reads it.
#[derive(Clone, Debug)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only TCP is served there"))]
pub(crate) enum Address {
    Tcp(SocketAddr),
    Unix(String),
}

impl Address {
    /// The name of the network in the handshake line.
    pub(crate) fn network(&self) -> &'static str {
        match self {
            Self::Tcp(_) => "tcp",
            Self::Unix(_) => "unix",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => path.fmt(f),
        }
    }
}

/// What can be served on.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection before anything is known about the other side.
pub(crate) type Socket = Box<dyn Stream>;

/// A bound socket. Dropping it removes what it put into the file system.
pub(crate) enum Listener {
    Tcp(TcpListener, SocketAddr),
    #[cfg(unix)]
    Unix(UnixSocket),
}

impl Listener {
    /// Binds. Needs a runtime around it.
    ///
    /// # Errors
    ///
    /// No socket can be had there; the error names the place.
    pub(crate) fn bind(endpoint: &Endpoint) -> Result<Self, ListenError> {
        match endpoint {
            Endpoint::Tcp { ports } => bind_port(ports.clone()),
            #[cfg(unix)]
            Endpoint::Unix { folder, group } => {
                UnixSocket::bind(folder.as_deref(), group.as_deref()).map(Self::Unix)
            }
            #[cfg(not(unix))]
            Endpoint::Unix { .. } => Err(ListenError::NoUnixSockets),
        }
    }

    pub(crate) fn address(&self) -> Address {
        match self {
            Self::Tcp(_, address) => Address::Tcp(*address),
            #[cfg(unix)]
            Self::Unix(socket) => Address::Unix(socket.path().to_owned()),
        }
    }

    /// The next connection. Dropping the future loses none.
    ///
    /// # Errors
    ///
    /// As `accept(2)`; the socket stays usable.
    pub(crate) async fn accept(&self) -> io::Result<Socket> {
        match self {
            Self::Tcp(listener, _) => {
                let (stream, _peer) = listener.accept().await?;
                // Small answers would wait 40 ms for the acknowledgement of
                // the one before.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Box::new(socket.accept().await?)),
        }
    }
}

fn bind_port(ports: RangeInclusive<u16>) -> Result<Listener, ListenError> {
    let mut last = None;
    for port in ports.clone() {
        match bind_one(port) {
            Ok(listener) => return Ok(listener),
            Err(err) => last = Some(err),
        }
    }
    Err(ListenError::Ports {
        min: *ports.start(),
        max: *ports.end(),
        source: last.unwrap_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable)),
    })
}

fn bind_one(port: u16) -> io::Result<Listener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok(Listener::Tcp(TcpListener::from_std(listener)?, address))
}

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only TCP is served there"))]
pub(crate) enum ListenError {
    #[error("cannot listen on `{path}`")]
    Bind { path: String, source: io::Error },
    #[error("cannot make a folder for the plugin socket in `{}`", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error("cannot open the plugin socket to group `{group}`")]
    Group { group: String, source: io::Error },
    #[cfg(not(unix))]
    #[error("this platform has no Unix sockets")]
    NoUnixSockets,
    #[error("no free loopback port from `{min}` to `{max}`")]
    Ports { min: u16, max: u16, source: io::Error },
    #[error(
        "the plugin socket's path has {} bytes, the system allows {limit}: `{path}`",
        path.len()
    )]
    TooLong { path: String, limit: usize },
    #[error("the plugin socket's path cannot be sent to the client: `{}`", path.display())]
    Unspeakable { path: PathBuf },
}

impl ListenError {
    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            // With too few file descriptors, for example, another folder would not help.
            Self::Folder { source, .. } | Self::Bind { source, .. } if is_of_the_folder(source) => {
                Some("set TMPDIR to a folder that is writable and not full")
            }
            Self::TooLong { .. } => Some("set TMPDIR to a folder with a shorter path"),
            Self::Unspeakable { .. } => {
                Some("set TMPDIR to a path in UTF-8 without line ends and vertical bars")
            }
            _ => None,
        }
    }
}

/// Whether another folder may be better.
fn is_of_the_folder(err: &io::Error) -> bool {
    use io::ErrorKind::{
        NotADirectory, NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    matches!(
        err.kind(),
        NotADirectory
            | NotFound
            | PermissionDenied
            | QuotaExceeded
            | ReadOnlyFilesystem
            | StorageFull
    )
}
