//! The arguments of one call, and the Rust types they are read as.

use super::{FunctionError, Signature};
use crate::model::{Attr, Content, Field, ModelError};
use crate::path::AttributePath;
use crate::value::Value;

/// The arguments of one call, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    values: Vec<Value>,
}

/// A Rust type that one argument is read as, or all that are left.
///
/// A bare type such as `String` is for parameters that take neither null nor unknown
/// arguments; [`Attr`] and [`Value`] hold every state.
pub trait Argument: Sized {
    /// Takes what it needs.
    ///
    /// # Errors
    /// An argument that the type cannot hold, or none where one is needed.
    fn take(cursor: &mut Cursor) -> Result<Self, FunctionError>;
}

/// A tuple of [`Argument`]s: all that a function takes.
pub trait ArgumentList: Sized {
    /// Takes all arguments in order.
    ///
    /// # Errors
    /// As [`Argument::take`].
    fn take(cursor: &mut Cursor) -> Result<Self, FunctionError>;
}

/// All arguments that are left: those of a variadic parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variadic<T>(pub Vec<T>);

/// The arguments that are still to be read.
#[derive(Debug)]
pub struct Cursor {
    values: std::vec::IntoIter<Value>,
    index: usize,
}

// === impl Arguments ===

impl Arguments {
    /// Arguments as the SDK hands them over: of the right number, each in the exact shape of
    /// its type, null and unknown only where they may be. For tests of a function.
    ///
    /// # Errors
    /// What breaks these rules, or a validator's.
    pub fn new(
        signature: &Signature,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Self, FunctionError> {
        let admitted = Self::admit(signature, values.into_iter().collect())?;
        admitted.ok_or_else(|| FunctionError::general("an argument is unknown that must be known"))
    }

    /// Checks arguments in order, as Terraform does. `None`: one is unknown that must not
    /// be, so the result is unknown too.
    pub(crate) fn admit(
        signature: &Signature,
        values: Vec<Value>,
    ) -> Result<Option<Self>, FunctionError> {
        signature.check_count(values.len())?;
        let mut arguments = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let Some(parameter) = signature.parameter_at(index) else { break };
            let value = value
                .conform(parameter.ty())
                .map_err(|err| FunctionError::argument(index, err.to_string()))?;
            if !parameter.allows_unknown() && !value.is_wholly_known() {
                return Ok(None);
            }
            parameter.check(index, &value)?;
            arguments.push(value);
        }
        Ok(Some(Self { values: arguments }))
    }

    /// Reads all arguments, as in
    /// `let (name, Variadic(rest)) = arguments.read::<(String, Variadic<i64>)>()?`.
    ///
    /// # Errors
    /// An argument that its type cannot hold, such as a number with a fraction for an `i64`; a
    /// tuple of another length.
    pub fn read<T: ArgumentList>(self) -> Result<T, FunctionError> {
        let mut cursor = Cursor { values: self.values.into_iter(), index: 0 };
        let arguments = T::take(&mut cursor)?;
        if cursor.values.next().is_some() {
            return Err(fault("it reads fewer arguments than its signature has"));
        }
        Ok(arguments)
    }

    /// The arguments as they are.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The arguments as they are, by value.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// Whether all that is in the arguments is known.
    pub(crate) fn are_known(&self) -> bool {
        self.values.iter().all(Value::is_wholly_known)
    }
}

// === impl Cursor ===

impl Cursor {
    fn read<T>(
        &mut self,
        read: impl FnOnce(Value) -> Result<T, ModelError>,
    ) -> Result<T, FunctionError> {
        let value = self
            .values
            .next()
            .ok_or_else(|| fault("it reads more arguments than its signature has"))?;
        let argument = read(value).map_err(|err| FunctionError::of_model(self.index, &err))?;
        self.index += 1;
        Ok(argument)
    }
}

impl<T: Content> Argument for T {
    fn take(cursor: &mut Cursor) -> Result<Self, FunctionError> {
        let root = AttributePath::root();
        cursor.read(|value| match value {
            // The signature allows what this type cannot hold: the author's to correct.
            Value::Null => Err(ModelError::new(&root, "it must not be null")),
            Value::Unknown(_) => Err(ModelError::new(&root, "it must be known")),
            value => T::from_known(value, &root),
        })
    }
}

impl<T: Content> Argument for Attr<T> {
    fn take(cursor: &mut Cursor) -> Result<Self, FunctionError> {
        cursor.read(|value| Self::from_value(value, &AttributePath::root()))
    }
}

impl Argument for Value {
    fn take(cursor: &mut Cursor) -> Result<Self, FunctionError> {
        cursor.read(Ok)
    }
}

impl<T: Argument> Argument for Variadic<T> {
    fn take(cursor: &mut Cursor) -> Result<Self, FunctionError> {
        let mut rest = Vec::with_capacity(cursor.values.len());
        while cursor.values.len() > 0 {
            rest.push(T::take(cursor)?);
        }
        Ok(Self(rest))
    }
}

impl ArgumentList for () {
    fn take(_: &mut Cursor) -> Result<Self, FunctionError> {
        Ok(())
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)+) => {$(
        impl<$($name: Argument),+> ArgumentList for ($($name,)+) {
            fn take(cursor: &mut Cursor) -> Result<Self, FunctionError> {
                Ok(($($name::take(cursor)?,)+))
            }
        }
    )+};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

fn fault(what: &str) -> FunctionError {
    FunctionError::general(format!("{what}; please report this to the provider's developers"))
}
