//! Each answer as a client sees it on the wire, byte by byte over a plain socket.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use rustls_pki_types::ServerName;

use super::{
    Answer, BUILDINFO_PATH, CERTIFICATE_ALIAS, CERTIFICATE_PATH, Carrier, ENTITLEMENTS_PATH,
    FakeCoder, RefusedPort, Routes, SignedOut, USERS_ME_PATH, Wording,
};
use crate::ca::TestCa;
use crate::gate::Gate;

const PEM: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

fn send(stream: &mut impl Write, method: &str, path: &str, headers: &str) {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: coder.test\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
}

/// The whole answer, and how its connection ended if not in order.
fn receive(stream: &mut impl Read) -> (String, Option<ErrorKind>) {
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).err().map(|err| err.kind());
    (String::from_utf8(answer).unwrap(), end)
}

fn ask(coder: &FakeCoder, method: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(coder.address()).unwrap();
    send(&mut stream, method, path, headers);
    receive(&mut stream).0
}

fn token_header(coder: &FakeCoder) -> String {
    format!("Coder-Session-Token: {}\r\n", coder.token())
}

#[track_caller]
fn check(answer: Answer, status: &str, fragment: &str) {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    coder.set_answer(answer);
    let text = ask(&coder, "GET", CERTIFICATE_PATH, &token_header(&coder));
    assert!(text.starts_with(&format!("HTTP/1.1 {status}")), "{text}");
    assert!(text.to_lowercase().contains("x-coder-build-version: v2.35.0+abcdef\r\n"), "{text}");
    assert!(text.contains(fragment), "`{fragment}` is not in {text}");
}

#[test]
fn every_status_has_coders_own_words() {
    let raw = Answer::Raw { status: 200, content_type: "image/png", body: "PNG".into() };
    check(Answer::Certificate, "200 OK", "attachment; filename=ca-cert.pem");
    check(Answer::Certificate, "200 OK", PEM);
    check(Answer::Html, "200 OK", "<!doctype html>");
    check(Answer::EmptyBody, "200 OK", "application/x-pem-file");
    check(Answer::Pem(format!("{PEM}{PEM}")), "200 OK", &format!("{PEM}{PEM}"));
    check(raw, "200 OK", "image/png");
    let access_url = "https://coder.example.com";
    check(Answer::redirect_to_access_url(access_url), "307", ": https://coder.example.com\r\n");
    check(Answer::NotSignedIn(SignedOut::Expired), "401", "You are signed out or your session");
    check(
        Answer::NotLicensed(Wording::Old),
        "403",
        "AI Bridge is a Premium feature. Contact sales!",
    );
    check(Answer::NotLicensed(Wording::New), "403", "AI Gateway is a Premium feature.");
    check(Answer::NotEnabled(Wording::Old), "404", "\"AI Bridge Proxy is not enabled.\"");
    check(Answer::NotEnabled(Wording::New), "404", "\"AI Gateway Proxy is not enabled.\"");
    check(Answer::NotMounted(Wording::New), "404", "Proxy handler not mounted.");
    check(Answer::RouteNotFound, "404", "\"Route not found.\"");
    check(Answer::NoCertificate(Wording::Old), "404", "\r\n\r\nCA certificate not configured");
    check(Answer::NoCertificate(Wording::New), "404", "MITM CA certificate not configured");
    check(Answer::rate_limited(Some(7)), "429", "etry-after: 7\r\n");
    check(Answer::status(503), "503", "\"message\"");
}

#[test]
fn without_a_token_only_the_licence_comes_first() {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    for (answer, status) in [
        (Answer::Certificate, "401"),
        (Answer::NotEnabled(Wording::New), "401"),
        (Answer::NotLicensed(Wording::New), "403"),
        (Answer::RouteNotFound, "404"),
    ] {
        coder.set_answer(answer.clone());
        let text = ask(&coder, "GET", CERTIFICATE_PATH, "");
        assert!(text.starts_with(&format!("HTTP/1.1 {status}")), "{answer:?}: {text}");
    }
}

#[test]
fn other_methods_are_405_without_a_body() {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    for method in ["HEAD", "POST", "DELETE"] {
        let text = ask(&coder, method, CERTIFICATE_PATH, &token_header(&coder));
        assert!(text.starts_with("HTTP/1.1 405") && text.ends_with("\r\n\r\n"), "{text}");
    }
}

