//! The variables that `exec` sets and `env` prints.

use std::collections::BTreeMap;

use coder_client::workspace::{DEFAULT_USERNAME, Proxy, Trust};
use settings::Secret;

use crate::env::{ENV_INHERITED_NO_PROXY, Lookup};
use crate::settings::{Place, Tool};

/// Everything for one tool, sorted by name within each part.
#[derive(Clone, Debug)]
pub struct Variables {
    /// Trust and exclusions; nothing in them is secret.
    pub plain: BTreeMap<&'static str, String>,
    /// The proxy with the token in its URL; empty if none was asked for.
    pub secret: BTreeMap<&'static str, Secret>,
}

/// Computes them; what the process excludes already stays excluded.
pub fn variables(
    place: &Place,
    tool: &Tool,
    token: Option<&Secret>,
    env: &dyn Lookup,
) -> Variables {
    let trust = Trust {
        files: place.clone(),
        has_extra_cas: tool.has_extra_cas,
        no_proxy: tool.no_proxy.after(&inherited_no_proxy(env)),
    };
    let proxy = token.map(|token| Proxy {
        url: tool.proxy_url.clone(),
        username: DEFAULT_USERNAME.to_owned(),
        token: token.clone(),
    });
    Variables {
        plain: trust.variables(),
        secret: proxy.map(|it| it.variables()).unwrap_or_default(),
    }
}

/// The exclusions that the process was started with.
pub(crate) fn inherited_no_proxy(env: &dyn Lookup) -> String {
    let lists = ENV_INHERITED_NO_PROXY.iter().filter_map(|it| env.non_empty(it));
    lists.map(|it| it.to_string_lossy().into_owned()).collect::<Vec<_>>().join(",")
}
