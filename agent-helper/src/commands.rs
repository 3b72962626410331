//! One file for each verb, and what several of them need.

pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod env;
pub(crate) mod exec;
pub(crate) mod man;
pub(crate) mod setup;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod trust;
pub(crate) mod wait;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use coder_client::workspace::Files;
use pki::certificate::parse_certificates;
use rustls_pki_types::CertificateDer;
use settings::{Fault, Lookup, Secret};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use crate::config::TokenSource;
use crate::config::stored::Stored;
use crate::env::ENV_HOME;
use crate::error::Error;
use crate::files::{FilesError, Folder, Lock, LockError, Reach};
use crate::output::Output;

/// More than any token, certificate list or seed is long.
const INPUT_LIMIT: u64 = 1 << 20;

/// Time between two attempts to take a lock that another process holds.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// A runtime on this thread; the commands need no parallelism.
fn runtime() -> Result<Runtime, Error> {
    Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)
}

/// The settings that `setup` has stored beside the certificate; none without that file.
pub(crate) fn stored(place: &Files, out: &mut Output) -> Result<Stored, FilesError> {
    let Some(folder) = Folder::open(place.folder(), Reach::OursOrRoots)? else {
        return Ok(Stored::default());
    };
    read_stored(&folder, place, out)
}

fn read_stored(folder: &Folder, place: &Files, out: &mut Output) -> Result<Stored, FilesError> {
    let Some(content) = folder.read(place.settings_name())? else {
        return Ok(Stored::default());
    };
    Ok(Stored::parse(&content.bytes).unwrap_or_else(|err| {
        let hint = "`aibridge-agent setup` replaces it";
        out.warn(&format!("`{}` {err}", place.settings_path), Some(hint));
        Stored::default()
    }))
}

/// Reads the token from its source.
pub(crate) fn load_token(source: &TokenSource) -> Result<Secret, Error> {
    let secret = match source {
        TokenSource::Value(secret) => secret.clone(),
        TokenSource::File(path) => {
            let what = "session token file";
            let text = String::from_utf8(read_input(what, path)?)
                .map_err(|_| bad_input(what, path, "is not text"))?;
            Secret::new(text.trim().to_owned())
        }
    };
    let is_clean = secret.expose().bytes().all(|it| it.is_ascii_graphic());
    match source {
        TokenSource::File(path) if secret.is_empty() => {
            Err(bad_input("session token file", path, "is empty"))
        }
        TokenSource::File(path) if !is_clean => {
            Err(bad_input("session token file", path, "contains more than a token"))
        }
        TokenSource::Value(_) if !is_clean => {
            Err(Fault::new("session token", "contains characters that a token cannot have", None)
                .into())
        }
        _ => Ok(secret),
    }
}

/// A file that a setting names. It need not be ours, so ordinary rules hold.
pub(crate) fn read_input(what: &'static str, path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|it| it.take(INPUT_LIMIT + 1).read_to_end(&mut bytes)).map_err(
        |source| Error::Input {
            what,
            path: path.to_owned(),
            problem: "cannot be read".to_owned(),
            source: Some(source),
        },
    )?;
    if bytes.len() as u64 > INPUT_LIMIT {
        return Err(bad_input(what, path, "is too large"));
    }
    Ok(bytes)
}

/// Reads the certificates in a file of extra CAs.
pub(crate) fn read_extra_cas(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = read_input("extra CA file", path)?;
    parse_certificates(&pem).map_err(|source| Error::ExtraCa { path: path.to_owned(), source })
}

fn bad_input(what: &'static str, path: &Path, problem: &str) -> Error {
    Error::Input { what, path: path.to_owned(), problem: problem.to_owned(), source: None }
}

/// A certificate path below the home folder, for hints.
fn path_below_home(env: &dyn Lookup) -> Option<PathBuf> {
    let home = PathBuf::from(env.non_empty(ENV_HOME)?);
    home.is_absolute().then(|| home.join(".local/share/aibridge-proxy/ca-cert.pem"))
}

/// Waits for a folder's lock until the deadline, which is `after` from the start.
async fn locked(folder: &Folder, deadline: Instant, after: Duration) -> Result<Lock, Error> {
    loop {
        match folder.try_lock() {
            Ok(lock) => return Ok(lock),
            Err(LockError::Files(err)) => return Err(err.into()),
            Err(LockError::Held) if Instant::now() >= deadline => {
                let (path, process) = (folder.lock_path(), folder.lock_holder());
                return Err(Error::Locked { path, process, after });
            }
            Err(LockError::Held) => pause(LOCK_PAUSE).await,
        }
    }
}

/// Waits before the next attempt where there is no event to wait for.
#[expect(
    clippy::disallowed_methods,
    reason = "a real back-off: the agent's protocol has no push, flock no wake-up"
)]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
