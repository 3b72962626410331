//! URLs of the deployment and of the proxy.

use coder_client::access_url::AccessUrl;
use coder_client::workspace::ProxyUrl;
use settings::authority::{UrlError, UrlFault};

use super::{Parse, Refusal};

impl Parse for AccessUrl {
    const RULE: &'static str = "must be `http(s)://host[:port][/base]`";

    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|err| Refusal::new(&err, err.hint()))
    }
}

impl Parse for ProxyUrl {
    const RULE: &'static str = "must be `http(s)://host[:port]`";

    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|err| Refusal::new(&err, proxy_url_hint(text, &err)))
    }
}

/// What to write instead, with the names of the provider's arguments.
fn proxy_url_hint(text: &str, err: &UrlError) -> String {
    match &err.fault {
        UrlFault::NoScheme if ProxyUrl::parse(&format!("http://{text}")).is_ok() => {
            format!("write `http://{text}`, or `https://{text}` if the proxy listens with TLS")
        }
        UrlFault::UserInfo => {
            "write the URL without `user:password@`, and set `username` and `session_token` \
             (`token` of a function) instead"
                .to_owned()
        }
        _ => err.hint(),
    }
}
