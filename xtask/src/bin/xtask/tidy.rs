//! Rules of the repository that no other tool checks.
//!
//! Each rule is a pure function from the tree of files to findings; reading
//! the tree is the only I/O. A rule's limit stands in its own file.

mod functions;
mod lines;
mod mask;
mod members;
mod modules;
mod pages;
mod tree;

use anyhow::{Result, bail};
use xtask::workspace;

use tree::Tree;

/// One broken rule at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// Counted from 1; 0 concerns the whole file.
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

/// Every rule, in the order in which a reader meets them.
const RULES: [fn(&Tree) -> Vec<Finding>; 5] =
    [lines::check, functions::check, members::check, modules::check, pages::check];

/// The command: prints every finding, and fails if there is one.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(workspace::root())?;
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    findings.sort();
    for Finding { path, line, message } in &findings {
        println!("{path}:{line}: {message}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings", findings.len());
    }
    println!("tidy: {} files are in order", tree.files().count());
    Ok(())
}

/// The findings of one rule as `path:line: message`, for the rules' tests.
#[cfg(test)]
fn findings(rule: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let tree = Tree::from_texts(files);
    rule(&tree).into_iter().map(|it| format!("{}:{}: {}", it.path, it.line, it.message)).collect()
}
