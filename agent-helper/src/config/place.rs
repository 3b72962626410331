//! Where the certificate is, and with it the helper's other files.

use std::path::Path;

use coder_client::workspace::{DEFAULT_CERT_PATH, Files};
use settings::{Fault, Lookup, Setting};

use super::reader;
use super::specs::CERT_PATH;
use crate::cli::PlaceArgs;

/// Decides where files are kept. It comes first, because the stored settings are there.
///
/// # Errors
///
/// A path that is relative, not UTF-8, names a folder, or has the name of
/// another file of the helper.
pub(crate) fn place(args: &PlaceArgs, env: &dyn Lookup) -> Result<Files, Fault> {
    let flag = args.cert_path.as_deref();
    if let Some(path) = flag.filter(|it| it.to_str().is_none()) {
        let message = format!("`{}` is not UTF-8", path.display());
        return Err(Fault::new(format!("`--{}`", CERT_PATH.flag), message, None));
    }
    let found = reader(env).text(&CERT_PATH, flag.and_then(Path::to_str), None);
    let hint =
        |_: &_| Some(format!("expected an absolute path of a file, such as `{DEFAULT_CERT_PATH}`"));
    match found.parse(|it| check(&it).map(|()| Files::beside(it)), hint) {
        Setting::Known { value, .. } => Ok(value),
        Setting::Missing => Ok(Files::beside(DEFAULT_CERT_PATH)),
        Setting::Faulty { fault, .. } => Err(fault),
    }
}

fn check(path: &str) -> Result<(), String> {
    let fault = if !path.starts_with('/') {
        "is not absolute"
    } else if path.ends_with('/') || matches!(file_name(path), "" | "." | "..") {
        "names a folder"
    } else if Files::is_reserved(path) {
        "has a name that is reserved for another file of the helper"
    } else {
        return Ok(());
    };
    Err(format!("`{path}` {fault}"))
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
