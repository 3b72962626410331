//! Each resource type has an example and, once pages are generated, its page.

use super::Finding;
use super::tree::Tree;

#[cfg(test)]
mod tests;

/// The files directly in this folder are one resource each.
const RESOURCES: &str = "provider/src/resources/";
const PREFIX: &str = "aibridge";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let has_pages = tree.files().any(|(it, _)| it.starts_with("docs/"));
    for (path, _) in tree.rust() {
        let Some(noun) = path.strip_prefix(RESOURCES).and_then(|it| it.strip_suffix(".rs")) else {
            continue;
        };
        if noun.contains('/') {
            continue;
        }
        let mut wanted = vec![format!("examples/resources/{PREFIX}_{noun}/resource.tf")];
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
