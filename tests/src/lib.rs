//! Test harness: fakes that speak the real protocols, and handles on outside
//! programs.
//!
//! Everything here is started from a plain `#[test]` or an async one alike:
//! each fake owns a thread with its own runtime, and dropping a handle stops
//! and joins it. Faults of the harness itself (a port that cannot be bound, a
//! wait that never ends) panic with what was seen, since no test can go on from
//! there. It depends on no product crate, so that it cannot share a product's
//! mistakes.

pub mod agent;
pub mod ca;
pub mod coder;
pub mod coder_agent;
pub mod intercept;
pub mod origin;

pub mod binaries;
pub mod plugin_host;
pub mod process;
pub mod terraform;
pub mod tools;
pub mod workspace;

pub mod eventually;
pub mod gate;
pub mod golden;
pub mod json_schema;
pub mod redact;
pub mod secret_scan;
pub mod slow;
pub mod token;
pub mod watched;

mod env;
mod host;
mod tls;
