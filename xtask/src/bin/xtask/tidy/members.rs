//! Each crate is a folder called like its package, listed as a member, and
//! under the one licence.

use super::Finding;
use super::tree::Tree;

#[cfg(test)]
mod tests;

/// The one folder whose package has another name, since `use kit::…` would not say
/// that tests are meant.
const EXCEPTION: (&str, &str) = ("tests/kit", "testkit");

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(root) = tree.text("Cargo.toml") else {
        return vec![Finding::new("Cargo.toml", 0, "the workspace has no manifest")];
    };
    let members = array(root, "members");
    for (path, text) in tree.texts() {
        let Some(folder) = path.strip_suffix("/Cargo.toml") else { continue };
        // A fuzzing crate is outside the workspace by Cargo's own demand.
        if folder.ends_with("/fuzz") {
            continue;
        }
        if !members.contains(&folder) {
            findings.push(Finding::new(
                path,
                0,
                format!("`{folder}` is not a member of the workspace"),
            ));
        }
        let name = string(text, "name").unwrap_or_default();
        let last = folder.rsplit('/').next().unwrap_or(folder);
        let expected = if folder == EXCEPTION.0 { EXCEPTION.1 } else { last };
        if name != expected {
            findings.push(Finding::new(
                path,
                0,
                format!("the package is called `{name}`, its folder `{folder}`"),
            ));
        }
        for line in ["license.workspace = true", "autotests = false", "[lints]"] {
            if !text.lines().any(|it| it == line) {
                findings.push(Finding::new(path, 0, format!("`{line}` is missing")));
            }
        }
    }
    for member in members {
        if !tree.contains(&format!("{member}/Cargo.toml")) {
            findings.push(Finding::new("Cargo.toml", 0, format!("member `{member}` is not there")));
        }
    }
    if string(root, "license") != Some("Apache-2.0") {
        findings.push(Finding::new("Cargo.toml", 0, "the licence of the workspace is Apache-2.0"));
    }
    if !tree.text("LICENSE").is_some_and(|it| it.contains("Apache License")) {
        findings.push(Finding::new("LICENSE", 0, "the text of the licence is missing"));
    }
    findings
}

/// The first `key = "value"` of a manifest.
fn string<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    let line =
        manifest.lines().find(|it| it.split('=').next().is_some_and(|it| it.trim() == key))?;
    line.split('"').nth(1)
}

/// The strings of `key = ["…", …]`, on one line or several.
fn array<'a>(manifest: &'a str, key: &str) -> Vec<&'a str> {
    let Some((_, rest)) = manifest.split_once(&format!("\n{key} = [")) else { return Vec::new() };
    let inner = rest.split(']').next().unwrap_or_default();
    inner.split('"').skip(1).step_by(2).collect()
}
