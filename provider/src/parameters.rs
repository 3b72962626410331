//! Parameters that every provider function has.

use tfplugin::function::Parameter;
use tfplugin::ty::Type;

/// The parameter `proxy_url`.
pub(crate) fn proxy_url() -> Parameter {
    Parameter::new("proxy_url", Type::String).describe(
        "URL of AI Bridge Proxy, `http(s)://host[:port]`. A path, a query or user information is \
         an error.",
    )
}

/// The parameter `token`.
pub(crate) fn token() -> Parameter {
    Parameter::new("token", Type::String).describe(
        "Coder session token, such as `data.coder_workspace_owner.me.session_token`. If it is \
         sensitive, the result is sensitive. An empty token (while a template is imported, and in \
         builds that stop or delete a workspace) gives an empty password.",
    )
}
