//! The Terraform provider `aibridge`: its block, and how the block becomes a client.
//!
//! In reading order: what it reads (`env`, `config`, `parsed`), what its kinds share
//! (`client`, `connection`, `arguments`), the kinds themselves, and the scripts that its
//! resource passes to a workspace.

mod arguments;
mod client;
mod config;
mod connection;
mod data_sources;
pub mod env;
mod ephemeral_resources;
mod failure;
mod functions;
mod parameters;
mod parsed;
mod resources;
pub mod scripts;
mod validators;
mod wording;

use std::error::Error;
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use tfplugin::diag::Diagnostics;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::Attribute;
use tfplugin::schema::validator::{between, whole};
use tfplugin::ty::Type;

pub use crate::client::Client;
pub use crate::config::Block;
use crate::env::Lookup;
use crate::parsed::{Certificates, Token, parsed};
use crate::wording::sentences;

/// Where registries and lock files find the provider.
pub const ADDRESS: &str = "registry.terraform.io/aibridge-rs/aibridge";

/// The Terraform provider `aibridge`.
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
                "Routes the AI tools of Coder workspaces to the company's AI Bridge (newer name: \
                 AI Gateway): by a base URL where a tool takes one, through AI Bridge Proxy \
                 otherwise.\n\nEvery argument is optional and takes precedence over the \
                 environment. Inside a Coder build (`CODER_WORKSPACE_BUILD_ID` is not empty) the \
                 provider reads `CODER_AGENT_URL` and `CODER_WORKSPACE_OWNER_SESSION_TOKEN` only, \
                 even if they are empty: a token that was left on the provisioner's host must not \
                 be used for every workspace owner. The provider needs Terraform 1.6 or OpenTofu \
                 1.8; its functions need Terraform 1.8, its ephemeral resource Terraform 1.10 or \
                 OpenTofu 1.11.\n\nAt most 16 resources and data sources make requests at the same \
                 time, whatever `-parallelism` is. The time that one of them waits for its turn \
                 counts towards no timeout.",
            )
            .attribute(
                "access_url",
                Attribute::optional(Type::String).validate(parsed::<AccessUrl>()).describe(
                    "URL of the Coder deployment, `http(s)://host[:port][/base]`. By default the \
                     first of `AIBRIDGE_ACCESS_URL`, `CODER_AGENT_URL` and `CODER_URL` that is not \
                     empty. The proxy's CA certificate is fetched from it.",
                ),
            )
            .attribute(
                "session_token",
                Attribute::optional(Type::String).sensitive().validate(parsed::<Token>()).describe(
                    "Coder session token for the proxy and the deployment. By default the first of \
                     `AIBRIDGE_SESSION_TOKEN`, `CODER_WORKSPACE_OWNER_SESSION_TOKEN` and \
                     `CODER_SESSION_TOKEN` that is not empty.",
                ),
            )
            .attribute(
                "ca_certificates",
                Attribute::optional(Type::String).validate(parsed::<Certificates>()).describe(
                    "Root certificates for the access URL in addition to those of the system, as \
                     PEM. By default the content of the file that `AIBRIDGE_CA_CERTIFICATES_FILE` \
                     names.",
                ),
            )
            .attribute(
                "request_timeout",
                Attribute::optional(Type::String).validate(parsed::<Duration>()).describe(
                    "Timeout of one request, such as `1m30s` or `250ms`; `10s` by default.",
                ),
            )
            .attribute(
                "max_retries",
                Attribute::optional(Type::Number)
                    .validate(between(0, 10))
                    .validate(whole())
                    .describe(
                        "Number of retries after a request that failed for a temporary reason, a \
                         whole number from 0 to 10; 3 by default.",
                    ),
            )
    }

    async fn configure(&self, config: Block, diags: &mut Diagnostics) -> Option<Client> {
        let settings = match config::resolve(config, self.lookup) {
            Ok(settings) => settings,
            Err(fault) => {
                let problem = format!("the environment variable {}", fault.text());
                let detail = sentences(problem, fault.hint);
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
