//! What can be wrong with an encoded value.

use crate::path::AttributePath;
use crate::ty::TypeError;
use crate::value::NumberError;

/// JSON or MessagePack that is not a value of the expected type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct DecodeError {
    /// Where in the value, as far as it could be read.
    pub path: AttributePath,
    pub(super) problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("{expected} elements are needed, not {found}")]
    Length { expected: usize, found: usize },
    #[error("a value of type {expected} is needed, found {found}")]
    Mismatch { expected: String, found: &'static str },
    #[error("the attribute is missing")]
    Missing,
    #[error("the text is not valid JSON: {0}")]
    NotJson(String),
    #[error("a string is not UTF-8")]
    NotUtf8,
    #[error(transparent)]
    Number(#[from] NumberError),
    #[error("the refinements of an unknown value are malformed")]
    Refinements,
    #[error("the value nests too deeply")]
    TooDeep,
    #[error("{0} bytes follow the value")]
    Trailing(usize),
    #[error("the value is cut off")]
    Truncated,
    #[error(transparent)]
    Type(#[from] TypeError),
    #[error("there is no such attribute in the schema")]
    UnknownAttribute,
    #[error("there is no such attribute, or it is repeated")]
    UnknownOrRepeated,
}
