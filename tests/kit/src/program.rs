//! Programs that a test puts into a folder and starts from there.
//!
//! A child process writes them. While this process holds a file open for writing, a
//! child that another thread starts inherits the descriptor for a moment, and to execute
//! the file then fails with `ETXTBSY` ("Text file busy").

use std::path::Path;
use std::process::Command;

use crate::process::Process;

#[cfg(test)]
mod tests;

/// Writes an executable script.
///
/// # Panics
/// If the file cannot be written.
#[track_caller]
pub fn write(path: &Path, text: &str) {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", r#"cat >"$1" && chmod 755 "$1""#, "sh"]).arg(path);
    Process::spawn_with_input(command, text).wait().success();
}

/// Copies an executable file.
///
/// # Panics
/// If the file cannot be copied.
#[track_caller]
pub fn copy(from: &Path, to: &Path) {
    let mut command = Command::new("/bin/cp");
    command.arg(from).arg(to);
    Process::spawn(command).wait().success();
}
