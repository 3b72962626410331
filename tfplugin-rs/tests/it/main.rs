//! Integration tests of this crate, one binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like the tests themselves")]

mod apply;
mod corpus;
mod diagnostics;
mod equality;
mod framework;
mod identity;
mod json;
mod msgpack;
mod only;
mod panics;
mod plan;
mod plan_modifiers;
mod recording;
mod sample;
mod session;
mod session_kinds;
mod smallest;
mod state;
mod subsets;
mod tasks;
mod upgrade;
mod values;
mod write_only;

// Over the wire, with the sample provider as a process.
mod data_source;
mod environment;
mod ephemeral;
mod function;
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
mod two_states;

// What they share.
mod client;
mod dynamic;
mod everything;
mod fuzzed;
mod generated;
mod loose;
mod running;
mod seeds;
mod thing;
