//! Leaves the fakes and the workspace up until the command is interrupted.

use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;

use anyhow::{Context as _, Result};
use std::io::Write as _;

use super::stage::Stage;

/// Prints commands to try, and returns when the command is interrupted.
pub(super) fn until_interrupted(stage: &Stage) -> Result<()> {
    let workspace = stage.workspace()?;
    let variables = stage.workspace_folder().join("workspace.sh");
    let mut file =
        fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&variables)?;
    for (name, value) in workspace.environment() {
        writeln!(file, "export {name}='{}'", value.replace('\'', r"'\''"))?;
    }
    println!("\nThe fakes and the workspace are still there. In another terminal:");
    println!("  . {}   # set the workspace's environment", variables.display());
    println!("  aibridge-agent status");
    println!(
        "  aibridge-agent exec -- curl --data '{{}}' https://api.openai.com/v1/chat/completions"
    );
    println!("  aibridge-agent env --no-secrets");
    println!("  aibridge-agent sync list");
    println!("The template and its state: {}", stage.stack.workdir().path().display());
    println!("Fakes: Coder at {}, the proxy at {}", stage.coder.url(), stage.proxy.url());
    println!("Press Ctrl-C to end it.");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(tokio::signal::ctrl_c()).context("failed to wait for the interrupt")?;
    Ok(())
}
