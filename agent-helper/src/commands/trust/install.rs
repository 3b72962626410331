//! `trust install` and `trust remove`: which files of ours belong in the
//! system's store, the changes for that, and their execution.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pki::certificate::{encode, parsable};
use ring::digest;
use rustix::process::geteuid;
use rustls_pki_types::CertificateDer;
use settings::text::hex;
use settings::{Fault, absolute};

use crate::cli::TrustOptions;
use crate::env::ENV_SESSION_TOKEN;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::trust::store::{Store, Update, command_line};

/// One change, in the order in which the changes are made.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Step {
    /// Put this certificate into this file.
    Add { file: PathBuf, pem: String },
    /// Remove this file.
    Remove { file: PathBuf },
    /// Run this command.
    Run(Vec<String>),
}

/// Puts the CAs into the store; the files of ours for CAs that are no
/// longer in place are removed.
pub(super) fn install(
    cas: &[CertificateDer<'static>],
    options: &TrustOptions,
    out: &mut Output,
) -> Result<Exit, Error> {
    change(cas, options, "the system's store has every CA already", out)
}

/// Removes exactly what [`install`] put in.
pub(super) fn remove(options: &TrustOptions, out: &mut Output) -> Result<Exit, Error> {
    change(&[], options, "the system's store has no CA of this program", out)
}

fn change(
    cas: &[CertificateDer<'static>],
    options: &TrustOptions,
    nothing_to_do: &str,
    out: &mut Output,
) -> Result<Exit, Error> {
    let root = absolute(options.root.as_deref().unwrap_or(Path::new("/")));
    let store = Store::find(std::env::consts::OS, &root).ok_or_else(|| unknown_system(&root))?;
    let steps = plan(store, &root, cas).map_err(|source| refused(&store.folder(&root), source))?;
    if steps.is_empty() {
        out.result(&format!("{nothing_to_do} ({})\n", store.systems))?;
        return Ok(Exit::Done);
    }
    if !options.dry_run && root == Path::new("/") && !geteuid().is_root() {
        let what = "the system's store belongs to root".to_owned();
        return Err(Error::NotAllowed {
            what,
            hint: "run it with `sudo`; `--dry-run` shows what it would do",
        });
    }
    let would = if options.dry_run { "would " } else { "" };
    for step in &steps {
        out.result(&format!("{would}{}\n", describe(step)))?;
        if !options.dry_run {
            perform(step)?;
        }
    }
    Ok(Exit::Done)
}

/// The changes after which exactly these CAs of ours are in the store.
fn plan(store: &Store, root: &Path, cas: &[CertificateDer<'_>]) -> io::Result<Vec<Step>> {
    let folder = store.folder(root);
    let wanted: Vec<(PathBuf, String, String)> = cas
        .iter()
        .map(|it| (folder.join(store.file_name(&sha256(it))), encode(it), sha1(it)))
        .collect();
    let present = ours(store, &folder)?;
    let mut steps = Vec::new();
    for (file, sha1) in present.iter().filter(|(it, _)| wanted.iter().all(|(file, ..)| file != it))
    {
        if let Update::Each { remove, .. } = store.update {
            steps.push(Step::Run(command_line(remove, root, file, sha1)));
        }
        steps.push(Step::Remove { file: file.clone() });
    }
    for (file, pem, sha1) in &wanted {
        if present.iter().any(|(it, _)| it == file) {
            continue;
        }
        steps.push(Step::Add { file: file.clone(), pem: pem.clone() });
        if let Update::Each { add, .. } = store.update {
            steps.push(Step::Run(command_line(add, root, file, sha1)));
        }
    }
    // Also where every file is there: the command may have failed the last time.
    if let Update::Once(command) = store.update
        && (!steps.is_empty() || !wanted.is_empty())
    {
        steps.push(Step::Run(command_line(command, root, Path::new(""), "")));
    }
    Ok(steps)
}

/// The files that we put there, with the SHA-1 of each: a name that we give,
/// and in it only the certificate that it is named after.
fn ours(store: &Store, folder: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(err) => return Err(err),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|it| store.is_our_name(it)) else { continue };
        if !entry.file_type()?.is_file() {
            continue;
        }
        if let [certificate] = &parsable(&fs::read(entry.path())?)[..]
            && store.file_name(&sha256(certificate)) == name
        {
            found.push((entry.path(), sha1(certificate)));
        }
    }
    found.sort();
    Ok(found)
}

fn describe(step: &Step) -> String {
    match step {
        Step::Add { file, .. } => format!("add {}", file.display()),
        Step::Remove { file } => format!("remove {}", file.display()),
        Step::Run(words) => format!("run {}", words.join(" ")),
    }
}

fn perform(step: &Step) -> Result<(), Error> {
    match step {
        Step::Add { file, pem } => write(file, pem).map_err(|source| refused(file, source)),
        Step::Remove { file } => fs::remove_file(file).map_err(|source| refused(file, source)),
        Step::Run(words) => run(words),
    }
}

/// A reader of the store sees the whole file or none; a link at its name is
/// replaced, not followed.
fn write(file: &Path, pem: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = file.with_extension("new");
    match fs::remove_file(&temporary) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
        _ => {}
    }
    let mut new = OpenOptions::new().write(true).create_new(true).mode(0o644).open(&temporary)?;
    new.write_all(pem.as_bytes())?;
    new.sync_all()?;
    fs::rename(&temporary, file)
}

/// The command's output goes to stderr, because stdout has the list of changes.
fn run(words: &[String]) -> Result<(), Error> {
    let line = words.join(" ");
    let failed = |problem: String| Error::NotAllowed {
        what: format!("`{line}` {problem}"),
        hint: "correct that and run this command again: it goes on where it stopped",
    };
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let status = Command::new(program)
        .args(arguments)
        .env_remove(ENV_SESSION_TOKEN)
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .status()
        .map_err(|err| failed(format!("cannot be run: {err}")))?;
    if status.success() { Ok(()) } else { Err(failed(format!("failed: {status}"))) }
}

fn unknown_system(root: &Path) -> Error {
    let message = "no known store for additional roots".to_owned();
    let hint = "on NixOS set `security.pki.certificateFiles`; elsewhere see the system's manual. \
                `exec` needs no such store";
    Fault::new(format!("`{}`", root.display()), message, Some(hint.to_owned())).into()
}

fn refused(path: &Path, source: io::Error) -> Error {
    Error::NotAllowed {
        what: format!("`{}`: {source}", path.display()),
        hint: "run it as root; `--dry-run` shows what it would do",
    }
}

fn sha256(certificate: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, certificate).as_ref())
}

/// The name that some systems give a certificate; it proves nothing.
fn sha1(certificate: &[u8]) -> String {
    hex(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref()).to_uppercase()
}

#[cfg(test)]
mod tests;
