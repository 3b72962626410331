//! `doctor`: checks every leg from the settings to a tool's request, in order.
//!
//! `legs` checks and `probe` speaks to the network; what a response means is decided
//! without I/O in `verdict`, `connect`, `pki::chain` and `environment`, and `report`
//! prints it. Nothing that it does costs a model call: intercepted hosts get a
//! handshake, and from installed tools one GET for a path that no model has.
//! The session token goes to the deployment and, in `Proxy-Authorization`, to
//! the proxy; never into a tunnel.

pub(crate) mod connect;
pub(crate) mod environment;
pub(crate) mod findings;
pub(crate) mod legs;
pub(crate) mod probe;
pub(crate) mod report;
pub(crate) mod runtimes;
pub(crate) mod verdict;
