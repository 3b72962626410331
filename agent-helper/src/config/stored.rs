//! `settings.json`: the settings of the last set-up, for users and cron, without
//! secrets.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Version of the file's form.
pub(crate) const VERSION: u32 = 1;

/// The file. A missing key is a setting without a value. The certificate's path
/// and the unit are always there: they identify the instance that owns the folder.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Stored {
    pub(crate) version: u32,
    /// Certificate file, absolute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cert_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sync_unit: Option<String>,
    /// `auto`, `required` or `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sync: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) socket_path: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_url: Option<String>,
    /// File of the session token; the token itself is never here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session_token_file: Option<PathBuf>,
    /// Proxy URL without user and password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proxy_url: Option<String>,
    /// Pin, lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca_pin_sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca_seed_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) extra_ca_files: Vec<PathBuf>,
    /// Hosts to reach without the proxy, except those that always are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) no_proxy: Vec<String>,
    /// Timeout of a set-up, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout: Option<String>,
}

/// Why a `settings.json` cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoredError {
    /// Not the JSON we write.
    #[error("is not the JSON that `setup` writes")]
    Malformed(#[source] serde_json::Error),
    /// Written by another version of the helper.
    #[error("has version {0}, not this helper's {VERSION}")]
    OtherVersion(u32),
}

impl Stored {
    /// Parses the file's bytes.
    ///
    /// # Errors
    ///
    /// Bytes that are not ours, or of another version.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, StoredError> {
        let stored: Self = serde_json::from_slice(bytes).map_err(StoredError::Malformed)?;
        if stored.version != VERSION {
            return Err(StoredError::OtherVersion(stored.version));
        }
        Ok(stored)
    }

    /// Writes the file's bytes.
    ///
    /// # Errors
    ///
    /// A path that is not UTF-8.
    pub(crate) fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }

    /// Whether the set-up was given extra CAs.
    pub(crate) fn has_extra_cas(&self) -> bool {
        !self.extra_ca_files.is_empty()
    }

    /// Whether this was written by another instance of the helper than one with
    /// this certificate and this unit.
    pub(crate) fn is_of_another(&self, cert_path: &str, unit: &str) -> bool {
        self.cert_path.as_deref().is_some_and(|it| it != cert_path)
            || self.sync_unit.as_deref().is_some_and(|it| it != unit)
    }
}
