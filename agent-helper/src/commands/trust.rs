//! `trust`: the CAs for programs that read none of the variables. No other
//! command changes the system's trust store.

mod install;

use std::path::{Path, PathBuf};
use std::time::Duration;

use coder_client::workspace::Files;
use pki::certificate::parsable;
use pki::pkcs12::{self, PASSWORD};
use rustls_pki_types::CertificateDer;
use settings::{Lookup, absolute};
use tokio::time::Instant;

use super::{locked, runtime};
use crate::cli::{PlaceArgs, TrustArgs, TrustVerb};
use crate::config;
use crate::env::ENV_SUDO_UID;
use crate::error::Error;
use crate::exit::Exit;
use crate::files::{FilesError, Folder, Reach};
use crate::output::Output;

/// How long a set-up may hold the folder's lock.
const LOCK_DEADLINE: Duration = Duration::from_secs(10);

/// Runs the command.
///
/// # Errors
///
/// 21 without a certificate and bundle, 18 where a file cannot be written,
/// 10 for a system that is not known.
pub(crate) fn run(args: &TrustArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let place = config::place(&PlaceArgs { cert_path: args.cert_path.clone() }, env)?;
    match &args.verb {
        TrustVerb::Java { out: target } => java(&place, target.as_deref(), out),
        TrustVerb::Install(options) => {
            let cas = cas(&place, env)?;
            install::install(&cas, options, out)
        }
        TrustVerb::Remove(options) => install::remove(options, out),
    }
}

/// Writes the truststore and prints the variable that names it.
fn java(place: &Files, target: Option<&Path>, out: &mut Output) -> Result<Exit, Error> {
    let source = Folder::open(place.folder(), Reach::OursOrRoots)?;
    let bundle = match &source {
        Some(folder) => folder.read(place.bundle_name())?,
        None => None,
    };
    let bundle = bundle.ok_or_else(|| not_set_up(place, place.bundle_name()))?;
    let truststore = pkcs12::truststore(&parsable(&bundle.bytes));
    let path = match target {
        None => PathBuf::from(&place.truststore_path),
        Some(path) => absolute(path),
    };
    let (Some(parent), Some(name)) = (path.parent(), path.file_name().and_then(|it| it.to_str()))
    else {
        return Err(Error::Usage(format!("`--out`: `{}` names no file", path.display())));
    };
    let folder = Folder::create(parent, None)?;
    // A set-up may hold it: it writes the same file.
    let lock = match target {
        None => {
            let deadline = Instant::now() + LOCK_DEADLINE;
            Some(runtime()?.block_on(locked(&folder, deadline, LOCK_DEADLINE))?)
        }
        Some(_) => None,
    };
    folder.write(name, &truststore)?;
    folder.sync()?;
    drop(lock);
    out.result(&java_line(&path))?;
    Ok(Exit::Done)
}

/// The line for POSIX shells; the variable's earlier value follows.
/// Java splits it at blanks and removes double quotes.
fn java_line(path: &Path) -> String {
    let path = path.display().to_string();
    let path = if path.contains(char::is_whitespace) { format!("\"{path}\"") } else { path };
    let options = format!(
        "-Djavax.net.ssl.trustStore={path} -Djavax.net.ssl.trustStoreType=PKCS12 \
         -Djavax.net.ssl.trustStorePassword={PASSWORD}"
    );
    let options = options.replace('\'', r"'\''");
    format!("export JAVA_TOOL_OPTIONS='{options}'\"${{JAVA_TOOL_OPTIONS:+ $JAVA_TOOL_OPTIONS}}\"\n")
}

/// The CAs that are in place and the extra ones, each once. Root may read the
/// folder of the user who has called `sudo`.
fn cas(place: &Files, env: &dyn Lookup) -> Result<Vec<CertificateDer<'static>>, Error> {
    let user = env.non_empty(ENV_SUDO_UID).and_then(|it| it.to_str()?.parse().ok());
    let reach = user.map_or(Reach::OursOrRoots, Reach::OursOrOf);
    let folder = Folder::open(place.folder(), reach)?;
    let read = |name| -> Result<Option<Vec<u8>>, FilesError> {
        let content = folder.as_ref().map_or(Ok(None), |it| it.read(name))?;
        Ok(content.map(|it| it.bytes))
    };
    let own = read(place.cert_name())?.ok_or_else(|| not_set_up(place, place.cert_name()))?;
    let extra = read(place.extra_name())?.unwrap_or_default();
    let mut all = parsable(&own);
    for certificate in parsable(&extra) {
        if !all.contains(&certificate) {
            all.push(certificate);
        }
    }
    if all.is_empty() {
        return Err(not_set_up(place, place.cert_name()));
    }
    Ok(all)
}

fn not_set_up(place: &Files, name: &str) -> Error {
    Error::NotSetUp(format!("there is no `{name}` in `{}`", place.folder().display()))
}

#[cfg(test)]
mod tests;
