//! Test harness: processes, outside programs, and checks on text and files.
//!
//! A wait that never ends panics with what was seen, since no test can go on
//! from there. It speaks no protocol and depends on no product crate.

pub mod binaries;
pub mod coder_agent;
pub mod process;
pub mod program;
pub mod terraform;
pub mod tools;
pub mod workspace;

pub mod eventually;
pub mod golden;
pub mod redact;
pub mod secret_scan;
pub mod slow;
pub mod token;
pub mod watched;

mod env;
