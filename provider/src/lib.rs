//! The Terraform provider `aibridge`: its block, and how the block becomes a client.
//!
//! In reading order: what it reads (`env`, `config`), what it shares (`client`),
//! its resources, and the scripts that they hand to a workspace.

mod client;
mod config;
pub mod env;
mod resources;
pub mod scripts;
mod validators;
mod wording;

use std::error::Error;

use tfplugin::diag::Diagnostics;
use tfplugin::provider::Provider;
use tfplugin::resource::ErasedResource;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::Attribute;
use tfplugin::schema::validator::between;
use tfplugin::ty::Type;

pub use crate::client::Client;
pub use crate::config::Block;
use crate::env::Lookup;
use crate::wording::sentences;

/// Where registries and lock files find the provider.
pub const ADDRESS: &str = "registry.terraform.io/aibridge-rs/aibridge";

/// The provider.
#[derive(Clone, Copy, Debug)]
pub struct Aibridge {
    lookup: Lookup,
}

impl Aibridge {
    /// Makes one that reads the environment through `lookup`.
    pub const fn new(lookup: Lookup) -> Self {
        Self { lookup }
    }
}

impl Provider for Aibridge {
    type Config = Block;
    type Client = Client;

    fn schema(&self) -> Schema {
        Schema::new(0)
            .describe("Brings the AI tools of Coder workspaces to the company's AI Bridge Proxy.")
            .attribute(
                "access_url",
                Attribute::optional(Type::String).validate(validators::access_url()).describe(
                    "URL of the deployment that serves the proxy's CA certificate. Else \
                     `AIBRIDGE_ACCESS_URL`, `CODER_AGENT_URL` or `CODER_URL`.",
                ),
            )
            .attribute(
                "session_token",
                Attribute::optional(Type::String)
                    .sensitive()
                    .validate(validators::session_token())
                    .describe(
                        "Token for the proxy and the deployment. Else `AIBRIDGE_SESSION_TOKEN`, \
                         `CODER_WORKSPACE_OWNER_SESSION_TOKEN` or `CODER_SESSION_TOKEN`.",
                    ),
            )
            .attribute(
                "ca_certificates",
                Attribute::optional(Type::String).validate(validators::certificates()).describe(
                    "PEM of extra roots for the access URL. Else the file that \
                     `AIBRIDGE_CA_CERTIFICATES_FILE` names.",
                ),
            )
            .attribute(
                "request_timeout",
                Attribute::optional(Type::String)
                    .validate(validators::duration())
                    .describe("How long one request may take, `10s` by default."),
            )
            .attribute(
                "max_retries",
                Attribute::optional(Type::Number)
                    .validate(between(0, 10))
                    .describe("How often a failed request is made again, 3 by default."),
            )
    }

    async fn configure(&self, config: Block, diags: &mut Diagnostics) -> Option<Client> {
        let settings = match config::settle(config, self.lookup) {
            Ok(settings) => settings,
            Err(err) => {
                let detail =
                    format!("{} {}", with_source(&err), sentences(err.fault.hint(), None::<&str>));
                diags.error("access_url", "Unusable environment variable", detail);
                return None;
            }
        };
        match Client::new(settings) {
            Ok(client) => Some(client),
            Err(err) => {
                diags.error("ca_certificates", "Unusable extra roots", with_source(&err));
                None
            }
        }
    }

    fn resources(&self) -> Vec<Box<dyn ErasedResource<Client>>> {
        resources::all()
    }
}

/// The error and what caused it, in sentences.
fn with_source(err: &dyn Error) -> String {
    sentences(err, err.source())
}
