//! The modules' own tests on every core that can run them, and on OpenTofu.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use testkit::terraform::{Mirror, Terraform, Workdir};
use xtask::tools::{self, Core, Tool};
use xtask::workspace;

const MODULES: [&str; 2] = ["aibridge-proxy", "proxied-tool"];

/// Runs them.
pub(super) fn run() -> Result<()> {
    let cores: Vec<Core> = Core::ALL.into_iter().filter(|it| it.can_run_module()).collect();
    let mut wanted: Vec<Tool> = cores.iter().copied().map(Tool::Core).collect();
    wanted.extend([Tool::OpenTofu, Tool::CoderProvider]);
    let store = tools::get(&wanted)?;
    let mut programs: Vec<PathBuf> = cores.iter().map(|it| store.path(&it.program())).collect();
    programs.push(store.path("bin/tofu"));
    let mirror = Mirror::with_both_providers();
    for program in programs {
        for module in MODULES {
            let workdir = Workdir::new(&Terraform::at(&program), &mirror);
            workdir.copy(&workspace::root().join("modules").join(module), ".");
            workdir.call().init().success();
            workdir.call().validate().success();
            let tested = workdir.call().arg("-no-color").run("test").success();
            let last = tested.stdout.trim_end().lines().last().unwrap_or_default();
            ensure!(last.ends_with(" passed, 0 failed."), "{module}: {last}");
            println!("{} {module}: {last}", program.display());
        }
    }
    Ok(())
}
