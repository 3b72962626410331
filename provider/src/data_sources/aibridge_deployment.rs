//! Data source `aibridge_deployment`: what the deployment has of AI Bridge, and
//! the base URLs for tools that need no proxy.

use coder_client::api::deployment::Service;
use coder_client::base_urls;
use tfplugin::data_source::DataSource;
use tfplugin::diag::Diagnostic;
use tfplugin::model::{Attr, Sensitive};
use tfplugin::provider::Context;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::{Attribute, Nested};
use tfplugin::ty::Type;

use crate::client::{Client, NoDeployment};
use crate::fetching::{attribute, unless_stopped};
use crate::reading::{self, ReadTimeouts};
use crate::wording::sentences;

/// What follows from an answer that did not come.
const OPEN: &str = "What is not known is null.";

/// The data source.
pub(crate) struct Deployment;

tfplugin::model! {
    /// Its attributes.
    pub(crate) struct DeploymentModel {
        access_url: Attr<String>,
        anthropic_base_url: Attr<String>,
        bridge: Attr<ServiceModel>,
        deployment_id: Attr<String>,
        openai_base_url: Attr<String>,
        proxy: Attr<ServiceModel>,
        session_token: Attr<Sensitive>,
        timeouts: Attr<ReadTimeouts>,
        version: Attr<String>,
    }

    /// What is known of one part of the product.
    pub(super) struct ServiceModel {
        available: Attr<bool>,
        enabled: Attr<bool>,
        entitled: Attr<bool>,
    }
}

impl DataSource for Deployment {
    type Client = Client;
    type Model = DeploymentModel;

    fn type_name(&self) -> &'static str {
        "aibridge_deployment"
    }

    fn schema(&self) -> Schema {
        let text = |text: &str| Attribute::computed(Type::String).describe(text);
        let schema = Schema::new(0).describe(
            "What the deployment has of AI Bridge (newer name: AI Gateway), read on every plan \
             from what its HTTP API tells any user: version, licence, and the answer of the \
             certificate endpoint. The settings themselves are for administrators; what no \
             answer tells is null, with a warning where an answer did not come. A deployment that \
             does not answer at all is an error.\n\n\
             Without a session token the licence is known all the same, but whether the proxy \
             is enabled is not.",
        );
        reading::arguments(schema)
            .attribute("version", text("Version of the deployment, such as `v2.35.0+abcdef`."))
            .attribute(
                "deployment_id",
                text("Tells deployments apart. Null if the deployment does not say."),
            )
            .attribute(
                "bridge",
                service("AI Bridge itself, the gateway that tools reach by a base URL."),
            )
            .attribute(
                "proxy",
                service("AI Bridge Proxy, which catches tools that take no base URL."),
            )
            .attribute(
                "openai_base_url",
                text(
                    "Base URL of the bridge for tools that speak OpenAI's API, with the product's \
                     newer name from version 2.35 on. It follows from access URL and version: \
                     whether the bridge is enabled is told by `bridge.enabled`.",
                ),
            )
            .attribute(
                "anthropic_base_url",
                text(
                    "Base URL of the bridge for tools that speak Anthropic's API, made as \
                 `openai_base_url` is.",
                ),
            )
    }

    async fn read(
        &self,
        mut model: DeploymentModel,
        cx: &Context<'_, Client>,
    ) -> Result<DeploymentModel, Diagnostic> {
        let client = cx.client();
        let access_url = reading::access_url(&model.access_url, client)?;
        let token = reading::session_token(&model.session_token, client)?;
        reading::known_roots(client)?;
        let inspect = client.inspect(&access_url, &token, reading::limit(&model.timeouts));
        let found =
            unless_stopped::<_, _, NoDeployment>(inspect, cx.stop()).await.map_err(|err| {
                Diagnostic::error("Cannot ask the deployment", err.explain()).at("access_url")
            })?;
        if let Some(err) = &found.unclear {
            let detail = format!("{} {OPEN}", sentences(err, err.hint()));
            cx.warn(attribute(err), "Cannot tell whether the proxy is enabled", detail);
        }
        if let Some(err) = &found.unread_licence {
            let detail = format!("{} {OPEN}", sentences(err, err.hint()));
            cx.warn("access_url", "Cannot tell what the licence covers", detail);
        }
        model.openai_base_url = base_urls::openai(&access_url, found.version).into();
        model.anthropic_base_url = base_urls::anthropic(&access_url, found.version).into();
        model.version = found.build.version.into();
        let id = found.build.deployment_id;
        model.deployment_id = if id.is_empty() { Attr::Null } else { id.into() };
        model.bridge = told(found.services.bridge);
        model.proxy = told(found.services.proxy);
        Ok(model)
    }
}

fn service(what: &str) -> impl Into<Attribute> {
    let flag = |text: &str| Attribute::computed(Type::Bool).describe(text);
    let nested = Nested::single()
        .attribute(
            "available",
            flag("Whether this version and edition have it at all. Null if that cannot be known."),
        )
        .attribute(
            "entitled",
            flag(
                "Whether the licence covers it, its grace period included. Null if that cannot be \
                 known.",
            ),
        )
        .attribute(
            "enabled",
            flag(
                "Whether it is switched on in the server's settings. Null if that cannot be known.",
            ),
        );
    Attribute::computed(nested).describe(what)
}

fn told(service: Service) -> Attr<ServiceModel> {
    Attr::Known(ServiceModel {
        available: service.is_available.into(),
        enabled: service.is_enabled.into(),
        entitled: service.is_entitled.into(),
    })
}
