//! The client stands alone: variables of its surroundings do not move it.

use std::process::Command;

use fakes::coder::RefusedPort;

/// Runs a test of this binary that fetches, in an environment that would send
/// it to a proxy where nobody listens.
#[test]
fn proxy_variables_are_not_used() {
    let nowhere = RefusedPort::take().url();
    let inner = "ca_certificate::a_200_with_one_certificate_is_fetched";
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
