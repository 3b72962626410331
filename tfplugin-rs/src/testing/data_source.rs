//! The calls that Terraform makes for a data source.

use super::session::{Session, whole};
use super::wire as convert;
use crate::diag::Diagnostics;
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::value::Value;

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
        let ty = convert::type_of(self.schemas.data_source_schemas.get(type_name), type_name);
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
        assert!(answer.deferred.is_none(), "{type_name} must not be deferred");
        diagnostics.extend(convert::diagnostics(answer.diagnostics));
        if diagnostics.has_errors() {
            return (Value::Null, diagnostics);
        }
        let state = convert::decode(answer.state, &ty, "the data");
        assert!(state.is_wholly_known(), "the data is not known at {:?}", state.unknown_paths());
        assert_as_configured(type_name, &config, &state);
        (state, diagnostics)
    }
}

/// Terraform checks that the result has what is configured and known.
pub(super) fn assert_as_configured(type_name: &str, config: &Value, result: &Value) {
    let (Value::Object(config), Value::Object(result)) = (config, result) else {
        panic!("{type_name} returns no object")
    };
    for (name, configured) in config.iter().filter(|(_, it)| !it.is_null()) {
        let kept = result.get(name);
        let is_scalar = matches!(configured, Value::Bool(_) | Value::Number(_) | Value::String(_));
        let differs = is_scalar && kept != Some(configured);
        assert!(!differs, "{type_name} returns another `{name}` than configured");
    }
}
