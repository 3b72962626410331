//! cargo-fuzz, from the registry: for the soak only.

use anyhow::Result;

use super::store::Store;
use crate::process;

const VERSION: &str = "0.13.2";

/// Builds `bin/cargo-fuzz`.
pub(super) fn ensure(store: &Store) -> Result<()> {
    let products = ["bin/cargo-fuzz".to_owned()];
    store.ensure("cargo-fuzz", &format!("cargo-fuzz {VERSION}"), &products, |staging| {
        let mut install = process::cargo(&["install", "--locked", "cargo-fuzz"]);
        install.args(["--version", VERSION, "--no-track", "--root"]).arg(staging);
        // A build folder of its own, which goes with the staging folder.
        process::run_quietly(install.arg("--target-dir").arg(staging.join("build")))
    })
}
