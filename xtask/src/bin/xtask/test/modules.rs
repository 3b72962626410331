//! The Terraform modules: formatted, valid, and passing their own `terraform test`
//! with the real providers' schemas.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use testkit::process::Finished;
use testkit::terraform::{Mirror, Terraform, Workdir};
use xtask::tools::{self, Tool};
use xtask::{configuration, workspace};

/// Makes a resource's example a whole configuration.
const PROVIDERS: &str = "terraform {
  required_providers {
    aibridge = {
      source = \"aibridge-rs/aibridge\"
    }
    coder = {
      source = \"coder/coder\"
    }
  }
}
";

/// The file of a stack whose provider is not among the everyday tools.
const COMPUTE: &str = "workspace.tf";

/// Checks the format of modules and examples, tests every module, and validates every
/// example.
pub(super) fn run() -> Result<()> {
    tools::get(&[Tool::Terraform, Tool::CoderProvider])?;
    let mirror = Mirror::with_both_providers();
    check_format(&mirror)?;
    for module in folders(&workspace::root().join("modules"))? {
        let workdir = Workdir::new(&Terraform::default(), &mirror);
        workdir.copy(&module, ".");
        println!("{}", module.strip_prefix(workspace::root())?.display());
        workdir.call().init().success();
        print(&workdir.call().arg("-no-color").run("validate").success());
        print(&workdir.call().arg("-no-color").run("test").success());
    }
    let examples = workspace::root().join("examples");
    validate(&mirror, &examples.join("provider"), None)?;
    for resource in folders(&examples.join("resources"))? {
        validate(&mirror, &resource, Some(PROVIDERS))?;
    }
    for stack in folders(&examples.join("stacks"))? {
        // The end-to-end suite applies such a stack without its compute.
        if stack.join(COMPUTE).exists() {
            println!("{}: not validated here, since it needs another provider", stack.display());
            continue;
        }
        validate(&mirror, &stack, None)?;
    }
    Ok(())
}

/// Validates an example beside the modules, with `more` if the example is no whole
/// configuration.
fn validate(mirror: &Mirror, folder: &Path, more: Option<&str>) -> Result<()> {
    let relative = folder.strip_prefix(workspace::root())?.display().to_string();
    println!("{relative}");
    let workdir = Workdir::new(&Terraform::default(), mirror);
    configuration::copy_modules(&workdir);
    configuration::copy(&workdir, &relative)?;
    if let Some(text) = more {
        workdir.write("versions.tf", text);
    }
    workdir.call().init().success();
    print(&workdir.call().arg("-no-color").run("validate").success());
    Ok(())
}

/// On copies, since the harness runs in a folder of its own.
fn check_format(mirror: &Mirror) -> Result<()> {
    let workdir = Workdir::new(&Terraform::default(), mirror);
    for folder in ["examples", "modules", "xtask"] {
        let path = workspace::root().join(folder);
        if path.is_dir() {
            workdir.copy(&path, folder);
        }
    }
    let finished = workdir.call().arg("-check").arg("-diff").arg("-recursive").run("fmt");
    print(&finished);
    ensure!(
        finished.code == Some(0),
        "files are not formatted; to format them: terraform fmt -recursive"
    );
    Ok(())
}

fn print(finished: &Finished) {
    print!("{}{}", finished.stdout, finished.stderr);
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
