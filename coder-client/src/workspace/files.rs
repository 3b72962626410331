//! The files of one workspace: the certificate, and what stands beside it.

use std::path::Path;

/// Where the CA certificate is kept unless configured otherwise.
pub const DEFAULT_CERT_PATH: &str = "/tmp/aibridge-proxy/ca-cert.pem";

/// The lock in the folder, which also marks the folder as one of the helper's.
pub const LOCK_NAME: &str = "AIBRIDGE";

const BUNDLE: &str = "ca-bundle.pem";
const EXTRA: &str = "ca-extra.pem";
const TRUSTSTORE: &str = "ca-truststore.p12";
const STATUS: &str = "status.json";
const SETTINGS: &str = "settings.json";

/// Names that the certificate cannot have, since the helper uses them itself.
const RESERVED: [&str; 6] = [BUNDLE, EXTRA, TRUSTSTORE, STATUS, SETTINGS, LOCK_NAME];

/// Paths of the certificate and of the files beside it.
///
/// The paths belong to the workspace, whose system may be another one than ours,
/// so they are text: backslashes separate unless the path starts with a slash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Files {
    /// The CA certificate; those of the last days follow the current one.
    pub cert_path: String,
    /// System roots, CA and extra CAs.
    pub bundle_path: String,
    /// The CA with the extra CAs; it exists only where there are any.
    pub extra_path: String,
    /// The bundle in Java's form; it exists only if the configuration requires it.
    pub truststore_path: String,
    /// The outcome of the last run.
    pub status_path: String,
    /// The settings that the last set-up ran with.
    pub settings_path: String,
}

impl Files {
    /// The files of the certificate at `cert_path`.
    pub fn beside(cert_path: impl Into<String>) -> Self {
        let cert_path = cert_path.into();
        let folder = &cert_path[..name_start(&cert_path)];
        let sibling = |name: &str| format!("{folder}{name}");
        Self {
            bundle_path: sibling(BUNDLE),
            extra_path: sibling(EXTRA),
            truststore_path: sibling(TRUSTSTORE),
            status_path: sibling(STATUS),
            settings_path: sibling(SETTINGS),
            cert_path,
        }
    }

    /// Whether a certificate at `cert_path` would take the name of another file
    /// of the helper's.
    pub fn is_reserved(cert_path: &str) -> bool {
        RESERVED.contains(&name(cert_path))
    }

    /// What variables that add to a runtime's own roots name: with extra CAs the
    /// file that holds the CA and these, so that a listener of the proxy with a
    /// certificate of its own is trusted too and an intermediate CA has its root;
    /// otherwise the certificate file itself.
    pub fn appended_path(&self, has_extra_cas: bool) -> &str {
        if has_extra_cas { &self.extra_path } else { &self.cert_path }
    }

    /// The folder of all files.
    pub fn folder(&self) -> &Path {
        Path::new(&self.cert_path).parent().unwrap_or(Path::new("/"))
    }

    /// Name of the certificate in the folder.
    pub fn cert_name(&self) -> &str {
        name(&self.cert_path)
    }

    /// Name of the bundle in the folder.
    pub fn bundle_name(&self) -> &'static str {
        BUNDLE
    }

    /// Name of the file with the CA and the extra CAs in the folder.
    pub fn extra_name(&self) -> &'static str {
        EXTRA
    }

    /// Name of Java's truststore in the folder.
    pub fn truststore_name(&self) -> &'static str {
        TRUSTSTORE
    }

    /// Name of the status in the folder.
    pub fn status_name(&self) -> &'static str {
        STATUS
    }

    /// Name of the stored settings in the folder.
    pub fn settings_name(&self) -> &'static str {
        SETTINGS
    }
}

fn name(path: &str) -> &str {
    &path[name_start(path)..]
}

/// Where the last component starts.
fn name_start(path: &str) -> usize {
    let separators: &[char] = if path.starts_with('/') { &['/'] } else { &['/', '\\'] };
    path.rfind(separators).map_or(0, |it| it + 1)
}

#[cfg(test)]
mod tests;
