//! Defaults: what an attribute is if the configuration leaves it out.

use crate::ty::Type;
use crate::value::Value;

/// A known value that stands in for a null in the configuration.
#[derive(Clone, Debug)]
pub struct Default {
    value: Value,
}

impl Default {
    /// The value, checked against the attribute's type.
    pub(super) fn new(value: Value, ty: &Type) -> Self {
        assert!(!value.is_null(), "a default cannot be null");
        assert!(value.is_wholly_known(), "a default must be known");
        match value.conform(ty) {
            Ok(value) => Self { value },
            Err(err) => panic!("the default does not fit its type: {err}"),
        }
    }

    /// The value that stands in.
    pub const fn value(&self) -> &Value {
        &self.value
    }
}