#[test]
fn a_script_is_answered_one_a_request_then_the_standing_answer() {
    let coder = FakeCoder::start();
    coder.set_certificate(PEM);
    coder.script(vec![Answer::status(503), Answer::Html]);
    let statuses: Vec<String> = (0..4)
        .map(|_| ask(&coder, "GET", CERTIFICATE_PATH, &token_header(&coder))[9..12].to_owned())
        .collect();
    assert_eq!(statuses, ["503", "200", "200", "200"]);
    assert_eq!(coder.unused_answers(), 0);
    assert_eq!(coder.wait_requests(4).len(), 4);
}

#[test]
fn routes_follow_the_version() {
    for (routes, old, alias) in [
        (Routes::Both, "200", "200"),
        (Routes::Old, "200", "404"),
        (Routes::Alias, "404", "200"),
        (Routes::Neither, "404", "404"),
    ] {
        let coder = FakeCoder::start();
        coder.set_certificate(PEM);
        coder.set_routes(routes);
        let status = |path| ask(&coder, "GET", path, &token_header(&coder))[9..12].to_owned();
        assert_eq!(status(CERTIFICATE_PATH), old, "{routes:?}");
        assert_eq!(status(CERTIFICATE_ALIAS), alias, "{routes:?}");
    }
}

#[test]
fn tokens_are_looked_up_in_coders_order_and_all_recorded() {
    let coder = FakeCoder::start();
    let token = coder.token();
    let headers = format!(
        "Coder-Session-Token: {token}\r\nAuthorization: bearer B\r\nCookie: a=b; coder_session_token=C\r\n"
    );
    let path = format!("{USERS_ME_PATH}?access_token=A&coder_session_token=Q");
    assert!(ask(&coder, "GET", &path, &headers).starts_with("HTTP/1.1 401"));
    let seen = coder.requests().remove(0);
    let carriers: Vec<Carrier> = seen.tokens.iter().map(|(carrier, _)| *carrier).collect();
    use Carrier::*;
    assert_eq!(carriers, [Cookie, Query, Header, Bearer, AccessTokenQuery]);
    assert_eq!(seen.token(), Some("C"));

    coder.forget_requests();
    let answer = ask(&coder, "GET", USERS_ME_PATH, &token_header(&coder));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"username\":\"owner\""));
    coder.requests()[0].assert_token_in_header_only();
}

#[test]
fn buildinfo_needs_no_token_and_shows_the_version() {
    let coder = FakeCoder::start();
    coder.set_version("v2.31.0+123abc");
    let text = ask(&coder, "GET", BUILDINFO_PATH, "");
    assert!(text.contains("\"version\":\"v2.31.0+123abc\""), "{text}");
}

#[test]
fn the_licence_needs_no_token_and_is_absent_where_there_are_no_licences() {
    let coder = FakeCoder::start();
    coder.set_licence("grace_period", false);
    let text = ask(&coder, "GET", ENTITLEMENTS_PATH, "");
    assert!(
        text.contains(r#""aibridge":{"entitlement":"grace_period","enabled":false}"#),
        "{text}"
    );
    coder.set_routes(Routes::Neither);
    let text = ask(&coder, "GET", ENTITLEMENTS_PATH, "");
    assert!(text.starts_with("HTTP/1.1 404") && text.contains("Route not found."), "{text}");
}

#[test]
fn another_host_is_sent_to_the_access_url_but_for_healthz() {
    let coder = FakeCoder::start();
    coder.set_access_url(Some("https://coder.example.com"));
    let text = ask(&coder, "GET", CERTIFICATE_PATH, &token_header(&coder));
    assert!(text.starts_with("HTTP/1.1 307"), "{text}");
    assert!(ask(&coder, "GET", "/healthz", "").ends_with("\r\n\r\nOK"));
    coder.set_access_url(Some("http://coder.test/"));
    assert!(
        ask(&coder, "GET", CERTIFICATE_PATH, &token_header(&coder)).starts_with("HTTP/1.1 404")
    );
}

#[test]
fn broken_bodies_break_in_their_own_way() {
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
fn a_slow_body_waits_for_the_gate() {
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
async fn a_held_or_hanging_answer_ends_with_the_fake() {
    let coder = FakeCoder::start();
    let gate = Gate::new();
    coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::RouteNotFound)), Answer::Hang]);
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
fn serves_over_tls_to_who_trusts_its_ca() {
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
fn a_refused_port_refuses() {
    let port = RefusedPort::take();
    let err = TcpStream::connect(port.address()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::ConnectionRefused);
}
