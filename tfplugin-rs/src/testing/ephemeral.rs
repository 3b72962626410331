//! The calls that Terraform makes for an ephemeral resource.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::data_source::assert_as_configured;
use super::session::{Session, whole};
use super::wire as convert;
use crate::diag::Diagnostics;
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::value::Value;

/// An open ephemeral resource.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its attributes, as Terraform sees them.
    pub result: Value,
    /// When it must be renewed, if at all.
    pub renew_at: Option<SystemTime>,
    /// Messages.
    pub diagnostics: Diagnostics,
    type_name: String,
    private: Option<Bytes>,
}

impl<P: Provider> Session<P> {
    /// Validates and opens an ephemeral resource. The result is null with an error.
    ///
    /// # Panics
    /// As [`Session::read_data_source`].
    pub async fn open_ephemeral<'a>(
        &self,
        type_name: &str,
        config: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Opened {
        let ty =
            convert::type_of(self.schemas.ephemeral_resource_schemas.get(type_name), type_name);
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
        assert!(answer.deferred.is_none(), "{type_name} must not be deferred");
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

    /// `RenewEphemeralResource`, at the time of [`Opened::renew_at`].
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

fn time(at: &prost_types::Timestamp) -> SystemTime {
    let seconds = Duration::from_secs(at.seconds.unsigned_abs());
    let nanos = Duration::from_nanos(at.nanos.unsigned_abs().into());
    UNIX_EPOCH + seconds + nanos
}
