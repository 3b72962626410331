//! The scripts that a workspace runs: get the helper, then set up or refresh.
//!
//! They are rendered without environment and network. A script contains no secret and
//! depends on its settings alone, so that it changes only when they do. Coder's agent
//! passes a script as one argument, which Linux limits to 128 KiB.

mod quote;
mod release;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

pub use quote::quote;

/// The part after the settings of the script that gets the helper.
const BOOTSTRAP: &str = include_str!("scripts/bootstrap.sh");

/// The flag for one entry of the exclusion list.
const NO_PROXY: &str = "--no-proxy";

/// Where the script takes the helper from.
#[derive(Clone, Debug, PartialEq)]
pub enum HelperSource {
    /// The program at this path, and no other.
    Path(String),
    /// PATH, then a download by platform (`linux_amd64`).
    Platforms(BTreeMap<String, Download>),
    /// PATH, then the release of this version.
    Release,
}

/// One downloadable helper.
#[derive(Clone, Debug, PartialEq)]
pub struct Download {
    /// `http(s)`, without user information.
    pub url: String,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
}

/// Settings of the script that gets the helper.
#[derive(Clone, Debug, PartialEq)]
pub struct Bootstrap {
    /// Where the helper comes from.
    pub helper: HelperSource,
    /// Absolute; the status is written beside it.
    pub cert_path: String,
    /// Beside the certificate.
    pub bundle_path: String,
    /// The unit to complete if there is no helper; none if coordination is off.
    pub unit: Option<String>,
    /// This build makes a prebuilt workspace, whose scripts must not fail.
    pub is_prebuild: bool,
}

/// Settings of the scripts that run the helper.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// How to get the helper.
    pub bootstrap: Bootstrap,
    /// None leaves it to the workspace's `CODER_AGENT_URL`.
    pub access_url: Option<String>,
    /// Canonical, without user information.
    pub proxy_url: String,
    /// Lower-case hex.
    pub pin: Option<String>,
    /// The configured hosts of the exclusion list.
    pub no_proxy: Vec<String>,
    /// PEM of extra roots, without text between the blocks.
    pub extra_ca: Option<String>,
    /// `auto`, `required` or `off`.
    pub sync: String,
    /// The unit's name, used or not.
    pub sync_unit: String,
}

#[derive(Clone, Copy)]
enum Role {
    Bootstrap,
    Setup,
    Refresh,
}

/// Renders the script that sets `AIBRIDGE_AGENT_BIN` to the helper's path, or ends with
/// exit code 22.
pub fn bootstrap_script(settings: &Bootstrap) -> String {
    render_bootstrap(settings, Role::Bootstrap)
}

/// Renders the start-up script.
pub fn setup_script(settings: &Setup) -> String {
    render_action(settings, Role::Setup)
}

/// Renders the script for cron.
pub fn refresh_script(settings: &Setup) -> String {
    render_action(settings, Role::Refresh)
}

fn render_action(settings: &Setup, role: Role) -> String {
    let mut script = render_bootstrap(&settings.bootstrap, role);
    if let Some(pem) = &settings.extra_ca {
        script.push_str(&extra_ca(pem));
    }
    script.push_str("\nexec \"$AIBRIDGE_AGENT_BIN\" ");
    script.push_str(match role {
        Role::Bootstrap | Role::Setup => "setup",
        Role::Refresh => "refresh",
    });
    let mut flag = |name: &str, value: &str| script.push_str(&argument(name, value));
    if let Some(access_url) = &settings.access_url {
        flag("--access-url", access_url);
    }
    flag("--proxy-url", &settings.proxy_url);
    flag("--cert-path", &settings.bootstrap.cert_path);
    // An empty flag removes the value that an earlier script had stored: a setting that was
    // removed from the template must not persist in the home folder.
    flag("--ca-pin-sha256", settings.pin.as_deref().unwrap_or_default());
    if settings.no_proxy.is_empty() {
        flag(NO_PROXY, "");
    }
    for entry in &settings.no_proxy {
        flag(NO_PROXY, entry);
    }
    flag("--sync", &settings.sync);
    flag("--sync-unit", &settings.sync_unit);
    if settings.extra_ca.is_none() {
        flag("--extra-ca-file", "");
    } else {
        script.push_str(" \\\n  --extra-ca-file \"$aibridge_extra_ca\"");
    }
    if matches!(role, Role::Setup) && settings.bootstrap.is_prebuild {
        script.push_str(" \\\n  --prebuild");
    }
    script.push('\n');
    script
}

