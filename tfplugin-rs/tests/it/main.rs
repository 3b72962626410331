//! Integration tests of this crate, one binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like the tests themselves")]

// In process.
mod apply;
mod corpus;
mod data_source;
mod diagnostics;
mod ephemeral;
mod equality;
mod function;
mod identity;
mod json;
mod msgpack;
mod panics;
mod plan;
mod plan_modifiers;
mod readme;
mod recording;
mod session;
mod state;
mod subsets;
mod tasks;
mod two_states;
mod upgrade;
mod write_only;

// With the sample provider as a process.
mod environment;
mod handshake;
mod large;
mod lifetime;
mod log;
mod mutation;
mod refusals;
mod wire;

// Under a real CLI.
mod cli;
mod cores;
mod recorded;
mod scale;

// What they share.
mod client;
mod fuzzed;
mod generated;
mod instance;
#[path = "../sample/kinds.rs"]
mod kinds;
mod messages;
mod running;
mod scripted;
mod seeds;
mod soak;
mod values;
mod volume;
