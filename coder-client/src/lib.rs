//! Coder's HTTP API, the agent socket, and the values that provider and
//! helper both compute.
//!
//! It knows nothing of the tools that use it, reads no settings from the
//! environment and starts no runtime of its own. Each module that decides
//! (URLs, retries, frames) is pure; I/O happens in `http` and `agent_socket` only.

pub mod access_url;
pub mod agent_socket;
pub mod api;
pub mod base_urls;
pub mod http;
pub mod workspace;
