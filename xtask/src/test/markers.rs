//! The proof that the tests which need outside programs ran: each of them
//! leaves a marker, and each that is written down must have left one.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use testkit::slow;

use crate::workspace;

#[cfg(test)]
mod tests;

/// How such a test opens; its name follows.
const OPENING: &str = "slow::ring3(\"";

/// Fails if a test of ring 3 that stands in the sources did not run.
pub(super) fn check() -> Result<()> {
    let ran = slow::ran();
    let mut written = Vec::new();
    read_names(&workspace::root().join("tests/e2e"), &mut written)?;
    let missing: Vec<&String> = written.iter().filter(|it| !ran.contains(it)).collect();
    if !missing.is_empty() {
        bail!("tests of ring 3 that did not run: {missing:?}");
    }
    if ran.is_empty() {
        bail!("no test of ring 3 ran");
    }
    println!("test: {} tests of ring 3 left their marker", ran.len());
    Ok(())
}

fn read_names(folder: &Path, names: &mut Vec<String>) -> Result<()> {
    for entry in
        fs::read_dir(folder).with_context(|| format!("failed to read `{}`", folder.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            read_names(&path, names)?;
        } else if path.extension().is_some_and(|it| it == "rs") {
            names.extend(names_in(&fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// The names of the tests that a source opens.
fn names_in(source: &str) -> Vec<String> {
    source.split(OPENING).skip(1).filter_map(|it| Some(it.split_once('"')?.0.to_owned())).collect()
}
