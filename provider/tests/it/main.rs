//! Integration tests of this crate, one binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod aibridge_proxy;
mod api_faults;
mod bad_input;
mod data_sources;
mod deadlines;
mod open_files;
mod provider_block;
mod proxy_auth;
mod refusals;
mod schema;
mod scripts;
mod shipped;
mod subsets;
mod world;
