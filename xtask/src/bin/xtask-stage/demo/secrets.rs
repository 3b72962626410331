//! The token is where it must be, and nowhere else.

use anyhow::{Result, ensure};

use super::narrator::Narrator;
use super::stack::Build;
use super::stage::Stage;

pub(super) fn act(narrator: &mut Narrator, stage: &mut Stage) -> Result<()> {
    narrator.act("Where the token went");
    let build = Build::start(&stage.coder);
    // Terraform's text output, besides the JSON of the commands so far.
    for command in ["plan", "show", "output"] {
        stage.record(stage.stack.call(&build).arg("-no-color").run(command)).success();
    }
    let transcript = stage.transcript();
    narrator.step("in nothing that Terraform, the script, the helper or a tool printed", || {
        ensure!(!transcript.is_empty(), "nothing was recorded");
        for token in &stage.tokens {
            token.assert_absent("the recorded output", &transcript);
        }
        Ok(())
    })?;
    narrator.step("in no file of the workspace, and not in the scripts", || {
        for token in &stage.tokens {
            let workspace = stage.workspace()?;
            token.assert_absent(
                "the start-up scripts",
                [&*workspace.set_up, &workspace.tool].concat(),
            );
            token.assert_absent_below(&stage.workspace_folder(), &[]);
        }
        Ok(())
    })?;
    narrator.step("in no process's arguments at any time since the first start", || {
        stage.finish_watch();
        Ok(())
    })
}
