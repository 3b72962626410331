//! Integration tests of this crate, one binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like the tests themselves")]

mod apply;
mod diagnostics;
mod json;
mod msgpack;
mod plan;
mod sample;
mod state;
mod values;
