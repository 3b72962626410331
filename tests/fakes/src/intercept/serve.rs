//! The connections of the fake proxy.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::connect::{self, Ask};
use super::{ConnectFault, Interception, Outcome, Shared};

const HEAD_LIMIT: usize = 64 * 1024;
const NO_PROXY_REQUEST: &str = "This is a proxy server. Does not respond to non-proxy requests.\n";

/// Accepts until it is dropped.
pub(super) async fn run(
    listener: std::net::TcpListener,
    tls: Option<Arc<ServerConfig>>,
    shared: Arc<Shared>,
) {
    listener.set_nonblocking(true).expect("a listener can be non-blocking");
    let listener = TcpListener::from_std(listener).expect("a bound listener");
    loop {
        let (stream, _) = listener.accept().await.expect("a loopback listener accepts");
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            // A client that leaves early, or that refuses our listener, ends
            // its own connection.
            let _ended = match tls {
                None => connection(stream, &shared).await,
                Some(config) => match TlsAcceptor::from(config).accept(stream).await {
                    Ok(stream) => connection(stream, &shared).await,
                    Err(err) => Err(err),
                },
            };
        });
    }
}

async fn connection<S>(mut stream: S, shared: &Arc<Shared>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Some(head) = read_head(&mut stream).await? else { return Ok(()) };
    match connect::parse(&head) {
        None => Ok(()),
        Some(Ask::Origin(path)) => {
            shared.attempt(&path, Outcome::NoProxyRequest);
            let other = shared.settings().origin.clone();
            match other {
                Some((status, body)) => refuse(stream, &format!("{status} Other"), "", &body).await,
                None => refuse(stream, "500 Internal Server Error", "", NO_PROXY_REQUEST).await,
            }
        }
        Some(Ask::Absolute(url)) => unauthenticated(stream, shared, &url).await,
        Some(Ask::Connect { target, credentials }) => {
            connect(stream, shared, &target, credentials).await
        }
    }
}

/// Port check, then provider check with authentication, then tunnel: the
/// daemon's own order.
async fn connect<S>(
    mut stream: S,
    shared: &Arc<Shared>,
    target: &str,
    credentials: Option<(String, String)>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mapped = shared.settings().routes.get(&target.to_lowercase()).copied();
    let authority = connect::authority(target);
    let Some((host, _)) =
        authority.filter(|(_, port)| mapped.is_some() || [80, 443].contains(port))
    else {
        shared.attempt(target, Outcome::Closed);
        return Ok(());
    };
    if shared.settings().hosts.contains(&host) {
        let fault = shared.settings().faults.get(&host).copied();
        match fault {
            Some(ConnectFault::Close) => {
                shared.attempt(target, Outcome::Closed);
                return Ok(());
            }
            Some(ConnectFault::Garbage) => {
                return stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n").await;
            }
            Some(ConnectFault::Status(status)) => {
                return refuse(stream, &format!("{status} Other"), "", "").await;
            }
            Some(ConnectFault::RefuseCredentials) => {
                return unauthenticated(stream, shared, target).await;
            }
            Some(ConnectFault::NoTls) if credentials.is_some() => {
                return stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n").await;
            }
            Some(ConnectFault::NoTls | ConnectFault::OtherLeaf) | None => {}
        }
        let Some(credentials) = credentials else {
            return unauthenticated(stream, shared, target).await;
        };
        shared.attempt(target, Outcome::Intercepted);
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n").await?;
        return intercept(stream, Arc::clone(shared), host, credentials).await;
    }
    let addresses = match mapped {
        Some(address) => Ok(vec![address]),
        None => tokio::net::lookup_host(target).await.map(Iterator::collect),
    };
    let addresses = addresses.unwrap_or_default();
    let blocks = shared.settings().blocks_private;
    if blocks && addresses.iter().any(|it| connect::is_private(it.ip())) {
        shared.attempt(target, Outcome::Forbidden);
        return refuse(stream, "403 Forbidden", "", "Forbidden").await;
    }
    match TcpStream::connect(addresses.as_slice()).await {
        Ok(mut upstream) => {
            shared.attempt(target, Outcome::Tunnelled);
            stream.write_all(b"HTTP/1.0 200 Connection established\r\n\r\n").await?;
            tokio::io::copy_bidirectional(&mut stream, &mut upstream).await.map(|_| ())
        }
        Err(_) => {
            shared.attempt(target, Outcome::Unreachable);
            refuse(stream, "502 Bad Gateway", "", "Bad Gateway").await
        }
    }
}

async fn intercept<S>(
    stream: S,
    shared: Arc<Shared>,
    host: String,
    credentials: (String, String),
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = match TlsAcceptor::from(shared.leaf(&host)).accept(stream).await {
        Ok(stream) => stream,
        Err(err) => {
            shared.seen.change(|seen| seen.distrusted += 1);
            return Err(err);
        }
    };
    let service = service_fn(|request: Request<Incoming>| {
        let (shared, host, credentials) = (Arc::clone(&shared), host.clone(), credentials.clone());
        async move { Ok::<_, Infallible>(answer(&shared, host, credentials, request).await) }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    served.map_err(io::Error::other)
}

async fn answer(
    shared: &Shared,
    host: String,
    (username, token): (String, String),
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|it| it.to_bytes()).unwrap_or_default();
    let headers = head.headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let interception = Interception {
        token,
        username,
        host,
        method: head.method.to_string(),
        path: head.uri.to_string(),
        headers: headers.collect(),
        body,
    };
    shared.seen.change(|seen| seen.interceptions.push(interception));
    let canned = shared.settings().answers.get(head.uri.path()).cloned();
    let not_found = || (404, serde_json::json!({ "message": "Route not supported" }));
    let (status, body) = canned.unwrap_or_else(not_found);
    Response::builder()
        .status(status)
        .header("Content-Type", "application/json")
        .body(Full::new(Bytes::from(body.to_string())))
        .expect("a status and a constant header are valid")
}

/// Reads up to and with the first empty line, and no byte more: what follows is
/// TLS.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == HEAD_LIMIT {
            return Ok(None);
        }
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(head).ok())
}

async fn unauthenticated(
    stream: impl AsyncWrite + Unpin,
    shared: &Shared,
    target: &str,
) -> io::Result<()> {
    shared.attempt(target, Outcome::Unauthenticated);
    let realm = shared.settings().realm.clone();
    let headers =
        format!("Proxy-Authenticate: Basic realm=\"{realm}\"\r\nProxy-Connection: close\r\n");
    let reason = "Proxy Authentication Required";
    refuse(stream, &format!("407 {reason}"), &headers, reason).await
}

async fn refuse(
    mut stream: impl AsyncWrite + Unpin,
    status: &str,
    headers: &str,
    body: &str,
) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await
}
