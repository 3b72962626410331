//! A fault of our own: dependents are released, the status says so, exit 1.
//!
//! The one piece that a test can hand in and that the work calls in its middle
//! is the stream for faults, so that is what panics here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};

use agent_helper::{Exit, Output};
use fakes::coder::RefusedPort;

use crate::stage::{Stage, UNIT};

/// Panics at the first write, takes the others.
struct Fuse {
    is_burnt: bool,
}

impl Write for Fuse {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(std::mem::replace(&mut self.is_burnt, true), "the fuse is burnt");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_panic_in_the_work_completes_the_unit() {
    let stage = Stage::set_up();
    let before = stage.read("ca-cert.pem");
    let refused = RefusedPort::take();
    stage.agent.with_units(|it| it.start(UNIT).unwrap());
    let env = BTreeMap::from([
        ("AIBRIDGE_ACCESS_URL", OsString::from(refused.url())),
        ("AIBRIDGE_SESSION_TOKEN", OsString::from(stage.coder.token())),
        ("AIBRIDGE_CERT_PATH", stage.cert_path().into_os_string()),
        // What is wrong with this is told in the middle of the work.
        ("AIBRIDGE_CA_SEED", OsString::from("nonsense")),
        ("AIBRIDGE_TIMEOUT", OsString::from("100ms")),
        ("CODER_AGENT_SOCKET_PATH", stage.agent.path().as_os_str().to_owned()),
    ]);
    let mut out = Output::new(Box::new(io::sink()), Box::new(Fuse { is_burnt: false }));
    let line = ["aibridge-agent", "setup"].map(OsString::from);
    assert_eq!(agent_helper::run(&line, &env, &mut out), Exit::Bug);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
    let status = stage.status();
    assert_eq!(status["outcome"], "stale");
    assert_eq!(status["error"]["class"], "bug");
    assert_eq!(status["error"]["exit_code"], 1);
    assert_eq!(status["error"]["message"], "fault of this program: the fuse is burnt");
    assert_eq!(stage.read("ca-cert.pem"), before);
}
