//! An HTTPS origin server: canned files under any host name, for the hosts
//! behind a proxy.
//!
//! HTTP/1.1 only. A path that has no file gets 404, so that a client which
//! requests another path than the test expects is seen.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use crate::ca::TestCa;
use crate::tcp_server::{Connection, TcpServer};

#[cfg(test)]
mod tests;

/// A running origin; dropping it stops it.
#[derive(Debug)]
pub struct Origin {
    shared: Arc<Mutex<Shared>>,
    server: TcpServer,
}

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginRequest {
    /// The `Host` header.
    pub host: String,
    /// Upper case.
    pub method: String,
    /// Without the query.
    pub path: String,
}

#[derive(Debug, Default)]
struct Shared {
    /// Content type and content by path.
    files: BTreeMap<String, (String, Bytes)>,
    requests: Vec<OriginRequest>,
}

// === impl Origin ===

impl Origin {
    /// Starts one with a certificate of `ca` for `names`.
    pub fn start(ca: &TestCa, names: &[&str]) -> Self {
        let tls = crate::tls::server(&ca.server_cert(names));
        let shared = Arc::<Mutex<Shared>>::default();
        let server = TcpServer::start("origin", Some(tls), {
            let shared = Arc::clone(&shared);
            move |it| connection(it, Arc::clone(&shared))
        });
        Self { shared, server }
    }

    /// Where it listens, whatever its names are.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Gives `path` a file, whatever the method.
    pub fn serve(&self, path: &str, content_type: &str, content: impl Into<Bytes>) {
        let file = (content_type.to_owned(), content.into());
        self.with(|shared| shared.files.insert(path.to_owned(), file));
    }

    /// Gives every file below `folder` its path below `prefix`.
    pub fn serve_folder(&self, prefix: &str, folder: &Path) {
        let entries = fs::read_dir(folder)
            .unwrap_or_else(|err| panic!("cannot read {}: {err}", folder.display()));
        for entry in entries {
            let path = entry.expect("a folder's entry").path();
            let name = path.file_name().expect("an entry has a name").to_string_lossy();
            let served = format!("{prefix}/{name}");
            if path.is_dir() {
                self.serve_folder(&served, &path);
            } else {
                let content = fs::read(&path).expect("a file of the folder");
                self.serve(&served, "application/octet-stream", content);
            }
        }
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<OriginRequest> {
        self.with(|shared| shared.requests.clone())
    }

    /// Drops the recorded requests.
    pub fn clear_requests(&self) {
        self.with(|shared| shared.requests.clear());
    }

    fn with<R>(&self, change: impl FnOnce(&mut Shared) -> R) -> R {
        change(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn connection(connection: Connection, shared: Arc<Mutex<Shared>>) {
    let service = service_fn(|request: Request<Incoming>| {
        let answer = answer(&shared, &request);
        async move { Ok::<_, Infallible>(answer) }
    });
    let io = TokioIo::new(connection.stream);
    // A client may leave early.
    let _ended = http1::Builder::new().serve_connection(io, service).await;
}

fn answer(shared: &Mutex<Shared>, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let host = request.headers().get(header::HOST).and_then(|it| it.to_str().ok());
    let path = request.uri().path();
    let seen = OriginRequest {
        host: host.unwrap_or_default().to_owned(),
        method: request.method().to_string(),
        path: path.to_owned(),
    };
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    shared.requests.push(seen);
    let file = shared.files.get(path).cloned();
    let (status, (content_type, content)) = match file {
        Some(file) => (200, file),
        None => (404, ("text/plain".to_owned(), Bytes::from_static(b"not found\n"))),
    };
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .body(Full::new(content))
        .expect("a status and a plain header are valid")
}
