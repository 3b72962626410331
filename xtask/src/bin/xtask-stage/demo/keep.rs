//! Leaves everything up, for people to play with.

use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;

use anyhow::{Context as _, Result};
use std::io::Write as _;

use super::stage::Stage;

/// Prints what can be done, and returns when it is interrupted.
pub(super) fn until_interrupted(stage: &Stage) -> Result<()> {
    let workspace = stage.workspace()?;
    let variables = stage.workspace_folder().join("workspace.sh");
    let mut file =
        fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&variables)?;
    for (name, value) in workspace.environment() {
        writeln!(file, "export {name}='{}'", value.replace('\'', r"'\''"))?;
    }
    println!("\nEverything is still running. In another terminal:");
    println!("  . {}   # become the workspace", variables.display());
    println!("  aibridge-agent status");
    println!(
        "  aibridge-agent exec -- curl --data '{{}}' https://api.openai.com/v1/chat/completions"
    );
    println!("  aibridge-agent env --no-secrets");
    println!("  aibridge-agent sync list");
    println!("The template and its state: {}", stage.stack.workdir().path().display());
    println!("Stand-ins: Coder at {}, the proxy at {}", stage.coder.url(), stage.proxy.url());
    println!("Press Ctrl-C to end it.");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(tokio::signal::ctrl_c()).context("failed to wait for the interrupt")?;
    Ok(())
}
