//! The main job on one machine, step by step: a template is built with the
//! real Terraform and the real coder provider, its start-up script runs as
//! Coder's agent would run it, a tool with a hard-coded provider host is
//! intercepted by the proxy, and each failure of the set-up is shown once.
//!
//! Coder, its agent and the proxy are fakes that speak the real protocols.

mod build;
mod client;
mod destroy;
mod failures;
mod host_variables;
mod keep;
mod narrator;
mod rebuild;
mod secrets;
mod stack;
mod stage;
mod start;
mod tool;
mod workspace;

use anyhow::Result;

use narrator::Narrator;
use stage::Stage;

/// The command: fails at the first step that does not hold. With `keep` the
/// fakes and the workspace stay until the command is interrupted.
pub(crate) fn run(keep: bool) -> Result<()> {
    let mut narrator = Narrator::new();
    let mut stage = Stage::set_up(&mut narrator)?;
    build::act(&mut narrator, &mut stage)?;
    start::act(&mut narrator, &mut stage)?;
    tool::act(&mut narrator, &stage)?;
    rebuild::act(&mut narrator, &mut stage)?;
    host_variables::act(&mut narrator, &stage)?;
    failures::act(&mut narrator, &mut stage)?;
    secrets::act(&mut narrator, &mut stage)?;
    if keep {
        return keep::until_interrupted(&stage);
    }
    destroy::act(&mut narrator, &stage)?;
    narrator.finish();
    Ok(())
}
