//! Arguments that several functions take.

use coder_client::workspace::ProxyUrl;
use settings::Secret;
use settings::authority::UrlFault;
use tfplugin::function::{FunctionError, Parameter};
use tfplugin::ty::Type;

/// The parameter `proxy_url`.
pub(crate) fn proxy_url() -> Parameter {
    Parameter::new("proxy_url", Type::String).describe(
        "URL of the proxy, `http(s)://host[:port]`: neither path nor query nor user information.",
    )
}

/// The parameter `token`.
pub(crate) fn token() -> Parameter {
    Parameter::new("token", Type::String).describe(
        "The session token, such as `data.coder_workspace_owner.me.session_token`. If it is \
         sensitive, the result is. An empty one (while a template is imported, and in builds that \
         stop or delete a workspace) gives an empty password.",
    )
}

/// Reads the argument at `index` as a proxy URL.
pub(crate) fn parse_proxy_url(index: usize, text: &str) -> Result<ProxyUrl, FunctionError> {
    ProxyUrl::parse(text).map_err(|err| {
        let hint = match &err.fault {
            UrlFault::UserInfo => {
                "write the URL without it; the token is an argument of its own".to_owned()
            }
            _ => err.hint(),
        };
        FunctionError::argument(index, format!("{err}: {hint}"))
    })
}

/// Reads the argument at `index` as a token; the error does not quote it.
pub(crate) fn parse_token(index: usize, text: String) -> Result<Secret, FunctionError> {
    let token = Secret::new(text);
    if token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(token);
    }
    let text = "the token contains a space, a line break or another character that no token has: \
                trimspace() removes a line break read from a file";
    Err(FunctionError::argument(index, text))
}
