//! The kinds of the sample provider that have no effect outside of it: resources, a data
//! source, an ephemeral resource, and functions.
//!
//! The binary serves them beside its own. In process they are what recordings of cores,
//! corpora and fuzz targets use, so they need little but the SDK, and none of their own code
//! panics: a panic is the SDK's.

// The fuzz targets and the integration tests load this file by a path too, which would
// have the compiler search for the modules beside it.
#[path = "kinds/complex.rs"]
pub(crate) mod complex;
#[path = "kinds/functions.rs"]
mod functions;
#[path = "kinds/host.rs"]
pub(crate) mod host;
#[path = "kinds/lease.rs"]
pub(crate) mod lease;
#[path = "kinds/lookup.rs"]
pub(crate) mod lookup;

use tfplugin::diag::Diagnostics;
use tfplugin::model::Attr;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::schema::validator::not_empty;
use tfplugin::schema::{Attribute, Schema};
use tfplugin::ty::Type;

pub(crate) use self::complex::COMPLEX;

/// The provider's address without a registry.
const ADDRESS: &str = "aibridge-rs/sample";

/// The provider in process.
pub(crate) struct SampleKinds;

tfplugin::model! {
    pub(crate) struct Config {
        pub(crate) token: Attr<String>,
    }
}

impl Provider for SampleKinds {
    type Config = Config;
    type Client = ();

    fn schema(&self) -> Schema {
        let token = Attribute::optional(Type::String).sensitive().validate(not_empty());
        Schema::new(0)
            .describe("A provider for tests.")
            .attribute("token", token.describe("Sent nowhere."))
    }

    fn validate(&self, _config: &Config, _diags: &mut Diagnostics) {
        reached("validate");
    }

    async fn configure(&self, config: Config, diags: &mut Diagnostics) -> Option<()> {
        reached("configure");
        if config.token.as_str() == Some("expired") {
            diags.error("token", "Token has expired", "Create a new one.");
            return None;
        }
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new()
            .identified_resource(complex::Complex)
            .identified_resource(host::Host)
            .data_source(lookup::Lookup)
            .ephemeral_resource(lease::Lease)
            .function(functions::Echo)
            .function(functions::Half)
            .function(functions::Join)
            .function(functions::Last)
    }
}

/// Logs that a request has reached this operation of the provider, for tests to see.
pub(crate) fn reached(operation: &str) {
    tracing::debug!(reached = operation, "in the provider");
}
