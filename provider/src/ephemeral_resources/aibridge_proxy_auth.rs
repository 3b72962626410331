//! Ephemeral resource `aibridge_proxy_auth`: the proxy's URL with the token in
//! it, for whoever must not have it in plan or state.
//!
//! It asks nobody: what it gives follows from its arguments.

use std::collections::BTreeMap;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{
    DEFAULT_CERT_PATH, DEFAULT_USERNAME, Files, NoProxy, Proxy, ProxyUrl, Trust, Workspace,
};
use tfplugin::diag::Diagnostic;
use tfplugin::ephemeral::{EphemeralResource, Opened};
use tfplugin::model::{Attr, Sensitive};
use tfplugin::provider::Context;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::Attribute;
use tfplugin::schema::validator::{each, not_empty};
use tfplugin::ty::Type;

use crate::client::Client;
use crate::{reading, validators};

/// The ephemeral resource.
pub(crate) struct ProxyAuth;

tfplugin::model! {
    /// Its attributes.
    pub(crate) struct ProxyAuthModel {
        access_url: Attr<String>,
        cert_path: Attr<String>,
        env: Attr<BTreeMap<String, Attr<Sensitive>>>,
        extra_ca_certificates: Attr<String>,
        no_proxy: Attr<Vec<Attr<String>>>,
        proxy_auth_url: Attr<Sensitive>,
        proxy_url: Attr<String>,
        session_token: Attr<Sensitive>,
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
            "The proxy's URL with the session token in it, and the variables that hold it: for \
             write-only arguments, provisioners and provider blocks. Neither plan nor state keeps \
             anything of it. It needs Terraform 1.10 or OpenTofu 1.11.\n\n\
             It asks nobody, so it works while the deployment is away. The values are those of \
             resource `aibridge_proxy` with the same arguments.",
        );
        outputs(trust(arguments(schema)))
    }

    async fn open(
        &self,
        config: ProxyAuthModel,
        cx: &Context<'_, Client>,
    ) -> Opened<ProxyAuthModel> {
        match settle(config, cx) {
            Ok(model) => Opened::lasting(model),
            Err(error) => Opened::Failed(error),
        }
    }
}

fn arguments(schema: Schema) -> Schema {
    schema
        .attribute(
            "proxy_url",
            Attribute::required(Type::String)
                .validate(validators::proxy_url())
                .describe("URL of the proxy, `http(s)://host[:port]`."),
        )
        .attribute(
            "username",
            Attribute::optional(Type::String)
                .validate(not_empty())
                .describe("User part of `proxy_auth_url`, `coder` by default."),
        )
        .attribute(
            "session_token",
            Attribute::optional(Type::String)
                .sensitive()
                .validate(validators::session_token())
                .describe(
                    "Token for the proxy, instead of the provider's. May be ephemeral. An empty \
                     one means none: the provider's is not used then. Without any the password is \
                     empty, and one warning says so.",
                ),
        )
        .attribute(
            "access_url",
            Attribute::optional(Type::String).validate(validators::access_url()).describe(
                "URL of the deployment, instead of the provider's: its host is reached without the \
                 proxy.",
            ),
        )
        .attribute(
            "no_proxy",
            Attribute::optional(Type::list(Type::String)).validate(each(not_empty())).describe(
                "Hosts that tools reach directly, besides `localhost`, `127.0.0.1`, `::1` and the \
                 host of the access URL.",
            ),
        )
        .attribute(
            "cert_path",
            Attribute::optional(Type::String).validate(validators::cert_path()).describe(
                "Where the CA certificate is kept in the workspace, the absolute path of a \
                 file; `/tmp/aibridge-proxy/ca-cert.pem` by default.",
            ),
        )
}

fn trust(schema: Schema) -> Schema {
    schema.attribute(
        "extra_ca_certificates",
        Attribute::optional(Type::String).validate(validators::certificates()).describe(
            "PEM of the further certificates that the workspace was set up with, as in resource \
             `aibridge_proxy`. With any, variables that add to a runtime's roots name the file \
             that holds the CA and these.",
        ),
    )
}

fn outputs(schema: Schema) -> Schema {
    schema
        .attribute(
            "proxy_auth_url",
            Attribute::computed(Type::String)
                .sensitive()
                .describe("`scheme://user:token@host[:port]`, user and token percent-encoded."),
        )
        .attribute(
            "env",
            Attribute::computed(Type::map(Type::String)).sensitive().describe(
                "Variables that route one process tree through the proxy and make it trust the CA.",
            ),
        )
}

/// Fills in what follows from the arguments.
fn settle(config: ProxyAuthModel, cx: &Context<'_, Client>) -> Result<ProxyAuthModel, Diagnostic> {
    let token = reading::session_token(&config.session_token, cx.client())?;
    let access_url = match config.access_url.as_str().and_then(|it| AccessUrl::parse(it).ok()) {
        Some(own) => Some(own),
        None => reading::provided_access_url(cx.client())?,
    };
    let text = config.proxy_url.as_str().unwrap_or_default();
    let proxy_url = ProxyUrl::parse(text).map_err(|err| {
        let detail = crate::wording::sentences(&err, Some(err.hint()));
        Diagnostic::error("Invalid attribute value", detail).at("proxy_url")
    })?;
    if token.is_empty() {
        cx.push(reading::no_token("The password in proxy_auth_url is empty."));
    }
    let extra = config.no_proxy.as_known().into_iter().flatten();
    let extra: Vec<String> = extra.filter_map(|it| it.as_str().map(str::to_owned)).collect();
    let workspace = Workspace {
        proxy: Proxy {
            url: proxy_url,
            username: config.username.as_str().unwrap_or(DEFAULT_USERNAME).to_owned(),
            token,
        },
        trust: Trust {
            files: Files::beside(config.cert_path.as_str().unwrap_or(DEFAULT_CERT_PATH)),
            has_extra_cas: config.extra_ca_certificates.is_known(),
            no_proxy: NoProxy::new(access_url.as_ref(), &extra),
        },
    };
    let env = workspace.variables().into_iter();
    let env =
        env.map(|(name, value)| (name.to_owned(), Attr::Known(Sensitive::new(value.expose()))));
    Ok(ProxyAuthModel {
        env: Attr::Known(env.collect()),
        proxy_auth_url: Attr::Known(Sensitive::new(workspace.proxy.auth_url().expose())),
        ..config
    })
}
