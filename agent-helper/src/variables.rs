//! The variables that `exec` sets and `env` prints.

use std::collections::BTreeMap;

use coder_client::workspace::{
    DEFAULT_USERNAME, appended_path, merge_no_proxy, proxy_variables, trust_variables,
};
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
    let inherited: Vec<String> = ENV_INHERITED_NO_PROXY
        .iter()
        .filter_map(|it| env.non_empty(it))
        .map(|it| it.to_string_lossy().into_owned())
        .collect();
    let no_proxy = merge_no_proxy(&inherited.join(","), &tool.no_proxy);
    let url = token.map(|it| tool.proxy_url.authenticated(DEFAULT_USERNAME, it));
    Variables {
        plain: trust_variables(
            &appended_path(&place.cert_path, tool.has_extra_cas),
            &place.bundle_path,
            &no_proxy,
        ),
        secret: url.map(|it| proxy_variables(&it)).unwrap_or_default(),
    }
}
