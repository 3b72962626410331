//! Ephemeral resource `aibridge_proxy_auth`: the proxy's URL with the token in it,
//! for templates that must not have it in plan or state.
//!
//! It makes no request: its values follow from its arguments.

use std::collections::BTreeMap;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{
    DEFAULT_USERNAME, Files, NoProxy, Proxy, ProxyUrl, Trust, Workspace,
};
use settings::Secret;
use tfplugin::diag::Diagnostic;
use tfplugin::ephemeral::{EphemeralResource, Opened};
use tfplugin::model::{Attr, Sensitive};
use tfplugin::provider::Context;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::Attribute;
use tfplugin::ty::Type;

use crate::client::Client;
use crate::parsed::{Certificates, Parsed, Token};
use crate::{arguments, connection};

/// The ephemeral resource.
pub(crate) struct ProxyAuth;

tfplugin::model! {
    /// The attributes of the ephemeral resource.
    pub(crate) struct ProxyAuthModel {
        access_url: Attr<Parsed<AccessUrl>>,
        cert_path: Attr<Parsed<Files>>,
        env: Attr<BTreeMap<String, Attr<Sensitive>>>,
        extra_ca_certificates: Attr<Parsed<Certificates>>,
        no_proxy: Attr<Vec<Attr<String>>>,
        proxy_auth_url: Attr<Sensitive>,
        proxy_url: Attr<Parsed<ProxyUrl>>,
        session_token: Attr<Token>,
        username: Attr<String>,
    }
}

impl EphemeralResource for ProxyAuth {
    type Client = Client;
    type Model = ProxyAuthModel;
    type Private = ();

    fn type_name(&self) -> &'static str {
        "aibridge_proxy_auth"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(0).describe(
            "Proxy URL with the session token, and the environment variables that contain it, for \
             write-only arguments, provisioners and provider blocks. Neither plan nor state keeps \
             any of its values. It needs Terraform 1.10 or OpenTofu 1.11.\n\n\
             It makes no request, so it works while the deployment is unavailable. The values are \
             the same as those of resource `aibridge_proxy` with the same arguments.",
        );
        outputs(arguments(schema))
    }

    async fn open(
        &self,
        config: ProxyAuthModel,
        cx: &Context<'_, Client>,
    ) -> Opened<ProxyAuthModel> {
        match workspace(&config, cx) {
            Ok(workspace) => Opened::lasting(with_outputs(config, &workspace)),
            Err(error) => Opened::Failed(error),
        }
    }
}

fn arguments(schema: Schema) -> Schema {
    schema
        .attribute("proxy_url", arguments::proxy_url())
        .attribute("username", arguments::username(Attribute::optional(Type::String)))
        .attribute(
            "session_token",
            arguments::session_token(
                "It may be ephemeral. Without a token the password in `proxy_auth_url` is empty, \
                 and the provider warns.",
            ),
        )
        .attribute("access_url", arguments::access_url("Its host is reached without the proxy."))
        .attribute("no_proxy", arguments::no_proxy(""))
        .attribute("cert_path", arguments::cert_path(Attribute::optional(Type::String)))
        .attribute(
            "extra_ca_certificates",
            arguments::extra_ca_certificates(
                "Set it to what the workspace was set up with: it decides whether the variables \
                 that add to a runtime's roots name the CA certificate alone or the file that \
                 holds these as well.",
            ),
        )
}

fn outputs(schema: Schema) -> Schema {
    schema
        .attribute(
            "proxy_auth_url",
            Attribute::computed(Type::String).sensitive().describe(
                "Proxy URL with user name and token, `scheme://user:token@host[:port]`. Both are \
                 percent-encoded.",
            ),
        )
        .attribute(
            "env",
            Attribute::computed(Type::map(Type::String)).sensitive().describe(
                "Environment variables that route one process tree through the proxy and make it \
                 trust the CA.",
            ),
        )
}

/// The settings that the arguments and the provider give together.
fn workspace(config: &ProxyAuthModel, cx: &Context<'_, Client>) -> Result<Workspace, Diagnostic> {
    let token = connection::known_token(&config.session_token, cx.client())?;
    let access_url = connection::known_access_url(&config.access_url, cx.client())?;
    let Some(url) = config.proxy_url.as_known() else {
        let detail = "The argument proxy_url is required. Set it to a known value.";
        return Err(Diagnostic::error("Missing required argument", detail).at("proxy_url"));
    };
    if token.is_empty() {
        cx.push(connection::no_token("The password in proxy_auth_url is empty."));
    }
    let hosts = config.no_proxy.as_known().into_iter().flatten();
    let hosts: Vec<String> = hosts.filter_map(|it| it.as_known().cloned()).collect();
    Ok(Workspace {
        proxy: Proxy {
            url: ProxyUrl::clone(url),
            username: config.username.as_str().unwrap_or(DEFAULT_USERNAME).to_owned(),
            token,
        },
        trust: Trust {
            files: Files::clone(&config.cert_path.as_known().cloned().unwrap_or_default()),
            has_extra_cas: config.extra_ca_certificates.is_known(),
            no_proxy: NoProxy::new(access_url.as_ref(), &hosts),
        },
    })
}

fn with_outputs(config: ProxyAuthModel, workspace: &Workspace) -> ProxyAuthModel {
    let sensitive = |secret: &Secret| Attr::Known(Sensitive::new(secret.expose()));
    let env = workspace.variables();
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), sensitive(value)));
    ProxyAuthModel {
        env: Attr::Known(env.collect()),
        proxy_auth_url: sensitive(&workspace.proxy.auth_url()),
        ..config
    }
}
