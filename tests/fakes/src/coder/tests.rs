//! Each answer as a client sees it on the wire, over a plain socket.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use rustls_pki_types::ServerName;
use serde_json::{Value, json};

use super::{
    Answer, BUILDINFO_PATH, CERTIFICATE_ALIAS, CERTIFICATE_PATH, Carrier, ENTITLEMENTS_PATH,
    FakeCoder, RefusedPort, Routes, USERS_ME_PATH,
};
use crate::ca::TestCa;
use crate::contract::certificate_endpoint::{CERTIFICATE, NO_TOKEN, ROWS, Row};
use crate::gate::Gate;

const PEM: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

fn send(stream: &mut impl Write, method: &str, path: &str, headers: &str) {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: coder.test\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
}

/// The whole response, and the error that ended the connection, if one did.
fn receive(stream: &mut impl Read) -> (String, Option<ErrorKind>) {
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).err().map(|err| err.kind());
    (String::from_utf8(answer).unwrap(), end)
}

fn request(coder: &FakeCoder, method: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(coder.address()).unwrap();
    send(&mut stream, method, path, headers);
    receive(&mut stream).0
}

fn token_header(coder: &FakeCoder) -> String {
    format!("Coder-Session-Token: {}\r\n", coder.token())
}

/// The response to a request with the token of the fake, or without one.
fn respond(answer: &Answer, is_signed_in: bool) -> String {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    coder.set_answer(answer.clone());
    let token = if is_signed_in { token_header(&coder) } else { String::new() };
    request(&coder, "GET", CERTIFICATE_PATH, &token)
}

#[track_caller]
fn assert_is(row: &Row, response: &str) {
    let name = row.name;
    let (head, body) = response.split_once("\r\n\r\n").expect("a response has a head");
    let head = head.to_lowercase();
    assert!(head.starts_with(&format!("http/1.1 {}", row.status)), "{name}: {head}");
    assert!(head.contains("x-coder-build-version: v2.35.0+abcdef"), "{name}: {head}");
    for (header, value) in [("content-type", row.content_type), ("location", row.location)] {
        let line = value.map(|it| format!("\r\n{header}: {it}").to_lowercase());
        let is_there = line.as_ref().map_or(!head.contains(header), |it| head.contains(it));
        assert!(is_there, "{name}: {line:?} and {head}");
    }
    assert_eq!(body.as_bytes(), row.body.bytes(PEM), "{name}");
}

#[test]
fn endpoint_sends_each_row_of_the_contract() {
    for row in ROWS {
        assert_is(row, &respond(&Answer::Row(*row), true));
    }
}

#[test]
fn request_without_a_token_gets_the_rows_before_the_sign_in_only() {
    for row in ROWS {
        let expected = if row.is_before_sign_in { *row } else { NO_TOKEN };
        assert_is(&expected, &respond(&Answer::Row(*row), false));
    }
}

#[test]
fn deployment_without_a_fault_sends_its_certificate_as_an_attachment() {
    let text = respond(&Answer::Certificate, true);
    assert!(text.contains("attachment; filename=ca-cert.pem"), "{text}");
    assert_is(&CERTIFICATE, &text);
}

#[test]
fn answers_beyond_the_contract_are_sent_as_they_are() {
    let raw = Answer::Raw { status: 200, content_type: "image/png", body: "PNG".into() };
    for (answer, status, fragment) in [
        (raw, 200, "image/png"),
        (Answer::Pem(format!("{PEM}{PEM}")), 200, PEM),
        (Answer::redirect_to_access_url("https://c.example"), 307, ": https://c.example\r\n"),
        (Answer::rate_limited(Some(7)), 429, "etry-after: 7\r\n"),
        (Answer::status(418), 418, "\"message\""),
    ] {
        let text = respond(&answer, true);
        assert!(text.starts_with(&format!("HTTP/1.1 {status}")), "{answer:?}: {text}");
        assert!(text.contains(fragment), "{answer:?}: {text}");
    }
}

#[test]
fn endpoint_refuses_other_methods_with_405_and_no_body() {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    for method in ["HEAD", "POST", "DELETE"] {
        let text = request(&coder, method, CERTIFICATE_PATH, &token_header(&coder));
        assert!(text.starts_with("HTTP/1.1 405") && text.ends_with("\r\n\r\n"), "{text}");
    }
}

#[test]
fn scripted_answers_serve_one_request_each_then_the_set_answer_holds() {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    coder.script(vec![Answer::status(503), Answer::LOGIN_PAGE]);
    let statuses: Vec<String> = (0..4)
        .map(|_| request(&coder, "GET", CERTIFICATE_PATH, &token_header(&coder))[9..12].to_owned())
        .collect();
    assert_eq!(statuses, ["503", "200", "200", "200"]);
    assert_eq!(coder.unused_answers(), 0);
    assert_eq!(coder.wait_requests(4).len(), 4);
}

#[test]
fn certificate_paths_follow_the_version() {
    for (routes, old, alias) in [
        (Routes::Both, "200", "200"),
        (Routes::Old, "200", "404"),
        (Routes::Alias, "404", "200"),
        (Routes::Neither, "404", "404"),
    ] {
        let coder = FakeCoder::start();
        coder.set_certificate(PEM);
        coder.set_routes(routes);
        let status = |path| request(&coder, "GET", path, &token_header(&coder))[9..12].to_owned();
        assert_eq!(status(CERTIFICATE_PATH), old, "{routes:?}");
        assert_eq!(status(CERTIFICATE_ALIAS), alias, "{routes:?}");
    }
}

