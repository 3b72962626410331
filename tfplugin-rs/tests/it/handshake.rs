//! Environment to handshake line, with the real process.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use fakes::plugin_host::{COOKIE, ClientKey};
use testkit::process::Process;

use crate::running::command;

/// The fields of the line, without the path, and with the certificate as its
/// length in bytes.
#[track_caller]
fn check(variables: &[(&str, &str)], expected: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = command(folder.path());
    command.envs([COOKIE]).envs(variables.iter().copied());
    let process = Process::spawn(command);
    let line = process.wait_line("|grpc|");
    let mut fields: Vec<_> = line.split('|').map(str::to_owned).collect();

    let socket = Path::new(&fields[3]);
    let own = socket.parent().expect("a folder of its own");
    assert_eq!(own.parent(), Some(folder.path()), "{variables:?}");
    assert_eq!(std::fs::metadata(own).expect("it exists").permissions().mode() & 0o777, 0o700);
    fields[3] = "PATH".to_owned();
    if !fields[5].is_empty() {
        let certificate = STANDARD_NO_PAD.decode(&fields[5]).expect("base64 without padding");
        assert!(certificate.len() > 100 && certificate.starts_with(b"\x30\x82"), "a certificate");
        fields[5] = "CERTIFICATE".to_owned();
    }
    assert_eq!(fields, expected, "{variables:?}");
}

#[test]
fn handshake_line_follows_from_the_environment() {
    let certificate = ClientKey::generate().pem();
    let tls = ("PLUGIN_CLIENT_CERT", certificate.as_str());
    let plain = ["1", "6", "unix", "PATH", "grpc", ""];
    check(&[], &plain);
    check(&[("PLUGIN_PROTOCOL_VERSIONS", "5,6")], &plain);
    check(&[("PLUGIN_PROTOCOL_VERSIONS", "6,5")], &plain);
    check(&[("PLUGIN_PROTOCOL_VERSIONS", "5")], &plain);
    check(&[("PLUGIN_CLIENT_CERT", "")], &plain);
    check(&[("PLUGIN_MIN_PORT", "10000"), ("PLUGIN_MAX_PORT", "25000")], &plain);
    check(&[tls], &["1", "6", "unix", "PATH", "grpc", "CERTIFICATE"]);
    check(&[("PLUGIN_MULTIPLEX_GRPC", "true")], &["1", "6", "unix", "PATH", "grpc", "", "false"]);
    check(
        &[tls, ("PLUGIN_MULTIPLEX_GRPC", "1")],
        &["1", "6", "unix", "PATH", "grpc", "CERTIFICATE", "false"],
    );
    check(&[("TF_LOG", "trace"), tls], &["1", "6", "unix", "PATH", "grpc", "CERTIFICATE"]);
}
