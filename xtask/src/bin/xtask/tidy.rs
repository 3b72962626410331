//! Rules of the repository that no other tool checks.
//!
//! Each rule is a pure function from the tree of files, or from the subject of a
//! commit, to findings; reading those two is the only I/O. A rule's limit stands in its own file.

mod lines;
mod members;
mod modules;
mod pages;
mod subjects;
mod tree;

use std::fmt;

use anyhow::{Result, bail};
use xtask::workspace;

use crate::git;
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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Every rule about files.
const RULES: [fn(&Tree) -> Vec<Finding>; 4] =
    [lines::check, members::check, modules::check, pages::check];

/// Subjects that are checked where no remote says which commits are new.
const MAX_COMMITS: usize = 10;

/// The command: prints every finding, and fails if there is one.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(workspace::root())?;
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    findings.sort();
    for (commit, subject) in git::subjects(MAX_COMMITS)? {
        let fault = subjects::fault(&subject);
        findings.extend(fault.map(|it| Finding::new(&format!("commit {commit}"), 0, it)));
    }
    for finding in &findings {
        println!("{finding}");
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
    rule(&tree).iter().map(ToString::to_string).collect()
}
