//! Function `proxy_auth_url`: the proxy's URL with the token in it.

use coder_client::workspace::DEFAULT_USERNAME;
use tfplugin::function::{Arguments, Function, FunctionError, Signature};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::arguments;

/// The function.
pub(crate) struct ProxyAuthUrl;

impl Function for ProxyAuthUrl {
    fn name(&self) -> &'static str {
        "proxy_auth_url"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String)
            .summarize("The proxy's URL with user and token in it")
            .describe(
                "Gives `scheme://coder:token@host[:port]` with the token percent-encoded: the \
                 value \
                 of `HTTPS_PROXY`, and what resource `aibridge_proxy` has as `proxy_auth_url`. It \
                 needs no configured provider, and Terraform 1.8 or OpenTofu 1.7.",
            )
            .parameter(arguments::proxy_url())
            .parameter(arguments::token())
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        let (proxy_url, token) = arguments.read::<(String, String)>()?;
        let proxy_url = arguments::parse_proxy_url(0, &proxy_url)?;
        let token = arguments::parse_token(1, token)?;
        Ok(proxy_url.authenticated(DEFAULT_USERNAME, &token).expose().into())
    }
}
