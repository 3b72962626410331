//! Terraform configurations of this repository, copied to where Terraform may
//! leave its files.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use testkit::terraform::Workdir;

use crate::workspace;

/// The template of the demo; it finds the module by a path.
const TEMPLATE: &str = "examples/stacks/tool-behind-proxy";
/// What the demo adds to the template: a variable, an output.
const OVERLAY: &str = "xtask/demo";
/// The path of the modules as a stack below `examples/stacks` writes it.
const MODULES: &str = "../../../modules";

/// Copies the template of the demo and the modules that it uses into an empty folder.
pub fn copy_template(workdir: &Workdir) -> Result<()> {
    copy_modules(workdir);
    copy(workdir, TEMPLATE)?;
    copy(workdir, OVERLAY)
}

/// Copies the modules to where a copied configuration finds them.
pub fn copy_modules(workdir: &Workdir) {
    workdir.copy(&workspace::root().join("modules"), "modules");
}

/// Copies a configuration of this repository, with the path of the modules changed
/// to the one that [`copy_modules`] uses.
pub fn copy(workdir: &Workdir, folder: &str) -> Result<()> {
    copy_below(workdir, &workspace::root().join(folder), "")
        .with_context(|| format!("failed to copy `{folder}`"))
}

fn copy_below(workdir: &Workdir, folder: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("a file has a name")?.to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            copy_below(workdir, &path, &format!("{name}/"))?;
        } else if path.extension().is_some_and(|it| it == "tf") {
            workdir.write(&name, &fs::read_to_string(&path)?.replace(MODULES, "./modules"));
        }
    }
    Ok(())
}
