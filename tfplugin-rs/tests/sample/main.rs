//! The provider that the tests of this crate run as a process, and under a real CLI.

mod entry;
mod instance;
mod kinds;

use std::process::ExitCode;

use tfplugin::diag::Diagnostics;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::schema::Schema;
use tfplugin::serve::{self, Options};

use self::kinds::{Config, SampleKinds};

fn main() -> ExitCode {
    let options = Options { address: "registry.terraform.io/aibridge-rs/sample", version: "1.2.3" };
    serve::run(Sample, options)
}

/// The kinds, and what only a process can do.
struct Sample;

impl Provider for Sample {
    type Config = Config;
    type Client = ();

    fn schema(&self) -> Schema {
        SampleKinds.schema()
    }

    fn validate(&self, config: &Config, diags: &mut Diagnostics) {
        SampleKinds.validate(config, diags);
    }

    async fn configure(&self, config: Config, diags: &mut Diagnostics) -> Option<()> {
        SampleKinds.configure(config, diags).await?;
        match entry::record("configure") {
            Ok(()) => Some(()),
            Err(error) => {
                diags.push(error);
                None
            }
        }
    }

    fn kinds(&self) -> Kinds<()> {
        SampleKinds.kinds().resource(entry::Entry).resource(instance::Instance)
    }
}
