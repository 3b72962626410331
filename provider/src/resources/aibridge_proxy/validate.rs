//! Rules that concern more than one attribute.

use tfplugin::diag::Diagnostics;
use tfplugin::path::AttributePath;

use super::model::ProxyModel;

/// Operating systems and architectures that a bootstrap script can meet.
const PLATFORMS: [&str; 5] =
    ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64", "linux_armv7"];

/// Checks that the helper comes from one place, and that platforms are called
/// as the script calls them.
pub(super) fn helper(config: &ProxyModel, diags: &mut Diagnostics) {
    let Some(helper) = config.helper.as_known() else { return };
    let path = AttributePath::from("helper");
    if helper.path.is_known() && helper.platforms.is_known() {
        diags.error(
            path.clone(),
            "Helper from two places",
            "Both path and platforms are set. Keep path if the image has aibridge-agent, or \
             platforms if the workspace downloads it.",
        );
    }
    for name in helper.platforms.as_known().into_iter().flat_map(|platforms| platforms.keys()) {
        if !PLATFORMS.contains(&name.as_str()) {
            diags.error(
                path.attribute("platforms").key(name),
                "Unknown platform",
                format!(
                    "`{name}` is no platform of the helper. Write one of {}.",
                    PLATFORMS.join(", ")
                ),
            );
        }
    }
}
