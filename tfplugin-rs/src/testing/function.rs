//! The call of a function.

use super::session::Session;
use super::wire as convert;
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::ty::Type;
use crate::value::{Dynamic, Value};

/// What a function answers instead of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The argument at fault, counted from 0.
    pub argument: Option<i64>,
    /// What is wrong.
    pub text: String,
}

impl<P: Provider> Session<P> {
    /// `CallFunction`; values for parameters of dynamic type need no type of their own if they
    /// are texts, numbers or truth values.
    ///
    /// # Errors
    /// What the function refuses.
    ///
    /// # Panics
    /// If there is no such function, or the arguments are too few or too many.
    pub async fn call_function(
        &self,
        name: &str,
        arguments: impl IntoIterator<Item = Value>,
    ) -> Result<Value, Refused> {
        let Some(function) = self.schemas.functions.get(name) else {
            panic!("there is no function `{name}`")
        };
        let mut values = Vec::new();
        for (at, argument) in arguments.into_iter().enumerate() {
            let parameter = function.parameters.get(at).or(function.variadic_parameter.as_ref());
            let parameter = parameter.unwrap_or_else(|| panic!("{name} takes {at} arguments"));
            let ty = convert::parse(&parameter.r#type, &parameter.name);
            let argument = if ty == Type::Dynamic { with_type(argument) } else { argument };
            values.extend(convert::encode(&argument, &ty));
        }
        assert!(values.len() >= function.parameters.len(), "{name} needs more arguments");
        let request = wire::call_function::Request { name: name.to_owned(), arguments: values };
        let answer: wire::call_function::Response = self.pipe.call("CallFunction", &request).await;
        if let Some(error) = answer.error {
            return Err(Refused { argument: error.function_argument, text: error.text });
        }
        let ty = function.r#return.as_ref().expect("a function returns something");
        let ty = convert::parse(&ty.r#type, name);
        Ok(convert::decode(answer.result, &ty, "the result"))
    }
}

/// A plain value with its own type around it.
fn with_type(value: Value) -> Value {
    let ty = match &value {
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::String(_) => Type::String,
        _ => return value,
    };
    Value::Dynamic(Box::new(Dynamic { ty, value }))
}
