//! What every program of this workspace needs to read its settings: the secret
//! type, durations, the front part of URLs, text that is fit to be shown, one
//! lookup (flag, variables, file, fallbacks, default), all faults at once, and
//! the log's format and level.
//!
//! It is a leaf of the dependency graph: it reads no environment and no file of
//! its own, and knows neither Terraform nor Coder.

pub mod authority;
pub mod duration;
mod fault;
mod faults;
pub mod logging;
mod lookup;
mod reader;
mod secret;
mod setting;
mod source;
mod spec;
pub mod text;

pub use self::fault::{Error, Fault};
pub use self::faults::Faults;
pub use self::lookup::Lookup;
pub use self::reader::{DURATION_HINT, Reader, absolute, deadline};
pub use self::secret::Secret;
pub use self::setting::Setting;
pub use self::source::Source;
pub use self::spec::{Spec, Variable};
