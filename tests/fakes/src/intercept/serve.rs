//! The connections of the fake proxy. Its refusals are those of the contract's rows.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::connect::{self, Credentials, ProxyRequest};
use super::{ConnectFault, Interception, Outcome, Shared};
use crate::contract::connect::{self as contract, Refusal};
use crate::tcp_server::{Connection, Stream};

const HEAD_LIMIT: usize = 64 * 1024;

/// Serves one connection of a client.
pub(super) async fn connection(connection: Connection, shared: Arc<Shared>) {
    // A client that leaves early ends its own connection.
    let _ended = first_request(connection.stream, &shared).await;
}

async fn first_request(mut stream: Box<dyn Stream>, shared: &Arc<Shared>) -> io::Result<()> {
    let Some(head) = read_head(&mut stream).await? else { return Ok(()) };
    match connect::parse(&head) {
        None => Ok(()),
        Some(ProxyRequest::Origin(path)) => {
            shared.attempt(&path, Outcome::OriginForm);
            let other = shared.settings().origin.clone();
            match other {
                Some((status, body)) => respond(stream, (status, "Other"), &[], &body).await,
                None => refuse(stream, &contract::NOT_A_PROXY_REQUEST).await,
            }
        }
        Some(ProxyRequest::Absolute(url)) => unauthenticated(stream, shared, &url).await,
        Some(ProxyRequest::Connect { target, credentials }) => {
            connect(stream, shared, &target, credentials).await
        }
    }
}

/// Port check, then provider check with authentication, then tunnel: the
/// daemon's own order.
async fn connect(
    mut stream: Box<dyn Stream>,
    shared: &Arc<Shared>,
    target: &str,
    credentials: Option<Credentials>,
) -> io::Result<()> {
    let mapped = shared.settings().routes.get(&target.to_lowercase()).copied();
    let authority = connect::authority(target);
    let Some((host, _)) =
        authority.filter(|(_, port)| mapped.is_some() || contract::PORTS.contains(port))
    else {
        shared.attempt(target, Outcome::Closed);
        return Ok(());
    };
    if !shared.settings().hosts.contains(&host) {
        return tunnel(stream, shared, target, mapped).await;
    }
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
            return respond(stream, (status, "Other"), &[], "").await;
        }
        Some(ConnectFault::RefuseCredentials) => {
            return unauthenticated(stream, shared, target).await;
        }
        Some(ConnectFault::NoTls) if credentials.is_some() => {
            return accept(&mut stream, contract::INTERCEPTED_REPLY).await;
        }
        Some(ConnectFault::NoTls | ConnectFault::OtherLeaf) | None => {}
    }
    let Some(credentials) = credentials else {
        return unauthenticated(stream, shared, target).await;
    };
    shared.attempt(target, Outcome::Intercepted);
    accept(&mut stream, contract::INTERCEPTED_REPLY).await?;
    intercept(stream, Arc::clone(shared), host, credentials).await
}

async fn tunnel(
    mut stream: Box<dyn Stream>,
    shared: &Shared,
    target: &str,
    mapped: Option<SocketAddr>,
) -> io::Result<()> {
    let addresses = match mapped {
        Some(address) => Ok(vec![address]),
        None => tokio::net::lookup_host(target).await.map(Iterator::collect),
    };
    let addresses = addresses.unwrap_or_default();
    if shared.settings().blocks(target) && addresses.iter().any(|it| connect::is_blocked(it.ip())) {
        shared.attempt(target, Outcome::Forbidden);
        return refuse(stream, &contract::FORBIDDEN).await;
    }
    match TcpStream::connect(addresses.as_slice()).await {
        Ok(mut upstream) => {
            shared.attempt(target, Outcome::Tunnelled);
            accept(&mut stream, contract::TUNNELLED_REPLY).await?;
            tokio::io::copy_bidirectional(&mut stream, &mut upstream).await.map(|_| ())
        }
        Err(_) => {
            shared.attempt(target, Outcome::Unreachable);
            refuse(stream, &contract::UNREACHABLE).await
        }
    }
}

async fn intercept(
    stream: Box<dyn Stream>,
    shared: Arc<Shared>,
    host: String,
    credentials: Credentials,
) -> io::Result<()> {
    let stream = match TlsAcceptor::from(shared.leaf(&host)).accept(stream).await {
        Ok(stream) => stream,
        Err(err) => {
            shared.seen.change(|seen| seen.aborted_handshakes += 1);
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
    (username, token): Credentials,
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

async fn unauthenticated(stream: Box<dyn Stream>, shared: &Shared, target: &str) -> io::Result<()> {
    shared.attempt(target, Outcome::Unauthenticated);
    let realm = shared.settings().realm.clone();
    let refusal = contract::UNAUTHENTICATED;
    let headers = refusal.headers.iter();
    let headers: Vec<(&str, String)> =
        headers.map(|(name, value)| (*name, value.replace(contract::REALM, &realm))).collect();
    respond(stream, refusal.status, &headers, refusal.body).await
}

async fn refuse(stream: Box<dyn Stream>, refusal: &Refusal) -> io::Result<()> {
    respond(stream, refusal.status, &[], refusal.body).await
}

async fn accept(stream: &mut Box<dyn Stream>, status_line: &str) -> io::Result<()> {
    stream.write_all(format!("{status_line}\r\n\r\n").as_bytes()).await
}

async fn respond(
    mut stream: Box<dyn Stream>,
    (status, reason): (u16, &str),
    headers: &[(&str, String)],
    body: &str,
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("Content-Type: text/plain; charset=utf-8\r\n");
    head.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len()));
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await
}
