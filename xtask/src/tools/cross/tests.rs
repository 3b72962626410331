//! The source must be that of the compiler which builds it.

use super::{RUST, RUST_SRC};
use crate::workspace;

#[test]
fn library_source_has_the_version_of_the_pinned_compiler() {
    let toolchain = std::fs::read_to_string(workspace::root().join("rust-toolchain.toml"));
    let toolchain = toolchain.expect("the pinned toolchain");
    assert!(toolchain.contains(&format!("channel = \"{RUST}\"")), "{toolchain}");
    assert!(RUST_SRC.starts_with(&format!("rust-src={RUST}+")), "{RUST_SRC}");
}
