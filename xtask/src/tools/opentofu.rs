//! OpenTofu, built from its Go module: the soak only, because it takes minutes.

use std::fs;

use anyhow::Result;

use super::go::go;
use super::programs::Programs;
use super::store::Store;
use crate::process;

const VERSION: &str = "1.12.6";
/// `go install …@version` refuses a module with replacements, so a module of
/// our own repeats the one that OpenTofu needs.
const GO_MOD: &str = "module tools

go 1.25.0

require github.com/opentofu/opentofu v1.12.6

replace github.com/hashicorp/hcl/v2 v2.20.1 => \
    github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828

tool github.com/opentofu/opentofu/cmd/tofu
";

/// Builds `bin/tofu`.
pub(super) fn ensure(store: &Store, programs: &Programs) -> Result<()> {
    store.ensure("tofu", &format!("OpenTofu {VERSION}"), &["bin/tofu".to_owned()], |staging| {
        let program = programs.go(store)?;
        let module = staging.join("module");
        fs::create_dir_all(&module)?;
        fs::write(module.join("go.mod"), GO_MOD)?;
        process::run_quietly(go(&program).args(["mod", "tidy"]).current_dir(&module))?;
        let mut build = go(&program);
        build
            .args(["build", "-o"])
            .arg(staging.join("bin/tofu"))
            .arg("github.com/opentofu/opentofu/cmd/tofu");
        process::run_quietly(build.current_dir(&module))
    })
}