/// How many bytes the exclusion list takes in a script.
pub(crate) fn no_proxy_len<'a>(entries: impl IntoIterator<Item = &'a str>) -> usize {
    entries.into_iter().map(|entry| argument(NO_PROXY, entry).len()).sum()
}

/// One argument of the helper, on a line of its own.
fn argument(name: &str, value: &str) -> String {
    format!(" \\\n  {name} {}", quote(value))
}

fn render_bootstrap(settings: &Bootstrap, role: Role) -> String {
    let version = release::VERSION;
    let (fixed_path, downloads) = match &settings.helper {
        HelperSource::Path(path) => (path.as_str(), BTreeMap::new()),
        HelperSource::Platforms(platforms) => ("", platforms.clone()),
        HelperSource::Release => ("", release::downloads()),
    };
    let mut script = String::from("#!/bin/sh\n");
    let mut set = |name: &str, value: &str| {
        script.push_str(&format!("aibridge_{name}={}\n", quote(value)));
    };
    set(
        "role",
        match role {
            Role::Bootstrap => "bootstrap",
            Role::Setup => "setup",
            Role::Refresh => "refresh",
        },
    );
    set("fixed_path", fixed_path);
    set("cert_path", &settings.cert_path);
    set("unit", settings.unit.as_deref().unwrap_or_default());
    set("prebuild", if settings.is_prebuild { "yes" } else { "" });
    set(
        "status_paths",
        &format!(
            "\"cert_path\":{},\"bundle_path\":{}",
            json_text(&settings.cert_path),
            json_text(&settings.bundle_path)
        ),
    );
    set("no_download", &no_download(&settings.helper));
    set(
        "helper_hint",
        &format!(
            "put aibridge-agent {version} on the PATH of the image, or set helper.path or \
             helper.platforms of aibridge_proxy"
        ),
    );
    script.push_str("# Sets URL and SHA-256 of the release for platform $1.\n");
    script.push_str("aibridge_download() {\n  case \"$1\" in\n");
    for (platform, download) in &downloads {
        let Download { url, sha256 } = download;
        script.push_str(&format!(
            "    {platform}) aibridge_sum={} aibridge_url={} ;;\n",
            quote(sha256),
            quote(url)
        ));
    }
    script.push_str("    *) ;;\n  esac\n}\n\n");
    script.push_str(BOOTSTRAP);
    script
}

/// Why there may be no download.
fn no_download(helper: &HelperSource) -> String {
    match helper {
        HelperSource::Platforms(_) => "helper.platforms does not name it".to_owned(),
        HelperSource::Path(_) => String::new(),
        HelperSource::Release if release::downloads().is_empty() => {
            format!("this build of the provider has no checksums for version {}", release::VERSION)
        }
        HelperSource::Release => format!("version {} has no release for it", release::VERSION),
    }
}

/// Renders the lines that write the extra roots to a file. Its name depends on its content,
/// so that two instances do not overwrite each other's. It is in the home folder and not
/// beside the certificate, because the helper creates and checks that folder.
fn extra_ca(pem: &str) -> String {
    let digest = Sha256::digest(pem.as_bytes());
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!(
        r#"
aibridge_dir=${{XDG_DATA_HOME:-${{HOME:+$HOME/.local/share}}}}
aibridge_dir=${{aibridge_dir:-${{CODER_SCRIPT_DATA_DIR:-}}}}/aibridge
aibridge_extra_ca=$aibridge_dir/extra-ca-{name}.pem
if ! mkdir -p "$aibridge_dir" ||
  ! printf '%s' {pem} >"$aibridge_extra_ca.$$" ||
  ! mv -f "$aibridge_extra_ca.$$" "$aibridge_extra_ca"; then
  rm -f "$aibridge_extra_ca.$$"
  aibridge_fail file_system 18 "cannot write $aibridge_extra_ca" 'make that folder writable'
fi
"#,
        pem = quote(pem)
    )
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
