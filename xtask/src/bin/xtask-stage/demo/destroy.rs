//! The workspace is deleted: without a token, as Coder deletes.

use anyhow::{Result, ensure};

use super::narrator::Narrator;
use super::stack::Build;
use super::stage::Stage;

pub(super) fn act(narrator: &mut Narrator, stage: &Stage) -> Result<()> {
    narrator.act("The workspace is deleted");
    narrator.step("terraform destroy, without a token, leaves nothing in the state", || {
        let build = Build::delete(&stage.coder);
        stage.record(stage.stack.call(&build).destroy().success().finished);
        let left = stage.stack.call(&build).show();
        ensure!(left.resources().is_empty(), "left in the state: {:?}", left.resources().keys());
        Ok(())
    })
}
