//! Rules that are more than the form of one text: what has to fit into a script, and
//! what may not be configured together.

#[cfg(test)]
mod tests;

use tfplugin::diag::Diagnostics;
use tfplugin::path::AttributePath;
use tfplugin::schema::validator::{Validator, parses};
use tfplugin::value::Value;

use crate::scripts;

/// The longest PEM text: it is part of a script, which Linux limits to 128 KiB.
pub(crate) const MAX_PEM: usize = 64 * 1024;

/// The most bytes that an exclusion list may take in the same script.
pub(crate) const MAX_NO_PROXY: usize = 32 * 1024;

/// Operating systems and architectures that a bootstrap script can meet.
const PLATFORMS: [&str; 5] =
    ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64", "linux_armv7"];

/// Certificates that fit into a script.
pub(crate) fn script_certificates() -> impl Validator {
    parses("must be at most 64 KiB", |text| {
        if text.len() <= MAX_PEM {
            return Ok(());
        }
        Err(format!(
            "The certificates take {} bytes; the start-up script that contains them has room for \
             {MAX_PEM}. Pass only the certificates that the proxy needs, and install whole trust \
             stores in the image.",
            text.len()
        ))
    })
}

/// Hosts that fit into a script.
pub(crate) fn script_hosts() -> impl Validator {
    ScriptHosts
}

/// The helper comes from one place.
pub(crate) fn one_helper() -> impl Validator {
    OneHelper
}

/// Platforms that the bootstrap script knows.
pub(crate) fn platforms() -> impl Validator {
    Platforms
}

struct ScriptHosts;

struct OneHelper;

struct Platforms;

impl Validator for ScriptHosts {
    fn describe(&self) -> String {
        "must take at most 32 KiB in the start-up script".to_owned()
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        let Value::List(entries) = value else { return };
        let len = scripts::no_proxy_len(entries.iter().filter_map(Value::as_str));
        if len > MAX_NO_PROXY {
            let detail = format!(
                "The list takes {len} bytes in the start-up script, which has room for \
                 {MAX_NO_PROXY}. Replace hosts by their domain, such as `.internal`."
            );
            diags.error(path.clone(), "Invalid attribute value", detail);
        }
    }
}

impl Validator for OneHelper {
    fn describe(&self) -> String {
        "must have `path` or `platforms`, not both".to_owned()
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        let is_set = |name| value.get(name).is_some_and(|it| !it.is_null() && !it.is_unknown());
        if is_set("path") && is_set("platforms") {
            diags.error(
                path.clone(),
                "Helper from two places",
                "Both path and platforms are set. Keep path if the image contains aibridge-agent, \
                 or platforms if the workspace downloads it.",
            );
        }
    }
}

impl Validator for Platforms {
    fn describe(&self) -> String {
        format!("must have keys out of {}", PLATFORMS.join(", "))
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        let Value::Map(platforms) = value else { return };
        for name in platforms.keys().filter(|name| !PLATFORMS.contains(&name.as_str())) {
            diags.error(
                path.key(name),
                "Unknown platform",
                format!(
                    "The helper is not built for the platform `{name}`. Use one of {}.",
                    PLATFORMS.join(", ")
                ),
            );
        }
    }
}
