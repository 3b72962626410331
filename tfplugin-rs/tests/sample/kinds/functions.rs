//! Functions of plain, dynamic and variadic parameters.

use tfplugin::function::{Arguments, Function, FunctionError, Parameter, Signature, Variadic};
use tfplugin::model::Attr;
use tfplugin::schema::validator::between;
use tfplugin::ty::Type;
use tfplugin::value::Value;

use super::reached;

/// Returns its argument.
pub(super) struct Echo;

impl Function for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn signature(&self) -> Signature {
        let value = Parameter::new("value", Type::Dynamic).allow_null().allow_unknown();
        Signature::new(Type::Dynamic).parameter(value).deprecated("Write the value itself.")
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        reached("echo");
        let (value,) = arguments.read::<(Value,)>()?;
        Ok(value)
    }
}

/// Halves a number from 0 to 100.
pub(super) struct Half;

impl Function for Half {
    fn name(&self) -> &'static str {
        "half"
    }

    fn signature(&self) -> Signature {
        let number = Parameter::new("number", Type::Number).validate(between(0, 100));
        Signature::new(Type::Number).parameter(number)
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        reached("half");
        let (number,) = arguments.read::<(i64,)>()?;
        Ok((number / 2).into())
    }
}

/// Joins strings: variadic, with an error that names its argument.
pub(super) struct Join;

impl Function for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String)
            .summarize("Joins strings.")
            .describe("Joins `parts` with `separator` between them.")
            .parameter(Parameter::new("separator", Type::String).allow_null())
            .variadic(Parameter::new("parts", Type::String).describe("The strings to join."))
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        reached("join");
        let (separator, Variadic(parts)) = arguments.read::<(Attr<String>, Variadic<String>)>()?;
        match parts.iter().position(|it| it == "bad") {
            Some(at) => Err(FunctionError::argument(at + 1, "`bad` cannot be joined")),
            None => Ok(parts.join(separator.as_str().unwrap_or(", ")).into()),
        }
    }
}

/// Returns its last argument, of any type.
pub(super) struct Last;

impl Function for Last {
    fn name(&self) -> &'static str {
        "last"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::Dynamic)
            .parameter(Parameter::new("first", Type::list(Type::Number)).allow_null())
            .variadic(Parameter::new("more", Type::Dynamic).allow_unknown())
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        reached("last");
        match arguments.into_values().pop() {
            Some(last @ Value::Dynamic(_)) => Ok(last),
            Some(_) => Ok(Value::Null),
            None => Err(FunctionError::general("no argument is given")),
        }
    }
}
