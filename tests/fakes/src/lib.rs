//! Fakes of the systems at the network's edge, speaking their real protocols.
//!
//! Each fake is started from a plain `#[test]` or an async one alike: it owns a
//! thread with its own runtime, and dropping its handle stops and joins it.
//! Faults of a fake itself (a port that cannot be bound) panic with what was
//! seen, since no test can go on from there. It depends on no product crate, so
//! that it cannot share a product's mistakes.

pub mod agent;
pub mod ca;
pub mod coder;
pub mod contract;
pub mod gate;
pub mod intercept;
pub mod origin;
pub mod plugin_host;

mod server_thread;
mod tcp_server;
mod tls;
