//! Real clients through a real intercepting proxy: under `exec` they verify its
//! leaves, with the proxy's URL alone they refuse them.
//!
//! mitmproxy takes the place of the AI Bridge Proxy, with the test's CA; every host
//! that it opens is one loopback origin.

/// git over its plain HTTP protocol, and curl.
mod command_line;
/// Go's own HTTP library.
mod go;
/// Node with the variable that makes it use a proxy, and without; npm.
mod node;
/// The libraries that Python tools use; pip.
mod python;
/// A listener with TLS of its own.
mod tls_listener;
/// Proxy, origin server, and a workspace that is set up.
mod world;
