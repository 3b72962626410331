//! The trait that an author implements for each provider function.
//!
//! A function is pure: the same arguments give the same result, at plan and at apply,
//! without a configured provider. Terraform calls it in any expression.

mod arguments;
mod error;
mod signature;

#[cfg(test)]
mod tests;

pub use self::arguments::{Argument, ArgumentList, Arguments, Cursor, Variadic};
pub use self::error::FunctionError;
pub use self::signature::{Parameter, Signature};
use crate::value::Value;

/// A provider function, called as `provider::NAME::function(…)`.
pub trait Function: Send + Sync + 'static {
    /// The name, without that of the provider.
    fn name(&self) -> &'static str;

    /// Parameters and result. No I/O.
    fn signature(&self) -> Signature;

    /// Calls it. No I/O, no clock, no chance.
    ///
    /// The arguments fit the signature: null and unknown ones come only where the
    /// parameter allows them, and every validator has passed.
    ///
    /// # Errors
    /// What is wrong, and with which argument.
    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError>;
}
