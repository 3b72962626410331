//! Where the certificate is, and with it everything else that is kept.

use coder_client::workspace::{DEFAULT_CERT_PATH, Files};

use super::SettingsError;
use super::resolve::{Resolver, Sourced, Spec};
use super::stored::Stored;
use crate::cli::PlaceArgs;
use crate::env::{self, Lookup};

const CERT_PATH: Spec = Spec::new("--cert-path", env::ENV_CERT_PATH, "cert_path");

/// Decides where everything is kept. Comes first: the stored settings are there.
///
/// # Errors
///
/// A path that is relative, not UTF-8, names a folder, or has the name of
/// another file of ours.
pub fn place(args: &PlaceArgs, env: &dyn Lookup) -> Result<Files, SettingsError> {
    let stored = Stored::default();
    let mut resolver = Resolver::new(env, &stored);
    let path = resolver.path(CERT_PATH, args.cert_path.as_deref(), None);
    resolver.finish()?;
    let Some(Sourced { value, source }) = path else {
        return Ok(Files::beside(DEFAULT_CERT_PATH));
    };
    let fault = if !value.starts_with('/') {
        "is not absolute"
    } else if value.ends_with('/') || matches!(file_name(&value), "" | "." | "..") {
        "names a folder"
    } else if Files::is_reserved(&value) {
        "has a name that the helper needs for itself"
    } else {
        return Ok(Files::beside(value));
    };
    let hint = format!("write an absolute path of a file, such as {DEFAULT_CERT_PATH}");
    Err(SettingsError::one(source, format!("`{value}` {fault}"), Some(hint)))
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
