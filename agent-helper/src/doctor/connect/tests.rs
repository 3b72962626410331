//! Answers of this proxy, of others, and of none.

use super::*;

#[track_caller]
fn check(answer: &str, expected: Handling) {
    assert_eq!(handling(reply(answer.as_bytes())), expected, "{answer:?}");
}

fn foreign(realm: &str) -> Handling {
    Handling::Intercepted { foreign_realm: Some(realm.to_owned()) }
}

#[test]
fn response_407_with_the_products_realm_is_interception() {
    for realm in ["Coder AI Gateway Proxy", "Coder AI Bridge Proxy"] {
        let head = format!(
            "HTTP/1.1 407 Proxy Authentication Required\r\n\
             proxy-authenticate: basic realm=\"{realm}\"\r\n\r\n"
        );
        check(&head, Handling::Intercepted { foreign_realm: None });
    }
}

#[test]
fn response_407_with_another_realm_is_another_proxy() {
    check("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"squid\"\r\n\r\n", foreign("squid"));
    check("HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n\r\n", foreign(""));
    // Behind the empty line nothing counts.
    let body =
        "HTTP/1.1 407 No\r\n\r\nProxy-Authenticate: Basic realm=\"Coder AI Bridge Proxy\"\r\n";
    check(body, foreign(""));
}

#[test]
fn response_200_is_a_tunnel_in_every_http_version() {
    check("HTTP/1.0 200 OK\r\n\r\n", Handling::Tunnelled);
    check("HTTP/1.1 200 Connection established\r\n\r\n", Handling::Tunnelled);
}

#[test]
fn other_responses_to_connect_are_failures() {
    check("HTTP/1.1 403 Forbidden\r\n\r\nForbidden", Handling::TunnelFailed(403));
    check("HTTP/1.1 502 Bad Gateway\r\n\r\n", Handling::TunnelFailed(502));
    check("", Handling::Closed);
    check("SSH-2.0-OpenSSH_9.2\r\n", Handling::Unexpected(Reply::NotHttp));
    check("HTTP/1.1 20", Handling::Unexpected(Reply::NotHttp));
    check("\u{15}\u{3}\u{1}\0\u{2}", Handling::Unexpected(Reply::Tls));
    let head = Head { status: 404, realm: None };
    check("HTTP/1.1 404 Not Found\r\n\r\n", Handling::Unexpected(Reply::Head(head)));
}

#[test]
fn every_prefix_of_a_response_is_read_without_a_panic() {
    let whole = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"é\"\r\n\r\nbody";
    for end in 0..whole.len() {
        reply(&whole.as_bytes()[..end]);
    }
}

#[test]
fn listener_is_recognised_by_its_response() {
    let own = "HTTP/1.1 500 Internal Server Error\r\n\r\n\
         This is a proxy server. Does not respond to non-proxy requests.\n";
    assert_eq!(liveness(own.as_bytes()), Liveness::Proxy);
    let tls = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
    assert_eq!(liveness(tls.as_bytes()), Liveness::SpeaksTls);
    assert_eq!(liveness(&[0x15, 3, 3, 0, 2, 2, 70]), Liveness::SpeaksTls);
    let head = Head { status: 200, realm: None };
    assert_eq!(liveness(b"HTTP/1.1 200 OK\r\n\r\n"), Liveness::Other(Reply::Head(head)));
    assert_eq!(liveness(b""), Liveness::Other(Reply::Closed));
}

#[test]
fn request_has_credentials_only_if_they_are_given() {
    let plain = request("api.openai.com:443", None);
    assert_eq!(
        plain.expose(),
        "CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n\r\n"
    );
    let token = Secret::new("t:k");
    let signed = request("h:443", Some(("coder", &token)));
    assert!(signed.expose().contains("\r\nProxy-Authorization: Basic Y29kZXI6dDpr\r\n"));
}
