//! The scripts under ShellCheck.

use std::process::Command;

use provider::scripts::{HelperSource, Setup, bootstrap_script, refresh_script, setup_script};
use testkit::process::Process;
use testkit::{slow, tools};

use super::sandbox::{Sandbox, shells};
use super::{bootstrap, download, setup};

#[test]
fn shellcheck_has_no_findings() {
    let Some(_ran) = slow::ring3("bootstrap-shellcheck") else { return };
    let sandbox = Sandbox::new(&shells()[0]);
    let release = || download("https://example.com/agent".into(), "0".repeat(64));
    let settings = setup(&sandbox, release());
    let bare = Setup {
        extra_ca: None,
        no_proxy: vec![],
        bootstrap: bootstrap(&sandbox, HelperSource::Path("/opt/agent".into())),
        ..settings.clone()
    };
    for (name, script) in [
        ("bootstrap", bootstrap_script(&bootstrap(&sandbox, release()))),
        ("setup", setup_script(&settings)),
        ("setup without options", setup_script(&bare)),
        ("refresh", refresh_script(&settings)),
    ] {
        let mut command = Command::new(tools::shellcheck());
        // SC2016: settings stand in single quotes so that the shell expands none of them.
        command.args(["--shell=sh", "--severity=style", "--exclude=SC2016", "-"]);
        let finished = Process::spawn_with_input(command, script).wait();
        assert_eq!(finished.code, Some(0), "{name}: {}{}", finished.stdout, finished.stderr);
    }
}
