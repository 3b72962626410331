//! Coder's own program, both agent and CLI, built from its Go module.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::go::go;
use super::programs::Programs;
use super::store::Store;
use crate::process;

/// The newest version on the module proxy.
const VERSION: &str = "v2.30.0";
const MODULE: &str = "github.com/coder/coder/v2";

/// Builds `bin/coder`, without the server.
pub(super) fn ensure(store: &Store, programs: &Programs) -> Result<()> {
    let products = ["bin/coder".to_owned()];
    store.ensure("coder", &format!("{MODULE}@{VERSION} slim"), &products, |staging| {
        let program = programs.go(store)?;
        let mut download = go(&program);
        download.args(["mod", "download", "-json", &format!("{MODULE}@{VERSION}")]);
        let answer = process::capture(download.current_dir(staging))?;
        // The `replace` lines of its `go.mod` apply only if it is the main module.
        let source = folder(&answer).context("`go mod download` named no folder")?;
        let mut build = go(&program);
        build.arg("build").arg("-C").arg(source).args(["-tags=slim", "-ldflags=-s -w", "-o"]);
        process::run_quietly(build.arg(staging.join(&products[0])).arg("./cmd/coder"))
    })
}

fn folder(answer: &str) -> Option<PathBuf> {
    let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
    answer["Dir"].as_str().map(PathBuf::from)
}
