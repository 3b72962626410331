//! The Terraform provider `aibridge`: its block, and how the block becomes a client.
//!
//! In reading order: what it reads (`env`, `config`), what it shares (`client`),
//! what it has to offer, and the scripts that its resource hands to a workspace.

mod arguments;
mod client;
mod config;
mod data_sources;
pub mod env;
mod ephemeral_resources;
mod fetching;
mod functions;
mod reading;
mod resources;
pub mod scripts;
mod validators;
mod wording;

use std::error::Error;

use tfplugin::diag::Diagnostics;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::Attribute;
use tfplugin::schema::validator::{between, whole};
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
            .describe(
                "Brings the AI tools of Coder workspaces to the company's AI Bridge (newer \
                 name: AI Gateway): those that take a base URL by that, all others through AI \
                 Bridge Proxy.\n\nEvery argument is optional and beats the environment. Inside \
                 a Coder build (`CODER_WORKSPACE_BUILD_ID` is not empty) only `CODER_AGENT_URL` \
                 and `CODER_WORKSPACE_OWNER_SESSION_TOKEN` are read, even if they are empty: a \
                 token that was left on the provisioner's host must not become every user's. It \
                 needs Terraform 1.6 or OpenTofu 1.8; functions need Terraform 1.8, ephemeral \
                 resources Terraform 1.10 or OpenTofu 1.11.\n\nAt most 16 resources and data \
                 sources ask the deployment at once, whatever `-parallelism` says; waiting for a \
                 turn counts towards no timeout.",
            )
            .attribute(
                "access_url",
                Attribute::optional(Type::String).validate(validators::access_url()).describe(
                    "URL of the deployment that serves the proxy's CA certificate, \
                     `http(s)://host[:port][/base]`. If not set, the first of \
                     `AIBRIDGE_ACCESS_URL`, `CODER_AGENT_URL` and `CODER_URL` that is not empty.",
                ),
            )
            .attribute(
                "session_token",
                Attribute::optional(Type::String)
                    .sensitive()
                    .validate(validators::session_token())
                    .describe(
                        "Token for the proxy and the deployment. If not set, the first of \
                         `AIBRIDGE_SESSION_TOKEN`, `CODER_WORKSPACE_OWNER_SESSION_TOKEN` and \
                         `CODER_SESSION_TOKEN` that is not empty.",
                    ),
            )
            .attribute(
                "ca_certificates",
                Attribute::optional(Type::String).validate(validators::certificates()).describe(
                    "PEM of extra roots for the access URL, besides those of the system. If not \
                     set, the content of the file that `AIBRIDGE_CA_CERTIFICATES_FILE` names.",
                ),
            )
            .attribute(
                "request_timeout",
                Attribute::optional(Type::String).validate(validators::duration()).describe(
                    "How long one request may take, such as `1m30s` or `250ms`; `10s` by \
                         default.",
                ),
            )
            .attribute(
                "max_retries",
                Attribute::optional(Type::Number)
                    .validate(between(0, 10))
                    .validate(whole())
                    .describe(
                        "How often a request is made again that failed for a reason that may \
                         pass: a whole number from 0 to 10; 3 by default.",
                    ),
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

    fn kinds(&self) -> Kinds<Client> {
        Kinds::new()
            .resource(resources::Proxy)
            .data_source(data_sources::CaCertificate)
            .data_source(data_sources::Deployment)
            .ephemeral_resource(ephemeral_resources::ProxyAuth)
            .function(functions::ProxyAuthUrl)
            .function(functions::ProxyEnv)
    }
}

/// The error and what caused it, in sentences.
fn with_source(err: &dyn Error) -> String {
    sentences(err, err.source())
}
