//! The calls of the protocol: what each request is about, the fields in it that carry values,
//! and the diagnostics in each answer.

use std::collections::BTreeSet;

use bytes::Bytes;
use prost::{DecodeError, Message as _};

use crate::generated::tfplugin6::{self as wire, DynamicValue, RawState, ResourceIdentityData};

/// A field of a request.
pub(crate) enum Part<'a> {
    Bytes(&'a mut Bytes),
    Text(&'a mut String),
    Value(&'a mut DynamicValue),
}

type Visit<'a> = &'a mut dyn FnMut(&'static str, Part<'_>);

trait Field {
    fn visit(&mut self, name: &'static str, visit: Visit<'_>);
}

impl Field for Bytes {
    fn visit(&mut self, name: &'static str, visit: Visit<'_>) {
        visit(name, Part::Bytes(self));
    }
}

impl Field for String {
    fn visit(&mut self, name: &'static str, visit: Visit<'_>) {
        visit(name, Part::Text(self));
    }
}

impl Field for DynamicValue {
    fn visit(&mut self, name: &'static str, visit: Visit<'_>) {
        visit(name, Part::Value(self));
    }
}

impl Field for RawState {
    fn visit(&mut self, name: &'static str, visit: Visit<'_>) {
        self.json.visit(name, visit);
    }
}

impl Field for ResourceIdentityData {
    fn visit(&mut self, name: &'static str, visit: Visit<'_>) {
        self.identity_data.visit(name, visit);
    }
}

impl<T: Field> Field for Option<T> {
    fn visit(&mut self, name: &'static str, visit: Visit<'_>) {
        if let Some(field) = self {
            field.visit(name, visit);
        }
    }
}

impl<T: Field> Field for Vec<T> {
    fn visit(&mut self, name: &'static str, visit: Visit<'_>) {
        for field in self {
            field.visit(name, visit);
        }
    }
}

/// A text as the diagnostic that it would be.
fn error(text: String) -> Vec<wire::Diagnostic> {
    vec![wire::Diagnostic { summary: text, ..Default::default() }]
}

macro_rules! calls {
    (
        $($method:literal $module:ident ($($about:ident)?) [$($field:ident)*] $diagnostics:expr;)*
    ) => {
        /// Visits the fields of a request, and encodes what they are afterwards.
        pub(crate) fn visit(method: &str, message: &[u8], visit: Visit<'_>) -> Vec<u8> {
            match method {
                $($method => changed::<wire::$module::Request>(message, |request| {
                    let _ = &request;
                    $(request.$field.visit(stringify!($field), visit);)*
                }),)*
                other => panic!("`{other}` is no call of the protocol"),
            }
        }

        /// The type, or the function, that a request is about.
        pub(crate) fn about(method: &str, message: &[u8]) -> String {
            match method {
                $($method => {
                    let request = read::<wire::$module::Request>(message);
                    let _ = &request;
                    let about = [$(request.$about,)? String::new()];
                    about.into_iter().next().unwrap_or_default()
                })*
                other => panic!("`{other}` is no call of the protocol"),
            }
        }

        /// The request about another type or function.
        pub(crate) fn about_another(method: &str, message: &[u8], name: &str) -> Vec<u8> {
            match method {
                $($method => changed::<wire::$module::Request>(message, |request| {
                    let _ = &request;
                    $(request.$about = name.to_owned();)?
                }),)*
                other => panic!("`{other}` is no call of the protocol for {name}"),
            }
        }

        /// The diagnostics of an answer.
        pub(crate) fn diagnostics(
            method: &str,
            answer: Bytes,
        ) -> Result<Vec<wire::Diagnostic>, DecodeError> {
            match method {
                $($method => {
                    let diagnostics: fn(wire::$module::Response) -> _ = $diagnostics;
                    wire::$module::Response::decode(answer).map(diagnostics)
                })*
                other => panic!("`{other}` is no call of the protocol"),
            }
        }
    };
}

calls! {
    "GetMetadata" get_metadata () [] |it| it.diagnostics;
    "GetProviderSchema" get_provider_schema () [] |it| it.diagnostics;
    "GetResourceIdentitySchemas" get_resource_identity_schemas () [] |it| it.diagnostics;
    "ValidateProviderConfig" validate_provider_config () [config] |it| it.diagnostics;
    "ConfigureProvider" configure_provider () [config] |it| it.diagnostics;
    "StopProvider" stop_provider () [] |it| {
        if it.error.is_empty() { Vec::new() } else { error(it.error) }
    };
    "ValidateResourceConfig" validate_resource_config (type_name) [config] |it| it.diagnostics;
    "UpgradeResourceState" upgrade_resource_state (type_name) [raw_state] |it| it.diagnostics;
    "UpgradeResourceIdentity" upgrade_resource_identity (type_name) [raw_identity]
        |it| it.diagnostics;
    "ReadResource" read_resource (type_name) [current_state private current_identity]
        |it| it.diagnostics;
    "PlanResourceChange" plan_resource_change (type_name)
        [prior_state proposed_new_state config prior_private prior_identity] |it| it.diagnostics;
    "ApplyResourceChange" apply_resource_change (type_name)
        [prior_state planned_state config planned_private planned_identity] |it| it.diagnostics;
    "ImportResourceState" import_resource_state (type_name) [id identity] |it| it.diagnostics;
    "MoveResourceState" move_resource_state (target_type_name)
        [source_provider_address source_type_name source_state source_private source_identity]
        |it| it.diagnostics;
    "ValidateDataResourceConfig" validate_data_resource_config (type_name) [config]
        |it| it.diagnostics;
    "ReadDataSource" read_data_source (type_name) [config] |it| it.diagnostics;
    "ValidateEphemeralResourceConfig" validate_ephemeral_resource_config (type_name) [config]
        |it| it.diagnostics;
    "OpenEphemeralResource" open_ephemeral_resource (type_name) [config] |it| it.diagnostics;
    "RenewEphemeralResource" renew_ephemeral_resource (type_name) [private] |it| it.diagnostics;
    "CloseEphemeralResource" close_ephemeral_resource (type_name) [private] |it| it.diagnostics;
    "GetFunctions" get_functions () [] |it| it.diagnostics;
    "CallFunction" call_function (name) [arguments]
        |it| it.error.map(|it| error(it.text)).unwrap_or_default();
}

/// The message after a change.
fn changed<T: prost::Message + Default>(message: &[u8], change: impl FnOnce(&mut T)) -> Vec<u8> {
    let mut message = read(message);
    change(&mut message);
    message.encode_to_vec()
}

/// # Panics
/// If the bytes are no message.
pub(crate) fn read<T: prost::Message + Default>(message: &[u8]) -> T {
    T::decode(message).expect("a message of the protocol")
}

/// The calls of the service, by the text that the wire code is generated from.
pub(crate) fn calls_of_the_service() -> BTreeSet<&'static str> {
    let lines = include_str!("../../proto/tfplugin6.proto").lines();
    lines.filter_map(|line| line.trim().strip_prefix("rpc ")?.split('(').next()).collect()
}
