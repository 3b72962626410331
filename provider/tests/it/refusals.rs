//! The plugin as it is shipped, in the hands of somebody who is not Terraform.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

use testkit::ca::TestCa;
use testkit::process::{Process, Signal, run};

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

fn plugin(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-aibridge"));
    command.env_clear().env("TMPDIR", folder).env("TF_LOG", "warn");
    command
}

/// As Terraform starts it, for the client with this certificate.
fn started(folder: &Path, certificate: &str) -> Command {
    let mut command = plugin(folder);
    command.env(COOKIE.0, COOKIE.1).env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
    command.env("PLUGIN_CLIENT_CERT", certificate);
    command
}

#[track_caller]
fn assert_empty(folder: &Path) {
    assert!(std::fs::read_dir(folder).unwrap().next().is_none(), "it left something behind");
}

#[test]
fn a_start_by_hand_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let finished = run(plugin(folder.path())).exited(1);
    assert_eq!(finished.stdout, "");
    for words in ["this binary is a plugin", "Terraform", "--debug"] {
        assert!(finished.stderr.contains(words), "{words}: {}", finished.stderr);
    }
    assert_empty(folder.path());
}

#[test]
fn a_client_certificate_that_is_none_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let finished = run(started(folder.path(), "garbage")).exited(1);
    let words = "registry.terraform.io/aibridge-rs/aibridge cannot start: ";
    assert!(finished.stdout.starts_with(words), "{}", finished.stdout);
    assert!(finished.stdout.contains("PLUGIN_CLIENT_CERT"), "{}", finished.stdout);
    assert_eq!(finished.stdout.lines().count(), 1);
    assert_empty(folder.path());
}

#[test]
fn whoever_finds_the_socket_is_refused_in_words() {
    for intrusion in [&b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"[..], b"PRI * HTTP/2.0\r\n\r\n"]
    {
        let folder = tempfile::tempdir().unwrap();
        let plugin = Process::spawn(started(folder.path(), &TestCa::new("client").pem()));
        let line = plugin.wait_line("1|6|unix|");
        let socket = line.split('|').nth(3).unwrap();
        let mut stream = UnixStream::connect(socket).unwrap();
        // The server may hang up in the middle of it.
        let _hung_up = stream.write_all(intrusion);
        let mut answer = Vec::new();
        let _reset = stream.read_to_end(&mut answer);
        assert!(!answer.windows(4).any(|it| it == b"HTTP"), "an answer in clear text");
        plugin.wait_line("refused a connection that is not the client's");
        assert!(plugin.is_running());
        plugin.signal(Signal::KILL);
        plugin.wait();
    }
}
