//! The helper's release that belongs to this build.
//!
//! The checksums are known once the helper is built, so the build of a release
//! passes them in; a provider built without them refuses to download rather
//! than run an unchecked program.

use std::collections::BTreeMap;

use super::Download;

/// Version of provider and helper: they are released together.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Platform, and the checksum that the release build passed in.
const CHECKSUMS: [(&str, Option<&str>); 5] = [
    ("darwin_amd64", option_env!("AIBRIDGE_AGENT_SHA256_DARWIN_AMD64")),
    ("darwin_arm64", option_env!("AIBRIDGE_AGENT_SHA256_DARWIN_ARM64")),
    ("linux_amd64", option_env!("AIBRIDGE_AGENT_SHA256_LINUX_AMD64")),
    ("linux_arm64", option_env!("AIBRIDGE_AGENT_SHA256_LINUX_ARM64")),
    ("linux_armv7", option_env!("AIBRIDGE_AGENT_SHA256_LINUX_ARMV7")),
];

/// The downloads whose checksum this build has, by platform.
pub(super) fn downloads() -> BTreeMap<String, Download> {
    named(&CHECKSUMS)
}

fn named(checksums: &[(&str, Option<&str>)]) -> BTreeMap<String, Download> {
    let repository = env!("CARGO_PKG_REPOSITORY");
    checksums
        .iter()
        .filter_map(|(platform, sha256)| {
            let url = format!(
                "{repository}/releases/download/v{VERSION}/aibridge-agent_{VERSION}_{platform}"
            );
            let sha256 = sha256.filter(|text| !text.is_empty())?.to_ascii_lowercase();
            Some(((*platform).to_owned(), Download { url, sha256 }))
        })
        .collect()
}
