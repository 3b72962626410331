//! The stored form of values: JSON, driven by the type (`RawState.json`, `DynamicValue.json`).
//!
//! Numbers pass through as the text they are. There are no unknown values in JSON.

mod decode;
mod encode;

pub use self::decode::{Strictness, decode, from_json};
pub use self::encode::{EncodeError, to_json};
