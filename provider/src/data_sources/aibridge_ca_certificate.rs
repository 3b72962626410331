//! Data source `aibridge_ca_certificate`: the CA certificate that the
//! deployment's proxy signs with, for whoever wants it without the resource.

use pki::certificate::{self, CertificateWarning, Pin};
use tfplugin::data_source::DataSource;
use tfplugin::diag::Diagnostic;
use tfplugin::model::{Attr, Sensitive};
use tfplugin::provider::Context;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::Attribute;
use tfplugin::ty::Type;
use time::OffsetDateTime;

use crate::client::{Client, Target};
use crate::fetching::{NotFetched, date, unless_stopped};
use crate::reading::{self, ReadTimeouts};
use crate::validators;
use crate::wording::sentences;

/// The data source.
pub(crate) struct CaCertificate;

tfplugin::model! {
    /// Its attributes.
    pub(crate) struct CaCertificateModel {
        access_url: Attr<String>,
        ca_pin_sha256: Attr<String>,
        deployment_version: Attr<String>,
        issuer: Attr<String>,
        not_after: Attr<String>,
        not_before: Attr<String>,
        pem: Attr<String>,
        self_signed: Attr<bool>,
        session_token: Attr<Sensitive>,
        sha256: Attr<String>,
        subject: Attr<String>,
        timeouts: Attr<ReadTimeouts>,
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
            "The CA certificate that the deployment's AI Bridge Proxy signs with, fetched on \
             every plan and checked: one CA certificate, valid now, and the pinned one if there \
             is a pin. A failure is an error; resource `aibridge_proxy` goes on without.\n\n\
             Without a session token (while a template is imported, and in builds that stop or \
             delete a workspace) nothing is fetched: the attributes are null, and one warning \
             says so.",
        );
        reading::arguments(schema)
            .attribute(
                "ca_pin_sha256",
                Attribute::optional(Type::String).validate(validators::pin()).describe(
                    "SHA-256 fingerprint of the only CA certificate to accept: 64 hexadecimal \
                     digits, with or without colons. Any other one is an error.",
                ),
            )
            .attribute("pem", text("The certificate as one PEM block."))
            .attribute(
                "sha256",
                text(
                    "SHA-256 fingerprint of the certificate, 64 lower-case hexadecimal digits: \
                     fit for a pin.",
                ),
            )
            .attribute(
                "subject",
                text("Subject of the certificate, such as `O=Example, CN=AI Bridge Proxy CA`."),
            )
            .attribute("issuer", text("Issuer of the certificate, in the form of `subject`."))
            .attribute("not_before", text("When the certificate becomes valid, RFC 3339 in UTC."))
            .attribute(
                "not_after",
                text(
                    "When the certificate expires, RFC 3339 in UTC. Less than 30 days ahead is \
                     a warning.",
                ),
            )
            .attribute(
                "self_signed",
                Attribute::computed(Type::Bool).describe(
                    "Whether subject and issuer are the same, as those of a root are. If not, \
                     Node and OpenSSL need the root above it as well.",
                ),
            )
            .attribute("url", text("The URL that answered."))
            .attribute(
                "deployment_version",
                text(
                    "Version of the deployment, such as `v2.35.0+abcdef`. Null if it is not told.",
                ),
            )
    }

    async fn read(
        &self,
        mut model: CaCertificateModel,
        cx: &Context<'_, Client>,
    ) -> Result<CaCertificateModel, Diagnostic> {
        let client = cx.client();
        let access_url = reading::access_url(&model.access_url, client)?;
        let token = reading::session_token(&model.session_token, client)?;
        if token.is_empty() {
            let consequence = "No CA certificate is fetched, and the attributes are null.";
            cx.push(reading::no_token(consequence));
            return Ok(model);
        }
        reading::known_roots(client)?;
        // An invalid one was refused when the configuration was validated.
        let pin = model.ca_pin_sha256.as_str().and_then(|text| Pin::parse(text).ok());
        let target = Target { access_url, token, pin };
        let fetch = client.fetch(&target, reading::limit(&model.timeouts));
        let fetched = unless_stopped::<_, _, NotFetched>(fetch, cx.stop())
            .await
            .map_err(|failure| failure.error(""))?;
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

/// That it is an intermediate stands in an attribute: whoever reads it decides.
fn warn(certificate: &certificate::CaCertificate, cx: &Context<'_, Client>) {
    for warning in certificate.warnings(OffsetDateTime::now_utc()) {
        if matches!(warning, CertificateWarning::NearExpiry { .. }) {
            let detail = sentences(&warning, None::<&str>);
            cx.warn("not_after", "CA certificate expires soon", detail);
        }
    }
}
