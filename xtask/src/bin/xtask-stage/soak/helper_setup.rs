//! The helper's set-up many times over: every one must end well, complete its
//! unit and leave the certificate.

use std::fs;

use anyhow::{Result, ensure};
use fakes::agent::FakeAgent;
use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use testkit::binaries;
use testkit::process::Process;

const ROUNDS: usize = 200;
const UNIT: &str = "aibridge-proxy-setup";

/// Runs them one after the other, on a fresh agent each.
pub(super) fn run() -> Result<()> {
    let helper = binaries::helper();
    let folder = tempfile::tempdir()?;
    let ca = TestCa::new("soak");
    let coder = FakeCoder::start();
    coder.set_certificate(ca.pem());
    let mut agent = FakeAgent::start(&folder.path().join("agent.sock"));
    let certificate = folder.path().join("proxy/ca-cert.pem");
    for round in 1..=ROUNDS {
        agent.restart();
        let mut command = std::process::Command::new(&helper);
        command.args([
            "setup",
            "--sync",
            "required",
            "--proxy-url",
            "http://127.0.0.1:8888",
            "--access-url",
        ]);
        command
            .arg(coder.url())
            .arg("--socket-path")
            .arg(agent.path())
            .arg("--cert-path")
            .arg(&certificate);
        command.env_clear().env("HOME", folder.path()).env("AIBRIDGE_SESSION_TOKEN", coder.token());
        let finished = Process::spawn(command).wait();
        ensure!(finished.code == Some(0), "round {round}: {finished:?}");
        ensure!(
            agent.state(UNIT).as_deref() == Some("completed"),
            "round {round}: the unit is not completed"
        );
        ensure!(
            fs::read_to_string(&certificate)? == ca.pem(),
            "round {round}: another certificate"
        );
    }
    ensure!(agent.violations().is_empty(), "{:?}", agent.violations());
    println!("{ROUNDS} set-ups ended well");
    Ok(())
}
