//! Environment to terms, terms to line, as tables.

use std::collections::HashMap;
use std::ffi::OsString;

use rustls_pki_types::CertificateDer;

use super::{COOKIE, Network, Refusal, Terms};
use crate::serve::listener::{Address, Endpoint};

const PEM: &str = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";

fn read(variables: &[(&str, &str)], network: Network) -> Result<Terms, Refusal> {
    let variables: HashMap<_, _> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
    Terms::read(|name| variables.get(name).cloned(), network)
}

/// Like [`read`], with the cookie.
fn read_with_cookie(variables: &[(&str, &str)], network: Network) -> Result<Terms, Refusal> {
    let mut all = vec![("TF_PLUGIN_MAGIC_COOKIE", COOKIE)];
    all.extend_from_slice(variables);
    read(&all, network)
}

#[test]
fn start_without_the_cookie_is_refused() {
    for variables in
        [&[][..], &[("TF_PLUGIN_MAGIC_COOKIE", "")], &[("TF_PLUGIN_MAGIC_COOKIE", "x")]]
    {
        let refusal = read(variables, Network::Unix).expect_err("no cookie");
        assert!(matches!(refusal, Refusal::StartedByHand), "{variables:?}");
    }
}

#[track_caller]
fn check_line(variables: &[(&str, &str)], certificate: Option<&[u8]>, expected: &str) {
    let terms = read_with_cookie(variables, Network::Unix).expect("sound terms");
    let certificate = certificate.map(CertificateDer::from);
    let address = Address::Unix("/tmp/tf1/s".to_owned());
    assert_eq!(terms.line(&address, certificate.as_ref()), expected);
}

#[test]
fn handshake_line_has_certificate_and_multiplexing_as_required() {
    check_line(&[], None, "1|6|unix|/tmp/tf1/s|grpc|");
    check_line(&[("PLUGIN_PROTOCOL_VERSIONS", "5,6")], None, "1|6|unix|/tmp/tf1/s|grpc|");
    check_line(&[("PLUGIN_PROTOCOL_VERSIONS", "4,5")], None, "1|6|unix|/tmp/tf1/s|grpc|");
    check_line(&[("PLUGIN_CLIENT_CERT", PEM)], Some(&[0xfb, 0xff]), "1|6|unix|/tmp/tf1/s|grpc|+/8");
    check_line(&[("PLUGIN_MULTIPLEX_GRPC", "true")], None, "1|6|unix|/tmp/tf1/s|grpc||false");
    check_line(&[("PLUGIN_MULTIPLEX_GRPC", "")], None, "1|6|unix|/tmp/tf1/s|grpc|");
}

#[test]
fn tcp_line_names_the_loopback_port() {
    let terms = read_with_cookie(&[], Network::Tcp).expect("sound terms");
    let address = Address::Tcp(([127, 0, 0, 1], 10_000).into());
    assert_eq!(terms.line(&address, None), "1|6|tcp|127.0.0.1:10000|grpc|");
}

#[test]
fn client_certificate_is_read_byte_by_byte() {
    let terms =
        read_with_cookie(&[("PLUGIN_CLIENT_CERT", PEM)], Network::Unix).expect("sound terms");
    assert_eq!(terms.client_certificate.as_deref(), Some(&[1, 2, 3][..]));
    let terms =
        read_with_cookie(&[("PLUGIN_CLIENT_CERT", "")], Network::Unix).expect("sound terms");
    assert_eq!(terms.client_certificate, None);
}

#[track_caller]
fn check_unix(variables: &[(&str, &str)], folder: Option<&str>, group: Option<&str>) {
    let terms = read_with_cookie(variables, Network::Unix).expect("sound terms");
    let Endpoint::Unix { folder: actual_folder, group: actual_group } = terms.endpoint else {
        panic!("a Unix socket is expected");
    };
    assert_eq!(actual_folder.as_deref(), folder.map(std::path::Path::new));
    assert_eq!(actual_group.as_deref(), group);
}

#[test]
fn socket_folder_and_group_are_read_and_empty_ones_ignored() {
    check_unix(&[], None, None);
    check_unix(&[("PLUGIN_UNIX_SOCKET_DIR", "/run/x")], Some("/run/x"), None);
    check_unix(&[("PLUGIN_UNIX_SOCKET_GROUP", "adm")], None, Some("adm"));
    check_unix(&[("PLUGIN_UNIX_SOCKET_DIR", ""), ("PLUGIN_UNIX_SOCKET_GROUP", "")], None, None);
}

#[track_caller]
fn check_ports(min: &str, max: &str, expected: std::ops::RangeInclusive<u16>) {
    let terms =
        read_with_cookie(&[("PLUGIN_MIN_PORT", min), ("PLUGIN_MAX_PORT", max)], Network::Tcp)
            .expect("sound terms");
    let Endpoint::Tcp { ports } = terms.endpoint else { panic!("a port is expected") };
    assert_eq!(ports, expected);
}

#[test]
fn port_range_is_read_and_empty_bounds_ignored() {
    check_ports("", "", 0..=0);
    check_ports("10000", "25000", 10_000..=25_000);
    check_ports("7", "7", 7..=7);
    check_ports("10000", "", 10_000..=65_535);
    check_ports("", "25000", 0..=25_000);
}

#[track_caller]
fn check_refusal(variables: &[(&str, &str)], network: Network, expected: &str) {
    assert_eq!(
        read_with_cookie(variables, network).expect_err("unsound terms").to_string(),
        expected
    );
}

#[test]
fn invalid_variable_is_refused_by_name_and_value() {
    check_refusal(
        &[("PLUGIN_CLIENT_CERT", "no certificate")],
        Network::Unix,
        "the certificate in `PLUGIN_CLIENT_CERT` is not a PEM certificate",
    );
    check_refusal(
        &[("PLUGIN_MIN_PORT", "x")],
        Network::Tcp,
        "`PLUGIN_MIN_PORT` is not a port: `x`",
    );
    check_refusal(
        &[("PLUGIN_MAX_PORT", "65536")],
        Network::Tcp,
        "`PLUGIN_MAX_PORT` is not a port: `65536`",
    );
    check_refusal(
        &[("PLUGIN_MIN_PORT", "9"), ("PLUGIN_MAX_PORT", "8")],
        Network::Tcp,
        "`PLUGIN_MIN_PORT` is `9`, above `PLUGIN_MAX_PORT`, which is `8`",
    );
}
