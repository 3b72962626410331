//! `doctor`: every leg from the settings to a tool's request, looked at in
//! order.
//!
//! `legs` look and `probe` speaks to the network; what a look means is decided
//! without I/O in `verdict`, `connect`, `pki::chain` and `environment`, and `report`
//! prints it. Nothing that it does costs a model call: intercepted hosts get a
//! handshake, and from installed tools one GET for a path that no model has.
//! The session token goes to the deployment and, in `Proxy-Authorization`, to
//! the proxy; never into a tunnel.

pub mod connect;
pub mod environment;
pub mod legs;
pub mod probe;
pub mod report;
pub mod runtimes;
pub mod tools;
pub mod verdict;
