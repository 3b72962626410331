//! The packages of the workspace, and which of them a change affects.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;
use xtask::{process, workspace};

#[cfg(test)]
mod tests;

/// Folders outside every package, and a package whose tests read them.
const READ_BY: [(&str, &str); 4] =
    [("docs/", "xtask"), ("examples/", "e2e"), ("examples/", "xtask"), ("modules/", "e2e")];
/// Files whose change affects every package; of the last one, a folder, each file.
const OF_ALL: [&str; 6] =
    ["Cargo.lock", "Cargo.toml", "clippy.toml", "rust-toolchain.toml", "rustfmt.toml", ".cargo/"];

/// One member of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Below the root, with `/`.
    folder: String,
    /// Names of the members that it depends on, in tests too.
    dependencies: Vec<String>,
}

/// All members of the workspace, as Cargo names them.
pub(crate) fn all() -> Result<Vec<Package>> {
    let args = ["metadata", "--no-deps", "--format-version", "1", "--locked"];
    let text = process::capture(&mut process::cargo(&args))?;
    let metadata: Value =
        serde_json::from_str(&text).context("`cargo metadata` printed no JSON")?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` names no package")?;
    packages.iter().map(|it| Package::parse(it, workspace::root())).collect()
}

impl Package {
    fn parse(package: &Value, root: &Path) -> Result<Self> {
        let name = package["name"].as_str().context("a package has a name")?;
        let manifest = package["manifest_path"].as_str().context("a package has a manifest")?;
        let folder = Path::new(manifest).parent().context("a manifest is in a folder")?;
        let folder = folder.strip_prefix(root).context("a member is below the root")?;
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        // Only members are dependencies by their path.
        let members = dependencies.filter(|it| it["path"].is_string());
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_string_lossy().into_owned(),
            dependencies: members.filter_map(|it| it["name"].as_str()).map(str::to_owned).collect(),
        })
    }

    /// Whether a product is built of it, or is it; the others only test and automate.
    pub(crate) fn is_product(&self) -> bool {
        !self.folder.starts_with("tests/") && self.folder != "xtask"
    }
}

/// The packages whose files changed, and those that depend on them. `changed` holds
/// paths below the root.
pub(crate) fn affected<'a>(packages: &'a [Package], changed: &[&str]) -> Vec<&'a str> {
    let is_changed = |package: &Package| {
        changed.iter().any(|path| {
            is_below(path, &package.folder)
                || OF_ALL.iter().any(|it| path == it || it.ends_with('/') && path.starts_with(it))
                || READ_BY.iter().any(|(it, by)| *by == package.name && path.starts_with(it))
        })
    };
    let roots = packages.iter().filter(|it| is_changed(it)).map(|it| it.name.as_str()).collect();
    with_dependents(packages, roots)
}

fn with_dependents<'a>(packages: &'a [Package], mut names: BTreeSet<&'a str>) -> Vec<&'a str> {
    loop {
        let depends = |it: &&Package| it.dependencies.iter().any(|it| names.contains(it.as_str()));
        let more: Vec<&str> = packages.iter().filter(depends).map(|it| it.name.as_str()).collect();
        let before = names.len();
        names.extend(more);
        if names.len() == before {
            return names.into_iter().collect();
        }
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|it| it.starts_with('/'))
}
