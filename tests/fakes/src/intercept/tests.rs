//! The proxy's answers on the wire, and a whole interception.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::ServerName;

use super::connect::{Ask, parse};
use super::{FakeProxy, Outcome};
use crate::ca::TestCa;
use crate::coder::{FakeCoder, RefusedPort};

fn connect(address: SocketAddr, target: &str, credentials: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{credentials}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn basic(user_and_token: &str) -> String {
    format!("Proxy-Authorization: bAsic {}\r\n", STANDARD.encode(user_and_token))
}

fn read_all(stream: &mut impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn read_line(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap().lines().next().unwrap().to_owned()
}

#[track_caller]
fn check(proxy: &FakeProxy, target: &str, credentials: &str, fragment: &str, outcome: Outcome) {
    let answer = read_all(&mut connect(proxy.address(), target, credentials));
    assert!(answer.contains(fragment) && answer.is_empty() == fragment.is_empty(), "{answer}");
    assert_eq!(proxy.attempts().pop(), Some((target.to_owned(), outcome)));
}

#[test]
fn refusals_are_the_daemons() {
    let proxy = FakeProxy::start(&TestCa::new("mitm"));
    let refused = RefusedPort::take();
    proxy.map("nobody.test:443", refused.address());
    let realm = "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"Coder AI Gateway Proxy\"\r\n";
    let unauthenticated = |credentials: &str| {
        check(&proxy, "api.openai.com:443", credentials, realm, Outcome::Unauthenticated);
    };
    unauthenticated("");
    unauthenticated(&basic("coder:"));
    unauthenticated("Proxy-Authorization: Bearer abc\r\n");
    unauthenticated("Proxy-Authorization: Basic a b\r\n");
    let token = basic("coder:abc");
    check(&proxy, "api.openai.com", &token, "", Outcome::Closed);
    check(&proxy, "api.openai.com:", &token, "", Outcome::Closed);
    check(&proxy, "api.openai.com:8443", &token, "", Outcome::Closed);
    check(&proxy, "nobody.test:443", "", "HTTP/1.1 502 Bad Gateway", Outcome::Unreachable);
    proxy.block_private(true);
    check(&proxy, "nobody.test:443", "", "HTTP/1.1 403 Forbidden", Outcome::Forbidden);
}

#[test]
fn other_requests_are_no_business_of_a_proxy() {
    let proxy = FakeProxy::start(&TestCa::new("mitm"));
    for (line, fragment) in [
        ("GET / HTTP/1.1", "500 Internal Server Error"),
        ("GET http://example.com/ HTTP/1.1", "407 Proxy Authentication Required"),
    ] {
        let mut stream = TcpStream::connect(proxy.address()).unwrap();
        stream.write_all(format!("{line}\r\n\r\n").as_bytes()).unwrap();
        assert!(read_all(&mut stream).contains(fragment), "{line}");
    }
}

#[test]
fn an_intercepted_request_is_recorded_with_its_token() {
    let ca = TestCa::new("mitm");
    let config = crate::tls::client(&ca);
    let proxy = FakeProxy::start(&ca);
    let mut socket = connect(proxy.address(), "API.openai.com:443", &basic("coder:a:b"));
    assert_eq!(read_line(&mut socket), "HTTP/1.0 200 OK");
    let name = ServerName::try_from("api.openai.com").unwrap();
    let mut session = rustls::ClientConnection::new(config, name).unwrap();
    let mut stream = rustls::Stream::new(&mut session, &mut socket);
    let request = "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    stream.write_all(request.as_bytes()).unwrap();
    assert!(read_all(&mut stream).contains("chat.completion"));
    let seen = proxy.wait_interceptions(1).remove(0);
    assert_eq!((seen.token.as_str(), seen.username.as_str()), ("a:b", "coder"));
    assert_eq!((seen.host.as_str(), seen.method.as_str()), ("api.openai.com", "POST"));
    assert_eq!((seen.path.as_str(), &seen.body[..]), ("/v1/chat/completions?x=1", &b"{}"[..]));
}

#[test]
fn a_client_that_does_not_trust_the_ca_is_counted() {
    let proxy = FakeProxy::start(&TestCa::new("mitm"));
    proxy.set_ca(&TestCa::new("rotated"));
    let mut socket = connect(proxy.address(), "api.openai.com:443", &basic("coder:t"));
    read_line(&mut socket);
    let name = ServerName::try_from("api.openai.com").unwrap();
    let config = crate::tls::client(&TestCa::new("other"));
    let mut session = rustls::ClientConnection::new(config, name).unwrap();
    assert!(rustls::Stream::new(&mut session, &mut socket).write_all(b"x").is_err());
    drop(socket);
    proxy.shared.seen.wait("the broken handshake", |seen| (seen.distrusted == 1).then_some(()));
}

#[test]
fn other_hosts_are_tunnelled_without_a_token_through_a_tls_listener() {
    let listener = TestCa::new("listener");
    let proxy = FakeProxy::start_tls(&TestCa::new("mitm"), &listener);
    let coder = FakeCoder::start();
    proxy.map("coder.test:3000", coder.address());
    let name = ServerName::try_from("localhost").unwrap();
    let mut session = rustls::ClientConnection::new(crate::tls::client(&listener), name).unwrap();
    let mut socket = TcpStream::connect(proxy.address()).unwrap();
    let mut stream = rustls::Stream::new(&mut session, &mut socket);
    stream.write_all(b"CONNECT coder.test:3000 HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(read_line(&mut stream), "HTTP/1.0 200 Connection established");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(read_line(&mut stream), "HTTP/1.1 200 OK");
    assert!(proxy.url().starts_with("https://"));
    assert_eq!(proxy.attempts(), [("coder.test:3000".to_owned(), Outcome::Tunnelled)]);
}

#[test]
fn heads_that_are_no_http_are_nothing() {
    for head in ["", "CONNECT", "CONNECT a:443", "CONNECT a:443 SSH-2.0", "\u{16}\u{3}\u{1}"] {
        assert_eq!(parse(head), None, "{head:?}");
    }
    assert_eq!(parse("GET * HTTP/1.1\r\n\r\n"), Some(Ask::Origin("*".to_owned())));
}
