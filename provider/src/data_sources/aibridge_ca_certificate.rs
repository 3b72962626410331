//! Data source `aibridge_ca_certificate`: the CA certificate that the deployment's
//! proxy signs with, for templates that do not use the resource.

use coder_client::access_url::AccessUrl;
use pki::certificate::{self, CertificateWarning, Pin};
use tfplugin::data_source::DataSource;
use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::provider::Context;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::Attribute;
use tfplugin::timeouts::Timeouts;
use tfplugin::ty::Type;
use time::OffsetDateTime;

use crate::client::{Client, Target};
use crate::parsed::{Parsed, Token};
use crate::wording::{date, sentences};
use crate::{arguments, connection};

/// Data source `aibridge_ca_certificate`.
pub(crate) struct CaCertificate;

tfplugin::model! {
    /// The attributes of the data source.
    pub(crate) struct CaCertificateModel {
        access_url: Attr<Parsed<AccessUrl>>,
        ca_pin_sha256: Attr<Parsed<Pin>>,
        deployment_version: Attr<String>,
        issuer: Attr<String>,
        not_after: Attr<String>,
        not_before: Attr<String>,
        pem: Attr<String>,
        self_signed: Attr<bool>,
        session_token: Attr<Token>,
        sha256: Attr<String>,
        subject: Attr<String>,
        timeouts: Attr<Timeouts>,
        url: Attr<String>,
    }
}

impl DataSource for CaCertificate {
    type Client = Client;
    type Model = CaCertificateModel;

    fn type_name(&self) -> &'static str {
        "aibridge_ca_certificate"
    }

    fn schema(&self) -> Schema {
        let text = |text: &str| Attribute::computed(Type::String).describe(text);
        let schema = Schema::new(0).describe(
            "CA certificate that the deployment's AI Bridge Proxy signs with. It is fetched on \
             every plan and checked: the response must be one CA certificate that is valid now, \
             and the pinned one if there is a pin. A failure is an error, unlike in resource \
             `aibridge_proxy`, which continues without the certificate.\n\n\
             Without a session token (while a template is imported, and in builds that stop or \
             delete a workspace) no request is made: the attributes are null, and the provider \
             warns.",
        );
        connection::arguments(schema)
            .attribute(
                "ca_pin_sha256",
                arguments::ca_pin_sha256("Any other certificate is an error."),
            )
            .attribute("pem", text("The certificate as one PEM block."))
            .attribute(
                "sha256",
                text(
                    "SHA-256 fingerprint of the certificate, 64 lower-case hexadecimal digits. It \
                     can be used as a pin.",
                ),
            )
            .attribute(
                "subject",
                text("Subject of the certificate, such as `O=Example, CN=AI Bridge Proxy CA`."),
            )
            .attribute("issuer", text("Issuer of the certificate, in the form of `subject`."))
            .attribute("not_before", text("Start of the certificate's validity, RFC 3339 in UTC."))
            .attribute(
                "not_after",
                text(
                    "End of the certificate's validity, RFC 3339 in UTC. If it is less than 30 \
                     days away, the provider warns.",
                ),
            )
            .attribute(
                "self_signed",
                Attribute::computed(Type::Bool).describe(
                    "Whether subject and issuer are the same, as those of a root certificate are. \
                     If they are not, Node and OpenSSL need the root above it as well.",
                ),
            )
            .attribute("url", text("URL that the certificate was fetched from."))
            .attribute(
                "deployment_version",
                text(
                    "Version of the deployment, such as `v2.35.0+abcdef`. Null if the deployment \
                     does not state it.",
                ),
            )
    }

    async fn read(
        &self,
        mut model: CaCertificateModel,
        cx: &Context<'_, Client>,
    ) -> Result<CaCertificateModel, Diagnostic> {
        let client = cx.client();
        let access_url = connection::required_access_url(&model.access_url, client)?;
        let token = connection::known_token(&model.session_token, client)?;
        if token.is_empty() {
            let consequence = "No CA certificate is fetched, and the attributes are null.";
            cx.push(connection::no_token(consequence));
            return Ok(model);
        }
        connection::known_roots(client)?;
        let pin = model.ca_pin_sha256.as_known().map(|it| Pin::clone(it));
        let target = Target { access_url, token, pin };
        let timeout = connection::READ_LIMITS.of_read(&model.timeouts);
        let fetched = client.fetch(&target, timeout, cx.stop()).await;
        let fetched = fetched.map_err(|failure| failure.error(""))?;
        warn(&fetched.certificate, cx);
        model.url = fetched.source.into();
        model.deployment_version = fetched.deployment_version.into();
        Ok(described(model, &fetched.certificate))
    }
}

fn described(
    model: CaCertificateModel,
    certificate: &certificate::CaCertificate,
) -> CaCertificateModel {
    CaCertificateModel {
        issuer: certificate.issuer().into(),
        not_after: date(certificate.not_after()),
        not_before: date(certificate.not_before()),
        pem: certificate.pem().into(),
        self_signed: certificate.is_self_issued().into(),
        sha256: certificate.sha256().into(),
        subject: certificate.subject().into(),
        ..model
    }
}

/// An intermediate is no warning: `self_signed` states it, and the template decides.
fn warn(certificate: &certificate::CaCertificate, cx: &Context<'_, Client>) {
    for warning in certificate.warnings(OffsetDateTime::now_utc()) {
        if matches!(warning, CertificateWarning::NearExpiry { .. }) {
            let detail = sentences(&warning, None::<&str>);
            cx.warn("not_after", "CA certificate expires soon", detail);
        }
    }
}
