//! What data sources and ephemeral resources share: whom to ask, as whom, and
//! for how long.
//!
//! Unlike a resource they are read while Terraform plans, and must then know
//! the provider's settings.

use std::time::Duration;

use coder_client::access_url::AccessUrl;
use settings::Secret;
use settings::duration;
use tfplugin::diag::Diagnostic;
use tfplugin::model::{Attr, Sensitive};
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::{Attribute, Nested};
use tfplugin::ty::Type;

use crate::client::Client;
use crate::validators;
use crate::wording::NO_ACCESS_URL;

/// All requests of a read together, if `timeouts` does not say otherwise.
const READ_LIMIT: Duration = Duration::from_secs(10);

tfplugin::model! {
    /// How long reading may take.
    pub(crate) struct ReadTimeouts {
        pub(crate) read: Attr<String>,
    }
}

/// Adds the arguments that every data source has.
pub(crate) fn arguments(schema: Schema) -> Schema {
    schema
        .attribute(
            "access_url",
            Attribute::optional(Type::String).validate(validators::access_url()).describe(
                "URL of the deployment, `http(s)://host[:port][/base]`, instead of the provider's.",
            ),
        )
        .attribute(
            "session_token",
            Attribute::optional(Type::String)
                .sensitive()
                .validate(validators::session_token())
                .describe(
                    "Token for the deployment, instead of the provider's. An empty one means \
                     none: the provider's is not used then.",
                ),
        )
        .attribute(
            "timeouts",
            Attribute::optional(Nested::single().attribute(
                "read",
                Attribute::optional(Type::String).validate(validators::duration()).describe(
                    "All requests and retries together, such as `10s` (the default) or `1m30s`.",
                ),
            ))
            .describe("How long reading may take."),
        )
}

/// The access URL: the own one, else the provider's.
pub(crate) fn access_url(own: &Attr<String>, client: &Client) -> Result<AccessUrl, Diagnostic> {
    // An invalid one was refused when the configuration was validated.
    match own.as_str().and_then(|text| AccessUrl::parse(text).ok()) {
        Some(access_url) => Ok(access_url),
        None => provided_access_url(client)?.ok_or_else(|| {
            let detail = "Nothing says which deployment to ask. Pass \
                          data.coder_workspace.me.access_url as access_url, or set \
                          AIBRIDGE_ACCESS_URL.";
            Diagnostic::error(NO_ACCESS_URL, detail).at("access_url")
        }),
    }
}

/// The provider's access URL, if there is one.
pub(crate) fn provided_access_url(client: &Client) -> Result<Option<AccessUrl>, Diagnostic> {
    match &client.access_url {
        Attr::Known(access_url) => Ok(Some(access_url.clone())),
        Attr::Null => Ok(None),
        Attr::Unknown => Err(not_known_yet("access_url")),
    }
}

/// The token: the own one, else the provider's; empty if there is none.
pub(crate) fn session_token(own: &Attr<Sensitive>, client: &Client) -> Result<Secret, Diagnostic> {
    match (own, &client.session_token) {
        (Attr::Known(token), _) => Ok(Secret::new(token.expose())),
        (_, Attr::Known(token)) => Ok(token.clone()),
        (_, Attr::Null) => Ok(Secret::new("")),
        (_, Attr::Unknown) => Err(not_known_yet("session_token")),
    }
}

/// Refuses to ask anybody while the provider's extra roots are unknown.
pub(crate) fn known_roots(client: &Client) -> Result<(), Diagnostic> {
    if client.has_known_roots() {
        return Ok(());
    }
    let way_out = "Make first what the provider's value depends on (terraform apply -target=…).";
    Err(unconfigured("ca_certificates", way_out))
}

/// How long reading may take.
pub(crate) fn limit(timeouts: &Attr<ReadTimeouts>) -> Duration {
    let read = timeouts.as_known().and_then(|it| it.read.as_str());
    read.and_then(|text| duration::parse(text).ok()).unwrap_or(READ_LIMIT)
}

/// Says that there is no token, and what follows from that.
pub(crate) fn no_token(consequence: &str) -> Diagnostic {
    let detail = format!(
        "{consequence} That is as it should be while a template is imported and in builds that \
         stop or delete a workspace. Otherwise pass data.coder_workspace_owner.me.session_token, \
         or set AIBRIDGE_SESSION_TOKEN."
    );
    Diagnostic::warning(crate::wording::NO_TOKEN, detail).at("session_token")
}

fn not_known_yet(argument: &str) -> Diagnostic {
    let way_out = format!(
        "Set {argument} here to a value that is known, or make first what the provider's value \
         depends on (terraform apply -target=…)."
    );
    unconfigured(argument, &way_out).at(argument)
}

fn unconfigured(argument: &str, way_out: &str) -> Diagnostic {
    let detail = format!(
        "The provider's {argument} comes from something that does not exist yet, and this is read \
         while Terraform plans. {way_out}"
    );
    Diagnostic::error("Provider is not configured yet", detail)
}
