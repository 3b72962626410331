//! SHA-256 of files, in the form that `sha256sum --check` reads.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

#[cfg(test)]
mod tests;

/// Lower-case hex of a file.
pub(super) fn of(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("failed to read `{}`", file.display()))?;
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

/// A line for each file of the folder, by name.
pub(super) fn list(folder: &Path) -> Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let mut text = String::new();
    for name in names {
        writeln!(text, "{}  {name}", of(&folder.join(&name))?)?;
    }
    Ok(text)
}
