//! The switch of ring 3, and the proof that its tests ran.
//!
//! Such a test opens with `let Some(_marker) = slow::ring3("name") else { return
//! };`, which leaves a marker when it ends without a panic, so that a runner can
//! tell tests that passed from tests that were switched off.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::{env, workspace};

/// Writes the marker of a test when it is dropped, unless the test panicked.
#[derive(Debug)]
#[must_use = "the marker is written when this is dropped, which has to be at the end of the test"]
pub struct Marker {
    name: String,
}

/// Whether ring 3 is switched on: by `CI` or `RUN_SLOW_TESTS`.
pub fn enabled() -> bool {
    env::slow_tests()
}

/// Opens a test of ring 3; none if the ring is off. `name` is the marker's file
/// name.
pub fn ring3(name: &str) -> Option<Marker> {
    enabled().then(|| Marker { name: name.to_owned() })
}

/// The stride with which a test goes through its steps: the number in
/// `variable`, where 1 means every step, else `default`.
pub fn stride(variable: &str, default: usize) -> usize {
    env::number(variable).unwrap_or(default).max(1)
}

/// Names of the tests that have passed since [`remove_markers`], sorted.
pub fn passed() -> Vec<String> {
    let entries = match fs::read_dir(folder()) {
        Ok(entries) => entries,
        Err(err) if err.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(err) => panic!("cannot read {}: {err}", folder().display()),
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a folder's entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Removes all markers; for the runner, before it runs the tests.
pub fn remove_markers() {
    match fs::remove_dir_all(folder()) {
        Err(err) if err.kind() != ErrorKind::NotFound => {
            panic!("cannot remove {}: {err}", folder().display())
        }
        _ => {}
    }
}

fn folder() -> PathBuf {
    workspace::target().join("slow-tests")
}

impl Drop for Marker {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        fs::create_dir_all(folder()).expect("the folder of markers can be made");
        fs::write(folder().join(&self.name), "").expect("a marker can be written");
    }
}