#[test]
fn tokens_are_looked_up_in_coders_order_and_all_recorded() {
    let coder = FakeCoder::start();
    let token = coder.token();
    let headers = format!(
        "Coder-Session-Token: {token}\r\nAuthorization: bearer B\r\n\
         Cookie: a=b; coder_session_token=C\r\n"
    );
    let path = format!("{USERS_ME_PATH}?access_token=A&coder_session_token=Q");
    assert!(request(&coder, "GET", &path, &headers).starts_with("HTTP/1.1 401"));
    let seen = coder.requests().remove(0);
    let carriers: Vec<Carrier> = seen.tokens.iter().map(|(carrier, _)| *carrier).collect();
    use Carrier::*;
    assert_eq!(carriers, [Cookie, Query, Header, Bearer, AccessTokenQuery]);
    assert_eq!(seen.token(), Some("C"));

    coder.clear_requests();
    let answer = request(&coder, "GET", USERS_ME_PATH, &token_header(&coder));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"username\":\"owner\""));
    coder.requests()[0].assert_token_in_header_only();
}

#[test]
fn buildinfo_shows_the_version_to_a_request_without_a_token() {
    let coder = FakeCoder::start();
    coder.set_version("v2.31.0+123abc");
    let text = request(&coder, "GET", BUILDINFO_PATH, "");
    assert!(text.contains("\"version\":\"v2.31.0+123abc\""), "{text}");
}

#[test]
fn entitlements_need_no_token_and_are_absent_in_the_open_source_build() {
    let coder = FakeCoder::start();
    coder.set_licence("grace_period", false);
    let text = request(&coder, "GET", ENTITLEMENTS_PATH, "");
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    let licence: Value = serde_json::from_str(body).unwrap();
    let expected = json!({ "entitlement": "grace_period", "enabled": false });
    assert_eq!(licence["features"]["aibridge"], expected);
    coder.set_routes(Routes::Neither);
    let text = request(&coder, "GET", ENTITLEMENTS_PATH, "");
    assert!(text.starts_with("HTTP/1.1 404") && text.contains("Route not found."), "{text}");
}

#[test]
fn request_for_another_host_is_redirected_to_the_access_url_except_healthz() {
    let coder = FakeCoder::start();
    coder.set_access_url(Some("https://coder.example.com"));
    let text = request(&coder, "GET", CERTIFICATE_PATH, &token_header(&coder));
    assert!(text.starts_with("HTTP/1.1 307"), "{text}");
    assert!(request(&coder, "GET", "/healthz", "").ends_with("\r\n\r\nOK"));
    coder.set_access_url(Some("http://coder.test/"));
    assert!(
        request(&coder, "GET", CERTIFICATE_PATH, &token_header(&coder)).starts_with("HTTP/1.1 404")
    );
}

#[test]
fn each_broken_body_ends_its_connection_as_it_says() {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    for (answer, end) in [
        (Answer::ResetInBody, Some(ErrorKind::ConnectionReset)),
        (Answer::TruncatedBody, None),
        (Answer::Disconnect, None),
    ] {
        coder.set_answer(answer.clone());
        let mut stream = TcpStream::connect(coder.address()).unwrap();
        send(&mut stream, "GET", CERTIFICATE_PATH, &token_header(&coder));
        let (text, seen) = receive(&mut stream);
        assert_eq!(seen, end, "{answer:?}");
        assert_eq!(text.contains("BEGIN"), !matches!(answer, Answer::Disconnect), "{text}");
        assert!(!text.contains("END CERT"), "{answer:?}: {text}");
    }
}

#[test]
fn slow_body_waits_for_the_gate() {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    let gate = Gate::new();
    coder.set_answer(Answer::Slow(gate.clone()));
    let mut stream = TcpStream::connect(coder.address()).unwrap();
    send(&mut stream, "GET", CERTIFICATE_PATH, &token_header(&coder));
    gate.wait_arrivals(1);
    gate.let_pass(2);
    gate.wait_arrivals(3);
    gate.open();
    let (text, end) = receive(&mut stream);
    assert!(text.ends_with(PEM) && end.is_none(), "{text}");
}

#[tokio::test]
async fn held_and_hanging_answers_end_with_the_fake() {
    let coder = FakeCoder::start();
    let gate = Gate::new();
    coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::ROUTE_NOT_FOUND)), Answer::Hang]);
    let mut held = TcpStream::connect(coder.address()).unwrap();
    send(&mut held, "GET", CERTIFICATE_PATH, "");
    gate.wait_arrivals_async(1).await;
    let mut hanging = TcpStream::connect(coder.address()).unwrap();
    send(&mut hanging, "GET", CERTIFICATE_PATH, "");
    assert_eq!(coder.wait_requests_async(2).await.len(), 2);
    gate.open();
    assert!(receive(&mut held).0.contains("Route not found."));
    drop(coder);
    assert_eq!(receive(&mut hanging).0, "");
}

#[test]
fn client_that_trusts_the_ca_is_served_over_tls() {
    let ca = TestCa::new("listener");
    let coder = FakeCoder::start_tls(&ca);
    coder.set_certificate(PEM);
    let name = ServerName::try_from("localhost").unwrap();
    let mut session = rustls::ClientConnection::new(crate::tls::client(&ca), name).unwrap();
    let mut socket = TcpStream::connect(coder.address()).unwrap();
    let mut stream = rustls::Stream::new(&mut session, &mut socket);
    send(&mut stream, "GET", CERTIFICATE_PATH, &token_header(&coder));
    assert!(receive(&mut stream).0.ends_with(PEM));
    assert!(coder.url().starts_with("https://127.0.0.1:"));
    assert_eq!(coder.certificate_requests().len(), 1);
}

#[test]
fn refused_port_refuses_connections() {
    let port = RefusedPort::take();
    let err = TcpStream::connect(port.address()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::ConnectionRefused);
}
