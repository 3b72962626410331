//! Where the certificate is, and with it everything else that is kept.

use std::path::Path;

use coder_client::workspace::{
    DEFAULT_CERT_PATH, appended_path, bundle_path, settings_path, status_path, truststore_path,
};

use super::SettingsError;
use super::resolve::{Resolver, Sourced, Spec};
use super::stored::Stored;
use crate::cli::PlaceArgs;
use crate::env::{self, Lookup};

/// Name of the lock file, which also says whose folder this is.
pub const LOCK_NAME: &str = "AIBRIDGE";

/// Names in the folder that a certificate cannot have.
pub const RESERVED_NAMES: [&str; 6] = [
    "ca-bundle.pem",
    "ca-extra.pem",
    "ca-truststore.p12",
    "status.json",
    "settings.json",
    LOCK_NAME,
];

/// Where the certificate is, and the paths of everything beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// Absolute path of the certificate file.
    pub cert_path: String,
    /// The bundle beside it.
    pub bundle_path: String,
    /// The CA with the extra CAs, if there are any, beside it.
    pub extra_path: String,
    /// Java's truststore beside it, if somebody asked for one.
    pub truststore_path: String,
    /// The status beside it.
    pub status_path: String,
    /// The stored settings beside it.
    pub settings_path: String,
}

impl Place {
    /// The folder of all of them.
    pub fn folder(&self) -> &Path {
        Path::new(&self.cert_path).parent().unwrap_or(Path::new("/"))
    }

    /// The certificate's name in that folder.
    pub fn cert_name(&self) -> &str {
        file_name(&self.cert_path)
    }

    /// The bundle's name in that folder.
    pub fn bundle_name(&self) -> &str {
        file_name(&self.bundle_path)
    }

    /// The name in that folder of the CA with the extra CAs.
    pub fn extra_name(&self) -> &str {
        file_name(&self.extra_path)
    }

    /// The name in that folder of Java's truststore.
    pub fn truststore_name(&self) -> &str {
        file_name(&self.truststore_path)
    }

    /// The status's name in that folder.
    pub fn status_name(&self) -> &str {
        file_name(&self.status_path)
    }

    /// The stored settings' name in that folder.
    pub fn settings_name(&self) -> &str {
        file_name(&self.settings_path)
    }
}

const CERT_PATH: Spec = Spec::new("--cert-path", env::ENV_CERT_PATH, "cert_path");

/// Decides where everything is kept. Comes first: the stored settings are there.
///
/// # Errors
///
/// A path that is relative, not UTF-8, names a folder, or has the name of
/// another file of ours.
pub fn place(args: &PlaceArgs, env: &dyn Lookup) -> Result<Place, SettingsError> {
    let stored = Stored::default();
    let mut resolver = Resolver::new(env, &stored);
    let path = resolver.path(CERT_PATH, args.cert_path.as_deref(), None);
    resolver.finish()?;
    let Some(Sourced { value, source }) = path else {
        return Ok(beside(DEFAULT_CERT_PATH.to_owned()));
    };
    let fault = if !value.starts_with('/') {
        "is not absolute"
    } else if value.ends_with('/') || matches!(file_name(&value), "" | "." | "..") {
        "names a folder"
    } else if RESERVED_NAMES.contains(&file_name(&value)) {
        "has a name that the helper needs for itself"
    } else {
        return Ok(beside(value));
    };
    let hint = format!("write an absolute path of a file, such as {DEFAULT_CERT_PATH}");
    Err(SettingsError::one(source, format!("`{value}` {fault}"), Some(hint)))
}

fn beside(cert_path: String) -> Place {
    Place {
        bundle_path: bundle_path(&cert_path),
        truststore_path: truststore_path(&cert_path),
        extra_path: appended_path(&cert_path, true),
        status_path: status_path(&cert_path),
        settings_path: settings_path(&cert_path),
        cert_path,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
