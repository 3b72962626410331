//! The Terraform modules as their users meet them: formatted, valid, and
//! passing their own `terraform test` against the real providers' schemas.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::scratch::Scratch;
use crate::tools::{self, Tool};
use crate::{process, workspace};

/// Formats, validates and tests every module; validates every stack.
pub(super) fn run() -> Result<()> {
    let store = tools::get(&[Tool::Terraform, Tool::CoderProvider])?;
    process::run(&mut process::cargo(&["build", "--quiet", "--locked", "--package", "provider"]))?;
    let provider = workspace::target().join("debug/terraform-provider-aibridge");
    let scratch = Scratch::new(&store.path("bin/terraform"), &provider, &[store.path("mirror")])?;
    for folder in ["modules", "examples"] {
        let path = workspace::root().join(folder);
        process::run(
            scratch
                .terraform(workspace::root())
                .args(["fmt", "-check", "-diff", "-recursive"])
                .arg(path),
        )?;
    }
    for folder in folders(&scratch.copy_from_workspace("modules")?)? {
        validate(&scratch, &folder)?;
        process::run(scratch.terraform(&folder).arg("test"))?;
    }
    for folder in folders(&scratch.copy_from_workspace("examples")?.join("stacks"))? {
        validate(&scratch, &folder)?;
    }
    Ok(())
}

fn validate(scratch: &Scratch, folder: &Path) -> Result<()> {
    println!("{}", folder.strip_prefix(scratch.path()).unwrap_or(folder).display());
    process::run_quietly(scratch.terraform(folder).args(["init", "-backend=false"]))?;
    process::run(scratch.terraform(folder).arg("validate"))
}

/// Sub-folders in order of their names.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
