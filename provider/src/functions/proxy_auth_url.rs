//! Function `proxy_auth_url`: the proxy's URL with the token in it.

use coder_client::workspace::{DEFAULT_USERNAME, Proxy, ProxyUrl};
use tfplugin::function::{Arguments, Function, FunctionError, Signature};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::parameters;
use crate::parsed::{Parsed, Token};

/// Function `proxy_auth_url`.
pub(crate) struct ProxyAuthUrl;

impl Function for ProxyAuthUrl {
    fn name(&self) -> &'static str {
        "proxy_auth_url"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String)
            .summarize("Proxy URL with user name and token")
            .describe(
                "Returns `scheme://coder:token@host[:port]` with the token percent-encoded: the \
                 value of `HTTPS_PROXY`, and the same as `proxy_auth_url` of resource \
                 `aibridge_proxy`. It needs no configured provider. It needs Terraform 1.8 or \
                 OpenTofu 1.7.",
            )
            .parameter(parameters::proxy_url())
            .parameter(parameters::token())
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        let (proxy_url, token) = arguments.read::<(Parsed<ProxyUrl>, Token)>()?;
        let proxy = Proxy {
            url: ProxyUrl::clone(&proxy_url),
            username: DEFAULT_USERNAME.to_owned(),
            token: token.secret().clone(),
        };
        Ok(proxy.auth_url().expose().into())
    }
}
