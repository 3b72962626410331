//! The released program, started as Terraform starts it.

use std::path::Path;
use std::process::Command;

use fakes::plugin_host::Plugin;
use provider::Aibridge;
use tfplugin::testing::Session;

/// Where the program is.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_terraform-provider-aibridge");

/// The program without inherited environment variables.
pub(crate) fn program() -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear().env("TF_LOG", "warn");
    command
}

/// The same with a temporary folder.
pub(crate) fn program_in(temporary: &Path) -> Command {
    let mut command = program();
    command.env("TMPDIR", temporary);
    command
}

/// Drives it as the client that started it. Dropping the session ends the process.
pub(crate) async fn session(plugin: &Plugin) -> Session<Aibridge> {
    let stream = plugin.connect().await;
    Session::open_over(Aibridge::new(|_| None), stream).await.unwrap()
}
