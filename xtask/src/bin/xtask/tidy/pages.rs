//! Each resource, data source, ephemeral resource and function has an example
//! and its page.

use super::Finding;
use super::tree::Tree;

#[cfg(test)]
mod tests;

/// Of every type; a file may be called by the type or without this.
const PREFIX: &str = "aibridge_";

/// A kind of object: each file directly in its folder is one object.
struct Kind {
    sources: &'static str,
    /// Its folder, of examples and of pages.
    folder: &'static str,
    example: &'static str,
    /// Functions are called without the provider's name.
    prefix: &'static str,
}

const KINDS: [Kind; 4] = [
    Kind {
        sources: "provider/src/data_sources/",
        folder: "data-sources",
        example: "data-source.tf",
        prefix: PREFIX,
    },
    Kind {
        sources: "provider/src/ephemeral_resources/",
        folder: "ephemeral-resources",
        example: "ephemeral-resource.tf",
        prefix: PREFIX,
    },
    Kind {
        sources: "provider/src/functions/",
        folder: "functions",
        example: "function.tf",
        prefix: "",
    },
    Kind {
        sources: "provider/src/resources/",
        folder: "resources",
        example: "resource.tf",
        prefix: PREFIX,
    },
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, _) in tree.rust() {
        for Kind { sources, folder, example, prefix } in &KINDS {
            let Some(name) = path.strip_prefix(sources).and_then(|it| it.strip_suffix(".rs"))
            else {
                continue;
            };
            if name.contains('/') {
                continue;
            }
            let noun = name.strip_prefix(prefix).unwrap_or(name);
            let wanted = [
                format!("examples/{folder}/{prefix}{noun}/{example}"),
                format!("docs/{folder}/{noun}.md"),
            ];
            for file in wanted.iter().filter(|it| !tree.contains(it)) {
                findings.push(Finding::new(path, 0, format!("`{file}` is missing")));
            }
        }
    }
    findings
}
