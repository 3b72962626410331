//! Which deployment a request goes to, with which token, and how long it may take:
//! the arguments that override the provider's, and what follows from both.

use std::time::Duration;

use coder_client::access_url::AccessUrl;
use settings::Secret;
use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::schema::Schema;
use tfplugin::timeouts::Limits;

use crate::arguments;
use crate::client::Client;
use crate::parsed::{Parsed, Token};
use crate::wording::{NO_ACCESS_URL, NO_TOKEN};

/// How long a data source may take to read, all requests and retries together.
pub(crate) const READ_LIMITS: Limits = Limits::new()
    .read(Duration::from_secs(10))
    .describe("Timeout of reading, such as `30s`; it covers all requests and retries.");

/// Adds the arguments of a data source.
pub(crate) fn arguments(schema: Schema) -> Schema {
    schema
        .attribute("access_url", arguments::access_url(""))
        .attribute("session_token", arguments::session_token(""))
        .attribute("timeouts", READ_LIMITS.attribute())
}

/// The argument, else the provider's access URL. Without a configured provider, that is
/// not known yet.
pub(crate) fn access_url(
    own: &Attr<Parsed<AccessUrl>>,
    client: Option<&Client>,
) -> Attr<AccessUrl> {
    let provided = || client.map_or(Attr::Unknown, |it| it.access_url.clone());
    match own {
        Attr::Null => provided(),
        own => own.as_ref().map(|it| AccessUrl::clone(it)),
    }
}

/// The argument, else the provider's token; empty if there is none. An empty argument
/// hides the provider's.
pub(crate) fn session_token(own: &Attr<Token>, client: Option<&Client>) -> Attr<Secret> {
    let provided = || client.map_or(Attr::Unknown, |it| it.session_token.clone());
    let token = match own {
        Attr::Null => provided(),
        own => own.as_ref().map(|it| it.secret().clone()),
    };
    token.or(Attr::Known(Secret::new("")))
}

/// The access URL of an operation that cannot wait until it is known; none if there is none.
pub(crate) fn known_access_url(
    own: &Attr<Parsed<AccessUrl>>,
    client: &Client,
) -> Result<Option<AccessUrl>, Diagnostic> {
    known("access_url", access_url(own, Some(client)))
}

/// The access URL of a request.
pub(crate) fn required_access_url(
    own: &Attr<Parsed<AccessUrl>>,
    client: &Client,
) -> Result<AccessUrl, Diagnostic> {
    known_access_url(own, client)?.ok_or_else(|| {
        let detail = "Neither access_url nor the provider names a deployment. Pass \
                      data.coder_workspace.me.access_url as access_url, or set \
                      AIBRIDGE_ACCESS_URL.";
        Diagnostic::error(NO_ACCESS_URL, detail).at("access_url")
    })
}

/// The token of an operation that cannot wait until it is known; empty if there is none.
pub(crate) fn known_token(own: &Attr<Token>, client: &Client) -> Result<Secret, Diagnostic> {
    let token = known("session_token", session_token(own, Some(client)))?;
    Ok(token.unwrap_or_else(|| Secret::new("")))
}

/// Refuses to make a request while the provider's extra roots are unknown.
pub(crate) fn known_roots(client: &Client) -> Result<(), Diagnostic> {
    if client.has_known_roots() {
        return Ok(());
    }
    let hint = "First create what the provider's value depends on (terraform apply -target=…).";
    Err(not_configured("ca_certificates", hint))
}

/// Warns that there is no token, and states what follows from that.
pub(crate) fn no_token(consequence: &str) -> Diagnostic {
    let detail = format!(
        "{consequence} Coder gives no token while a template is imported and in builds that stop \
         or delete a workspace. In other builds, pass \
         data.coder_workspace_owner.me.session_token as session_token, or set \
         AIBRIDGE_SESSION_TOKEN."
    );
    Diagnostic::warning(NO_TOKEN, detail).at("session_token")
}

fn known<T>(argument: &str, value: Attr<T>) -> Result<Option<T>, Diagnostic> {
    match value {
        Attr::Known(value) => Ok(Some(value)),
        Attr::Null => Ok(None),
        Attr::Unknown => {
            let hint = format!(
                "Set {argument} here to a known value, or first create what the provider's value \
                 depends on (terraform apply -target=…)."
            );
            Err(not_configured(argument, &hint).at(argument))
        }
    }
}

fn not_configured(argument: &str, hint: &str) -> Diagnostic {
    let detail = format!(
        "The provider's {argument} is not known before apply, but this is read while Terraform \
         plans. {hint}"
    );
    Diagnostic::error("Provider is not configured yet", detail)
}
