//! Coder's HTTP API, the agent socket, and the values that provider and
//! helper both compute.
//!
//! It knows nothing of the tools that use it, reads no settings from the
//! environment and starts no runtime of its own. Everything that decides (URLs, certificates,
//! retries, frames) is a pure module; I/O happens in `http`, `agent_socket` and
//! `system_roots` only.

pub mod access_url;
pub mod agent_socket;
pub mod api;
mod authority;
pub mod base_urls;
pub mod certificate;
pub mod http;
pub mod proxy_settings;
pub mod secret;
pub mod span;
pub mod system_roots;
mod text;
