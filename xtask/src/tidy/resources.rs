//! Each resource type has an example and, once pages are generated, its page.

use super::Finding;
use super::tree::Tree;

#[cfg(test)]
mod tests;

/// The files directly in this folder are one resource each.
const RESOURCES: &str = "provider/src/resources/";
/// Of every type; a file may be called by the type or without this.
const PREFIX: &str = "aibridge_";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let has_pages = tree.files().any(|(it, _)| it.starts_with("docs/"));
    for (path, _) in tree.rust() {
        let Some(name) = path.strip_prefix(RESOURCES).and_then(|it| it.strip_suffix(".rs")) else {
            continue;
        };
        if name.contains('/') {
            continue;
        }
        let noun = name.strip_prefix(PREFIX).unwrap_or(name);
        let mut wanted = vec![format!("examples/resources/{PREFIX}{noun}/resource.tf")];
        if has_pages {
            wanted.push(format!("docs/resources/{noun}.md"));
        }
        for file in wanted {
            if !tree.contains(&file) {
                findings.push(Finding::new(path, 0, format!("`{file}` is missing")));
            }
        }
    }
    findings
}
