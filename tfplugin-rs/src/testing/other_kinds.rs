//! Data sources, functions and ephemeral resources, one call at a time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::session::{Session, whole};
use super::wire as convert;
use crate::diag::Diagnostics;
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

/// An open ephemeral resource.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its attributes.
    pub result: Value,
    /// When it must be renewed, if at all.
    pub renew_at: Option<SystemTime>,
    /// Messages.
    pub diagnostics: Diagnostics,
    type_name: String,
    private: Option<Bytes>,
}

impl<P: Provider> Session<P> {
    /// Validates and reads a data source. The result is null with an error.
    ///
    /// # Panics
    /// If there is no such data source, or Terraform would refuse the result: it is not
    /// wholly known, or differs from what is configured.
    pub async fn read_data_source<'a>(
        &self,
        type_name: &str,
        config: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> (Value, Diagnostics) {
        let ty = type_of(self.schemas.data_source_schemas.get(type_name), type_name);
        let config = whole(&ty, config);
        let request = wire::validate_data_resource_config::Request {
            type_name: type_name.to_owned(),
            config: convert::encode(&config, &ty),
        };
        let answer: wire::validate_data_resource_config::Response =
            self.pipe.call("ValidateDataResourceConfig", &request).await;
        let mut diagnostics = convert::diagnostics(answer.diagnostics);
        if diagnostics.has_errors() {
            return (Value::Null, diagnostics);
        }
        let request = wire::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: request.config,
            client_capabilities: convert::CAPABILITIES,
            ..Default::default()
        };
        let answer: wire::read_data_source::Response =
            self.pipe.call("ReadDataSource", &request).await;
        assert!(answer.deferred.is_none(), "{type_name} is deferred, which nobody allowed");
        diagnostics.extend(convert::diagnostics(answer.diagnostics));
        if diagnostics.has_errors() {
            return (Value::Null, diagnostics);
        }
        let state = convert::decode(answer.state, &ty, "the data");
        assert!(state.is_wholly_known(), "the data is not known at {:?}", state.unknown_paths());
        assert_as_configured(type_name, &config, &state);
        (state, diagnostics)
    }

    /// `CallFunction`; values for parameters of open type need no type of their own if they
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
            let argument = if ty == Type::Dynamic { open(argument) } else { argument };
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

    /// Validates and opens an ephemeral resource. The result is null with an error.
    ///
    /// # Panics
    /// As [`Session::read_data_source`].
    pub async fn open_ephemeral<'a>(
        &self,
        type_name: &str,
        config: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Opened {
        let ty = type_of(self.schemas.ephemeral_resource_schemas.get(type_name), type_name);
        let config = whole(&ty, config);
        let mut opened = Opened {
            result: Value::Null,
            renew_at: None,
            diagnostics: Diagnostics::new(),
            type_name: type_name.to_owned(),
            private: None,
        };
        let request = wire::validate_ephemeral_resource_config::Request {
            type_name: type_name.to_owned(),
            config: convert::encode(&config, &ty),
        };
        let answer: wire::validate_ephemeral_resource_config::Response =
            self.pipe.call("ValidateEphemeralResourceConfig", &request).await;
        opened.diagnostics = convert::diagnostics(answer.diagnostics);
        if opened.diagnostics.has_errors() {
            return opened;
        }
        let request = wire::open_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            config: request.config,
            client_capabilities: convert::CAPABILITIES,
        };
        let answer: wire::open_ephemeral_resource::Response =
            self.pipe.call("OpenEphemeralResource", &request).await;
        assert!(answer.deferred.is_none(), "{type_name} is deferred, which nobody allowed");
        opened.diagnostics.extend(convert::diagnostics(answer.diagnostics));
        if opened.diagnostics.has_errors() {
            return opened;
        }
        opened.result = convert::decode(answer.result, &ty, "the ephemeral result");
        assert!(opened.result.is_wholly_known(), "an open resource is wholly known");
        assert_as_configured(type_name, &config, &opened.result);
        opened.renew_at = answer.renew_at.map(|at| time(&at));
        opened.private = answer.private;
        opened
    }

    /// `RenewEphemeralResource`, when [`Opened::renew_at`] says so.
    pub async fn renew_ephemeral(&self, opened: &mut Opened) -> Diagnostics {
        let request = wire::renew_ephemeral_resource::Request {
            type_name: opened.type_name.clone(),
            private: opened.private.clone(),
        };
        let answer: wire::renew_ephemeral_resource::Response =
            self.pipe.call("RenewEphemeralResource", &request).await;
        opened.renew_at = answer.renew_at.map(|at| time(&at));
        opened.private = answer.private;
        convert::diagnostics(answer.diagnostics)
    }

    /// `CloseEphemeralResource`, which Terraform never forgets.
    pub async fn close_ephemeral(&self, opened: Opened) -> Diagnostics {
        let request = wire::close_ephemeral_resource::Request {
            type_name: opened.type_name,
            private: opened.private,
        };
        let answer: wire::close_ephemeral_resource::Response =
            self.pipe.call("CloseEphemeralResource", &request).await;
        convert::diagnostics(answer.diagnostics)
    }
}

fn type_of(schema: Option<&wire::Schema>, type_name: &str) -> Type {
    match schema.and_then(|it| it.block.as_ref()) {
        Some(block) => convert::object_type(block),
        None => panic!("the provider has no `{type_name}`"),
    }
}

/// Terraform holds what is configured and known against the result.
fn assert_as_configured(type_name: &str, config: &Value, result: &Value) {
    let (Value::Object(config), Value::Object(result)) = (config, result) else {
        panic!("{type_name} answers with no object")
    };
    for (name, configured) in config.iter().filter(|(_, it)| !it.is_null()) {
        let kept = result.get(name);
        let is_scalar = matches!(configured, Value::Bool(_) | Value::Number(_) | Value::String(_));
        let differs = is_scalar && kept != Some(configured);
        assert!(!differs, "{type_name} answers with another `{name}` than configured");
    }
}

/// A plain value with its own type around it.
fn open(value: Value) -> Value {
    let ty = match &value {
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::String(_) => Type::String,
        _ => return value,
    };
    Value::Dynamic(Box::new(Dynamic { ty, value }))
}

fn time(at: &prost_types::Timestamp) -> SystemTime {
    let seconds = Duration::from_secs(at.seconds.unsigned_abs());
    let nanos = Duration::from_nanos(at.nanos.unsigned_abs().into());
    UNIX_EPOCH + seconds + nanos
}
