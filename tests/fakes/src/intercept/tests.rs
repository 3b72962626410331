//! The proxy's answers on the wire, and a whole interception.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::ServerName;

use super::connect::{ProxyRequest, is_blocked, parse};
use super::{FakeProxy, Outcome};
use crate::ca::TestCa;
use crate::coder::{FakeCoder, RefusedPort};
use crate::contract::connect::{
    ADDRESSES, Address, Author, Decision, EXEMPT, INTERCEPTED_REPLY, REALM_OLD, ROWS, Refusal, Row,
    TUNNELLED_REPLY,
};

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

/// Sends the request of a row, and checks what the proxy does with it.
#[track_caller]
fn check(row: &Row) {
    let name = row.name;
    let proxy = FakeProxy::start(&TestCa::new("mitm"));
    let (server, refused) = (FakeCoder::start(), RefusedPort::take());
    let target = row.request.1;
    proxy.set_exempt(EXEMPT);
    proxy.block_private(!matches!(row.address, Address::Reachable | Address::Unreachable));
    match row.address {
        // The fake has no setting for ranges that are allowed.
        Address::Allowed(_) => return,
        Address::NotDialled => {}
        // A fake lives on loopback, which is private.
        Address::Reachable | Address::Private => proxy.map(target, server.address()),
        Address::Unreachable => proxy.map(target, refused.address()),
        Address::Blocked(address) => {
            let address = address.parse().expect("a row has an address");
            proxy.map(target, SocketAddr::new(address, 443));
        }
    }
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    let authorization = row.authorization.map(|it| format!("Proxy-Authorization: {it}\r\n"));
    let head = format!(
        "{} {target} HTTP/1.1\r\nHost: x\r\n{}\r\n",
        row.request.0,
        authorization.unwrap_or_default()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let outcome = match row.decision {
        Decision::Close => {
            assert_eq!(read_all(&mut stream), "", "{name}");
            Outcome::Closed
        }
        Decision::Intercept { .. } => {
            assert_eq!(read_line(&mut stream), INTERCEPTED_REPLY, "{name}");
            Outcome::Intercepted
        }
        Decision::Tunnel => {
            assert_eq!(read_line(&mut stream), TUNNELLED_REPLY, "{name}");
            Outcome::Tunnelled
        }
        Decision::Refuse(refusal) => {
            assert_refused(name, &refusal, &read_all(&mut stream));
            match refusal.status.0 {
                407 => Outcome::Unauthenticated,
                403 => Outcome::Forbidden,
                502 => Outcome::Unreachable,
                500 => Outcome::OriginForm,
                other => panic!("{name}: {other}"),
            }
        }
    };
    assert_eq!(proxy.attempts().pop(), Some((target.to_owned(), outcome)), "{name}");
}

#[track_caller]
fn assert_refused(name: &str, refusal: &Refusal, response: &str) {
    let (head, body) = response.split_once("\r\n\r\n").expect("a response has a head");
    let (status, reason) = refusal.status;
    assert!(head.starts_with(&format!("HTTP/1.1 {status} {reason}\r\n")), "{name}: {head}");
    for (header, value) in refusal.headers {
        assert!(head.contains(&format!("\r\n{header}: {value}\r\n")), "{name}: {head}");
    }
    assert!(head.contains("\r\nConnection: close"), "{name}: {head}");
    assert_eq!(body, refusal.body, "{name}");
}

#[test]
fn proxy_follows_each_row_of_coders_contract() {
    for row in ROWS.iter().filter(|it| it.author == Author::Coder) {
        check(row);
    }
}

#[test]
fn addresses_at_the_edge_of_a_range_are_blocked_as_the_contract_says() {
    for (address, author) in ADDRESSES {
        let parsed = address.parse().expect("a row has an address");
        assert_eq!(is_blocked(parsed), *author == Some(Author::Coder), "{address}");
    }
}

#[test]
fn realm_of_an_older_deployment_is_sent() {
    let proxy = FakeProxy::start(&TestCa::new("mitm"));
    proxy.set_realm(REALM_OLD);
    let answer = read_all(&mut connect(proxy.address(), "api.openai.com:443", ""));
    assert!(answer.contains("Basic realm=\"Coder AI Bridge Proxy\""), "{answer}");
}

#[test]
fn intercepted_request_is_recorded_with_its_token() {
    let ca = TestCa::new("mitm");
    let config = crate::tls::client(&ca);
    let proxy = FakeProxy::start(&ca);
    let mut socket = connect(proxy.address(), "API.openai.com:443", &basic("coder:a:b"));
    assert_eq!(read_line(&mut socket), INTERCEPTED_REPLY);
    let name = ServerName::try_from("api.openai.com").unwrap();
    let mut session = rustls::ClientConnection::new(config, name).unwrap();
    let mut stream = rustls::Stream::new(&mut session, &mut socket);
    let request = "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: api.openai.com\r\n\
         Connection: close\r\nContent-Length: 2\r\n\r\n{}";
    stream.write_all(request.as_bytes()).unwrap();
    assert!(read_all(&mut stream).contains("chat.completion"));
    let seen = proxy.wait_interceptions(1).remove(0);
    assert_eq!((seen.token.as_str(), seen.username.as_str()), ("a:b", "coder"));
    assert_eq!((seen.host.as_str(), seen.method.as_str()), ("api.openai.com", "POST"));
    assert_eq!((seen.path.as_str(), &seen.body[..]), ("/v1/chat/completions?x=1", &b"{}"[..]));
}

#[test]
fn handshake_of_a_client_without_the_ca_is_counted_as_aborted() {
    let proxy = FakeProxy::start(&TestCa::new("mitm"));
    proxy.set_ca(&TestCa::new("rotated"));
    let mut socket = connect(proxy.address(), "api.openai.com:443", &basic("coder:t"));
    read_line(&mut socket);
    let name = ServerName::try_from("api.openai.com").unwrap();
    let config = crate::tls::client(&TestCa::new("other"));
    let mut session = rustls::ClientConnection::new(config, name).unwrap();
    assert!(rustls::Stream::new(&mut session, &mut socket).write_all(b"x").is_err());
    drop(socket);
    proxy
        .shared
        .seen
        .wait("the broken handshake", |seen| (seen.aborted_handshakes == 1).then_some(()));
}

#[test]
fn tls_listener_tunnels_other_hosts_without_a_token() {
    let listener = TestCa::new("listener");
    let proxy = FakeProxy::start_tls(&TestCa::new("mitm"), &listener);
    let coder = FakeCoder::start();
    proxy.map("coder.test:3000", coder.address());
    let name = ServerName::try_from("localhost").unwrap();
    let mut session = rustls::ClientConnection::new(crate::tls::client(&listener), name).unwrap();
    let mut socket = TcpStream::connect(proxy.address()).unwrap();
    let mut stream = rustls::Stream::new(&mut session, &mut socket);
    stream.write_all(b"CONNECT coder.test:3000 HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(read_line(&mut stream), TUNNELLED_REPLY);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(read_line(&mut stream), "HTTP/1.1 200 OK");
    assert!(proxy.url().starts_with("https://"));
    assert_eq!(proxy.attempts(), [("coder.test:3000".to_owned(), Outcome::Tunnelled)]);
}

#[test]
fn heads_that_are_no_http_are_not_parsed() {
    for head in ["", "CONNECT", "CONNECT a:443", "CONNECT a:443 SSH-2.0", "\u{16}\u{3}\u{1}"] {
        assert_eq!(parse(head), None, "{head:?}");
    }
    assert_eq!(parse("GET * HTTP/1.1\r\n\r\n"), Some(ProxyRequest::Origin("*".to_owned())));
}
