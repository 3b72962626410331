//! The wire form of values: MessagePack, driven by the type (`DynamicValue.msgpack`).
//!
//! The reader trusts nothing: depth is bounded, and no declared length is trusted
//! before that many bytes are there.

mod decode;
mod encode;

pub use self::decode::decode;
pub use self::encode::{EncodeError, encode};

/// How deeply values of dynamic type may nest inside each other.
pub const MAX_OPEN_DEPTH: usize = 32;

/// How deeply values may nest.
pub const MAX_DEPTH: usize = 128;

/// Extension type of unknown values with refinements.
const REFINED: i8 = 12;

/// The most bytes that refinements may take.
const MAX_REFINEMENTS: usize = 1024;
