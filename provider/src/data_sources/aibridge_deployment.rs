//! Data source `aibridge_deployment`: which parts of AI Bridge the deployment has, and
//! the base URLs for tools that need no proxy.

use coder_client::access_url::AccessUrl;
use coder_client::api::deployment::Service;
use coder_client::base_urls;
use tfplugin::data_source::DataSource;
use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::provider::Context;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::{Attribute, Nested};
use tfplugin::timeouts::Timeouts;
use tfplugin::ty::Type;

use crate::client::Client;
use crate::connection;
use crate::failure;
use crate::parsed::{Parsed, Token};
use crate::wording::sentences;

/// What follows from a request without a response.
const INCOMPLETE: &str = "What is not known is null.";

/// Data source `aibridge_deployment`.
pub(crate) struct Deployment;

tfplugin::model! {
    /// The attributes of the data source.
    pub(crate) struct DeploymentModel {
        access_url: Attr<Parsed<AccessUrl>>,
        anthropic_base_url: Attr<String>,
        bridge: Attr<ServiceModel>,
        deployment_id: Attr<String>,
        openai_base_url: Attr<String>,
        proxy: Attr<ServiceModel>,
        session_token: Attr<Token>,
        timeouts: Attr<Timeouts>,
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
            "Parts of AI Bridge (newer name: AI Gateway) that the deployment has. They are read on \
             every plan from what its HTTP API shows to every user: version, licence, and the \
             response of the certificate endpoint. The settings themselves are visible to \
             administrators only. What the responses do not show is null; if a request has no \
             response, the provider warns. A deployment that cannot be reached at all is an \
             error.\n\n\
             Without a session token the licence is still known, but whether the proxy is enabled \
             is not.",
        );
        connection::arguments(schema)
            .attribute("version", text("Version of the deployment, such as `v2.35.0+abcdef`."))
            .attribute(
                "deployment_id",
                text(
                    "Identifier of the deployment, different for each. Null if the deployment does \
                     not state it.",
                ),
            )
            .attribute(
                "bridge",
                service("State of AI Bridge itself, the gateway that tools reach by a base URL."),
            )
            .attribute(
                "proxy",
                service("State of AI Bridge Proxy, which serves tools that take no base URL."),
            )
            .attribute(
                "openai_base_url",
                text(
                    "Base URL of the bridge for tools that use OpenAI's API. From version 2.35 on \
                     it contains the product's newer name. It follows from access URL and \
                     version alone; `bridge.enabled` states whether the bridge is enabled.",
                ),
            )
            .attribute(
                "anthropic_base_url",
                text(
                    "Base URL of the bridge for tools that use Anthropic's API, derived like \
                     `openai_base_url`.",
                ),
            )
    }

    async fn read(
        &self,
        mut model: DeploymentModel,
        cx: &Context<'_, Client>,
    ) -> Result<DeploymentModel, Diagnostic> {
        let client = cx.client();
        let access_url = connection::required_access_url(&model.access_url, client)?;
        let token = connection::known_token(&model.session_token, client)?;
        connection::known_roots(client)?;
        let timeout = connection::READ_LIMITS.of_read(&model.timeouts);
        let found = client.inspect(&access_url, &token, timeout, cx.stop()).await;
        let found = found.map_err(|failure| failure.error())?;
        if let Some(err) = &found.unclear {
            let detail = format!("{} {INCOMPLETE}", sentences(err, err.hint()));
            let summary = "Cannot determine whether the proxy is enabled";
            cx.warn(failure::attribute(err), summary, detail);
        }
        if let Some(err) = &found.unread_licence {
            let detail = format!("{} {INCOMPLETE}", sentences(err, err.hint()));
            cx.warn("access_url", "Cannot read the licence", detail);
        }
        model.openai_base_url = base_urls::openai(&access_url, found.version).into();
        model.anthropic_base_url = base_urls::anthropic(&access_url, found.version).into();
        model.version = found.build.version.into();
        let id = found.build.deployment_id;
        model.deployment_id = if id.is_empty() { Attr::Null } else { id.into() };
        model.bridge = state(found.services.bridge);
        model.proxy = state(found.services.proxy);
        Ok(model)
    }
}

fn service(text: &str) -> impl Into<Attribute> {
    let flag = |text: &str| {
        Attribute::computed(Type::Bool).describe(format!("{text} Null if that is not known."))
    };
    let nested = Nested::single()
        .attribute("available", flag("Whether this version and edition of the product has it."))
        .attribute("entitled", flag("Whether the licence or its grace period covers it."))
        .attribute("enabled", flag("Whether it is enabled in the deployment's settings."));
    Attribute::computed(nested).describe(text)
}

fn state(service: Service) -> Attr<ServiceModel> {
    Attr::Known(ServiceModel {
        available: service.is_available.into(),
        enabled: service.is_enabled.into(),
        entitled: service.is_entitled.into(),
    })
}
