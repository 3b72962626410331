//! A fault of our own: dependents are released, the status records it, exit 1.
//!
//! The one piece that a test can hand in and that the work calls in its middle
//! is the stream for faults, so that is what panics here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};

use agent_helper::{Exit, Output};
use fakes::coder::RefusedPort;

use crate::world::{UNIT, World};

/// Panics at the first write and accepts the others.
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
fn setup_that_panics_completes_the_unit_and_exits_1() {
    let world = World::set_up();
    let before = world.read("ca-cert.pem");
    let refused = RefusedPort::take();
    world.agent.with_units(|it| it.start(UNIT).unwrap());
    let env = BTreeMap::from([
        ("AIBRIDGE_ACCESS_URL", OsString::from(refused.url())),
        ("AIBRIDGE_SESSION_TOKEN", OsString::from(world.coder.token())),
        ("AIBRIDGE_CERT_PATH", world.cert_path().into_os_string()),
        // The warning about this is written in the middle of the work.
        ("AIBRIDGE_CA_SEED", OsString::from("nonsense")),
        ("AIBRIDGE_TIMEOUT", OsString::from("100ms")),
        ("CODER_AGENT_SOCKET_PATH", world.agent.path().as_os_str().to_owned()),
    ]);
    let mut out = Output::new(Box::new(io::sink()), Box::new(Fuse { is_burnt: false }));
    let line = ["aibridge-agent", "setup"].map(OsString::from);
    assert_eq!(agent_helper::run(&line, &env, &mut out), Exit::Bug);
    assert_eq!(world.unit().as_deref(), Some("completed"));
    let status = world.status();
    assert_eq!(status["outcome"], "stale");
    assert_eq!(status["error"]["class"], "bug");
    assert_eq!(status["error"]["exit_code"], 1);
    assert_eq!(status["error"]["message"], "fault of this program: the fuse is burnt");
    assert_eq!(world.read("ca-cert.pem"), before);
}
