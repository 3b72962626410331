//! Arguments that several kinds have: one rule and one description for each. What
//! follows from an argument of one kind only is appended to the description.

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{Files, ProxyUrl};
use pki::certificate::Pin;
use tfplugin::schema::attribute::{Attribute, AttributeBuilder, mode};
use tfplugin::schema::validator::{each, not_empty};
use tfplugin::ty::Type;

use crate::parsed::{Certificates, Token, parsed};

/// An optional argument, described by both texts.
type Optional = AttributeBuilder<mode::Optional>;

/// `access_url`, in place of the provider's.
pub(crate) fn access_url(more: &str) -> Optional {
    let text = "URL of the Coder deployment, `http(s)://host[:port][/base]`. By default the \
                provider's.";
    optional(text, more).validate(parsed::<AccessUrl>())
}

/// `session_token`, in place of the provider's.
pub(crate) fn session_token(more: &str) -> Optional {
    let text = "Coder session token, such as `data.coder_workspace_owner.me.session_token`. By \
                default the provider's; an empty string means no token, even if the provider has \
                one.";
    optional(text, more).sensitive().validate(parsed::<Token>())
}

/// `ca_pin_sha256`.
pub(crate) fn ca_pin_sha256(more: &str) -> Optional {
    let text = "SHA-256 fingerprint of the only CA certificate to accept: 64 hexadecimal digits, \
                with or without colons. By default every valid CA certificate is accepted.";
    optional(text, more).validate(parsed::<Pin>())
}

/// `extra_ca_certificates`.
pub(crate) fn extra_ca_certificates(more: &str) -> Optional {
    let text = "Further CA certificates that tools must trust, as PEM: of the proxy's own TLS \
                listener, of the root above an intermediate CA, of the company.";
    optional(text, more).validate(parsed::<Certificates>())
}

/// `no_proxy`.
pub(crate) fn no_proxy(more: &str) -> Optional {
    let text = "Hosts that tools reach without the proxy, such as `git.example.com` or \
                `.internal`, in addition to `localhost`, `127.0.0.1`, `::1` and the host of the \
                access URL.";
    Attribute::optional(Type::list(Type::String))
        .describe(joined(text, more))
        .validate(each(not_empty()))
}

/// `proxy_url`.
pub(crate) fn proxy_url() -> AttributeBuilder<mode::Required> {
    Attribute::required(Type::String).validate(parsed::<ProxyUrl>()).describe(
        "URL of AI Bridge Proxy, `http(s)://host[:port]`, such as \
         `https://aiproxy.example.com:8888`. `https` means that the proxy itself listens with \
         TLS. A path, a query or user information is an error.",
    )
}

/// `username`, on an attribute that is optional or also computed.
pub(crate) fn username<M>(attribute: AttributeBuilder<M>) -> AttributeBuilder<M> {
    attribute.validate(not_empty()).describe(
        "User name in `proxy_auth_url`, `coder` by default. The proxy authenticates the token \
         alone, so every text that is not empty will do.",
    )
}

/// `cert_path`, on an attribute that is optional or also computed.
pub(crate) fn cert_path<M>(attribute: AttributeBuilder<M>) -> AttributeBuilder<M> {
    attribute.validate(parsed::<Files>()).describe(
        "Path of the CA certificate in the workspace, `/tmp/aibridge-proxy/ca-cert.pem` by \
         default: the absolute path of a file in a folder of its own. The CA bundle, the status \
         and the helper's settings are written beside it.",
    )
}

fn optional(text: &str, more: &str) -> Optional {
    Attribute::optional(Type::String).describe(joined(text, more))
}

fn joined(text: &str, more: &str) -> String {
    if more.is_empty() { text.to_owned() } else { format!("{text} {more}") }
}
