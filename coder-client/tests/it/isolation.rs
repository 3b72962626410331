//! The client depends on no environment variable: a proxy in it is not used.

use std::process::Command;

use fakes::coder::RefusedPort;

/// Runs a test of this binary that fetches, in an environment whose proxy
/// refuses every connection.
#[test]
fn client_does_not_use_proxy_variables() {
    let nowhere = RefusedPort::take().url();
    let inner = "ca_certificate::certificate_is_fetched_from_a_sound_deployment";
    let this = std::env::current_exe().expect("the path of this binary");
    let mut command = Command::new(this);
    command.args(["--exact", inner]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(name, &nowhere).env(name.to_lowercase(), &nowhere);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD");
    let output = command.output().expect("this binary starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}
