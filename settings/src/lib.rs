//! What every program of this workspace needs to read its settings: the secret
//! type, durations, the front part of URLs, and text that is fit to be shown.
//!
//! It is a leaf of the dependency graph: it does no I/O, reads no environment of
//! its own, and knows neither Terraform nor Coder.

pub mod authority;
pub mod duration;
mod secret;
pub mod text;

pub use self::secret::Secret;
