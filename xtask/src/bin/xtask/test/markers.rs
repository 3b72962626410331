//! The proof that the tests of ring 3 ran: each of them leaves a marker, and each
//! that is in the sources must have left one.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use testkit::slow;
use xtask::workspace;

#[cfg(test)]
mod tests;

/// How such a test opens; its name follows.
const OPENING: &str = "slow::ring3(\"";
/// Folders of sources that hold them, below the folders of the root.
const FOLDERS: [&str; 4] = ["e2e", "kit/src", "src", "tests/it"];

/// Fails if a test of ring 3 that stands in the sources did not run.
pub(super) fn check() -> Result<()> {
    let passed = slow::passed();
    let mut expected = Vec::new();
    for entry in fs::read_dir(workspace::root()).context("failed to read the workspace")? {
        let member = entry?.path();
        for folder in FOLDERS.iter().map(|it| member.join(it)).filter(|it| it.is_dir()) {
            read_names(&folder, &mut expected)?;
        }
    }
    let missing: Vec<&String> = expected.iter().filter(|it| !passed.contains(it)).collect();
    if !missing.is_empty() {
        bail!("tests of ring 3 that did not run: {missing:?}");
    }
    if passed.is_empty() {
        bail!("no test of ring 3 ran");
    }
    println!("test: {} tests of ring 3 left their marker", passed.len());
    Ok(())
}

fn read_names(folder: &Path, names: &mut Vec<String>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("failed to read `{}`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            read_names(&path, names)?;
        } else if path.extension().is_some_and(|it| it == "rs") {
            names.extend(names_in(&fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// The names of the tests that a source opens, at the beginning of a line: not
/// in a comment, not in a text.
fn names_in(source: &str) -> Vec<String> {
    let openings = source.lines().map(str::trim_start).filter(|it| it.starts_with("let "));
    let names = openings.filter_map(|it| it.split_once(OPENING)?.1.split_once('"'));
    names.map(|(name, _)| name.to_owned()).collect()
}
