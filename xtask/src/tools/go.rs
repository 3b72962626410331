//! Providers that are built from the Go module proxy.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::programs::Programs;
use super::store::Store;
use crate::{process, workspace};

/// The newest version on the module proxy.
pub const CODER_VERSION: &str = "2.20.0";
const CODER_MODULE: &str = "github.com/coder/terraform-provider-coder/v2";
const DOCKER_MODULE: &str = "github.com/terraform-providers/terraform-provider-docker";
const DOCKER_REPOSITORY: &str = "github.com/kreuzwerker/terraform-provider-docker";
/// The module proxy refuses a `v3` tag under that module path, but serves a commit.
pub const DOCKER_COMMIT: &str = "v0.0.0-20260916201441-96d331c98ff4";
/// The version of such a commit in the mirror: both are newer than 3.0.
const COMMIT_OFFERED_AS: &str = "3.999.0";
const KUBERNETES_MODULE: &str = "github.com/hashicorp/terraform-provider-kubernetes";
/// Newer than 3.2.1: here, too, the module proxy refuses tags from `v2` on.
pub const KUBERNETES_COMMIT: &str = "v1.13.4-0.20260821094251-3a33fb6cc605";
/// A small provider on terraform-plugin-framework with a plain module path.
pub const TIME_VERSION: &str = "0.14.2";
const TIME_MODULE: &str = "github.com/hashicorp/terraform-provider-time";

/// To be changed together with the source.
const CLIENT_RECIPE: &str = "net/http, one GET";
const CLIENT: &str = r#"package main

import (
    "fmt"
    "io"
    "net/http"
    "os"
)

func main() {
    response, err := http.Get(os.Args[1])
    if err != nil {
        fmt.Fprintln(os.Stderr, err)
        os.Exit(1)
    }
    io.Copy(os.Stdout, response.Body)
}
"#;

/// The real coder provider, in the mirror of both registries.
pub(super) fn ensure_coder_provider(store: &Store, programs: &Programs) -> Result<()> {
    let products = mirror_files("coder", "coder", CODER_VERSION);
    let recipe = format!("{CODER_MODULE}@v{CODER_VERSION}");
    store.ensure("provider-coder", &recipe, &products, |staging| {
        install(&recipe, "terraform-provider-coder", staging, &products, store, programs)
    })
}

/// Docker's provider, in the mirror of both registries. Its module path is not
/// its repository, so `go install` refuses it; a module that replaces the one
/// by the other builds it.
pub(super) fn ensure_docker_provider(store: &Store, programs: &Programs) -> Result<()> {
    let products = mirror_files("kreuzwerker", "docker", COMMIT_OFFERED_AS);
    let recipe = format!("{DOCKER_REPOSITORY}@{DOCKER_COMMIT}");
    store.ensure("provider-docker", &recipe, &products, |staging| {
        let module = format!(
            "module tools\n\ngo 1.24\n\nrequire {DOCKER_MODULE} v0.0.0\n\n\
             replace {DOCKER_MODULE} => {DOCKER_REPOSITORY} {DOCKER_COMMIT}\n\n\
             tool {DOCKER_MODULE}\n"
        );
        fs::write(staging.join("go.mod"), module)?;
        let program = programs.go(store)?;
        let built = staging.join("docker");
        process::run_quietly(go(&program).args(["mod", "tidy"]).current_dir(staging))?;
        let mut command = go(&program);
        command.args(["build", "-o"]).arg(&built).arg(DOCKER_MODULE).current_dir(staging);
        process::run_quietly(&mut command)?;
        for product in &products {
            let path = staging.join(product);
            fs::create_dir_all(path.parent().context("a product lies in a folder")?)?;
            fs::hard_link(&built, path)?;
        }
        Ok(())
    })
}

/// The provider for Kubernetes, in the mirror of both registries.
pub(super) fn ensure_kubernetes_provider(store: &Store, programs: &Programs) -> Result<()> {
    let products = mirror_files("hashicorp", "kubernetes", COMMIT_OFFERED_AS);
    let recipe = format!("{KUBERNETES_MODULE}@{KUBERNETES_COMMIT}");
    store.ensure("provider-kubernetes", &recipe, &products, |staging| {
        install(&recipe, "terraform-provider-kubernetes", staging, &products, store, programs)
    })
}

/// The peer of the benchmarks; in no mirror, so that no test depends on it.
pub(super) fn ensure_time_provider(store: &Store, programs: &Programs) -> Result<()> {
    let products = ["bin/terraform-provider-time".to_owned()];
    let recipe = format!("{TIME_MODULE}@v{TIME_VERSION}");
    store.ensure("provider-time", &recipe, &products, |staging| {
        install(&recipe, "terraform-provider-time", staging, &products, store, programs)
    })
}

/// `bin/go-client`: Go's own HTTP client, to be run behind a proxy.
pub(super) fn ensure_client(store: &Store, programs: &Programs) -> Result<()> {
    let products = ["bin/go-client".to_owned()];
    store.ensure("go-client", CLIENT_RECIPE, &products, |staging| {
        let source = staging.join("client.go");
        fs::write(&source, CLIENT)?;
        let program = staging.join(&products[0]);
        let mut command = go(&programs.go(store)?);
        process::run_quietly(command.args(["build", "-o"]).arg(&program).arg(&source))
    })
}

/// A provider's binary in a filesystem mirror, once for each registry.
fn mirror_files(namespace: &str, name: &str, version: &str) -> Vec<String> {
    let platform = workspace::platform();
    let file = format!("terraform-provider-{name}_v{version}");
    workspace::REGISTRY_HOSTS
        .iter()
        .map(|host| format!("mirror/{host}/{namespace}/{name}/{version}/{platform}/{file}"))
        .collect()
}

/// `go install`, then one hard link for each product.
fn install(
    module: &str,
    binary: &str,
    staging: &Path,
    products: &[String],
    store: &Store,
    programs: &Programs,
) -> Result<()> {
    let gobin = staging.join("gobin");
    process::run_quietly(go(&programs.go(store)?).args(["install", module]).env("GOBIN", &gobin))?;
    for product in products {
        let path = staging.join(product);
        fs::create_dir_all(path.parent().context("a product lies in a folder")?)?;
        fs::hard_link(gobin.join(binary), path)?;
    }
    Ok(())
}

/// The Go command, free of settings that would cross-compile or refuse modules.
pub(super) fn go(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("CGO_ENABLED", "0").env("GOFLAGS", "-buildvcs=false").env("GOWORK", "off");
    for name in ["GOOS", "GOARCH", "GOBIN", "GO111MODULE"] {
        command.env_remove(name);
    }
    command
}
