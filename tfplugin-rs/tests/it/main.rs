//! Integration tests of this crate, one binary.

mod json;
mod msgpack;
mod values;
