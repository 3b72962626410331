//! The workspace's own binaries, built once per test process.
//!
//! `CARGO_BIN_EXE_…` exists only for tests of the same package, so tests that
//! put several binaries together build them with a nested `cargo build`. Cargo
//! has released its lock by the time it runs tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::{env, workspace};

#[cfg(test)]
mod tests;

/// Packages and the binary that each makes.
const PROVIDER: (&str, &str) = ("provider", "terraform-provider-aibridge");
const HELPER: (&str, &str) = ("agent-helper", "aibridge-agent");

type Built = BTreeMap<String, PathBuf>;

/// `terraform-provider-aibridge`, built as tests are.
pub fn provider() -> PathBuf {
    built()[PROVIDER.1].clone()
}

/// `aibridge-agent`, built as tests are.
pub fn helper() -> PathBuf {
    built()[HELPER.1].clone()
}

/// All binaries by their name.
///
/// # Panics
/// If the build fails, with the compiler's words.
fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(build)
}

fn build() -> Built {
    let mut command = Command::new(env::cargo());
    command.arg("build").arg("--message-format=json-render-diagnostics");
    for (package, binary) in [PROVIDER, HELPER] {
        command.args(["--package", package, "--bin", binary]);
    }
    for name in env::set_by_cargo() {
        command.env_remove(name);
    }
    command.current_dir(workspace::root()).stdin(Stdio::null());
    let output = command.output().expect("cargo can be started");
    assert!(
        output.status.success(),
        "the workspace's binaries do not build:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let built = executables(&String::from_utf8_lossy(&output.stdout));
    for (_, binary) in [PROVIDER, HELPER] {
        assert!(built.contains_key(binary), "cargo did not say where `{binary}` is");
    }
    built
}

/// Reads Cargo's messages: one JSON object a line, of which those with an
/// `executable` count.
fn executables(messages: &str) -> Built {
    let messages = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let name = message["target"]["name"].as_str()?.to_owned();
        Some((name, PathBuf::from(message["executable"].as_str()?)))
    });
    messages.collect()
}
