//! What an origin serves, to a client that trusts it.

use std::net::SocketAddr;

use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::*;

async fn get(address: SocketAddr, ca: &TestCa, path: &str) -> String {
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("files.example.com").unwrap();
    let connector = TlsConnector::from(crate::tls::client(ca));
    let mut stream = connector.connect(name, stream).await.unwrap();
    let head =
        format!("GET {path} HTTP/1.1\r\nHost: files.example.com\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn origin_serves_and_records_files_and_folders() {
    let ca = TestCa::new("origin");
    let origin = Origin::start(&ca, &["files.example.com"]);
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("below")).unwrap();
    fs::write(folder.path().join("below/file"), "of a folder").unwrap();
    origin.serve("/text", "text/plain", "by itself");
    origin.serve_folder("/files", folder.path());

    let text = get(origin.address(), &ca, "/text?query").await;
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("by itself"), "{text}");
    let text = get(origin.address(), &ca, "/files/below/file").await;
    assert!(text.ends_with("of a folder"), "{text}");
    let text = get(origin.address(), &ca, "/nowhere").await;
    assert!(text.starts_with("HTTP/1.1 404 Not Found\r\n"), "{text}");
    let requests = origin.requests();
    assert_eq!(requests.len(), 3);
    let first = OriginRequest {
        host: "files.example.com".to_owned(),
        method: "GET".to_owned(),
        path: "/text".to_owned(),
    };
    assert_eq!(requests[0], first);
}
