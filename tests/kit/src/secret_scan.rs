//! The search for a token where no token may be: output, argument lists, files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::token;

#[cfg(test)]
mod tests;

/// A token that is recognised in every form in which it could leak: plain, its
/// secret half alone, base64 at any offset, hex. Coder's tokens are
/// alphanumeric, so percent-encoding and JSON leave them as they are.
#[derive(Debug, Clone)]
pub struct MarkedToken {
    token: String,
    forms: Vec<(&'static str, Vec<u8>)>,
}

/// A thread that reads the argument lists of all processes again and again, until
/// the watch is finished.
#[derive(Debug)]
pub struct ArgumentWatch {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<Vec<String>>>,
}

// === impl MarkedToken ===

impl MarkedToken {
    /// A fresh token of Coder's format.
    #[expect(clippy::new_without_default, reason = "each one differs from the last")]
    pub fn new() -> Self {
        Self::of(&token::random())
    }

    /// A token that exists already, such as
    /// the one that a fake deployment accepts.
    pub fn of(token: &str) -> Self {
        let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut forms = vec![
            ("hex", hex.to_uppercase().into_bytes()),
            ("hex", hex.into_bytes()),
            ("plain", token.as_bytes().to_vec()),
        ];
        if let Some((_, secret)) = token.split_once('-') {
            forms.push(("its secret half", secret.as_bytes().to_vec()));
        }
        forms.extend((0..3).map(|offset| ("base64", base64_at(token, offset))));
        Self { token: token.to_owned(), forms }
    }

    /// The token itself.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The form in which `bytes` hold the token, if they do.
    pub fn find(&self, bytes: &[u8]) -> Option<&'static str> {
        let holds = |form: &[u8]| bytes.windows(form.len()).any(|window| window == form);
        self.forms.iter().find(|(_, form)| holds(form)).map(|(name, _)| *name)
    }

    /// Fails if `bytes` hold the token; `what` says what they are.
    #[track_caller]
    pub fn assert_absent(&self, what: &str, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        if let Some(form) = self.find(bytes) {
            panic!("the token is in {what} ({form}):\n{}", String::from_utf8_lossy(bytes));
        }
    }

    /// Files below `folder` that hold the token in their content or name; links
    /// are not followed.
    pub fn files_below(&self, folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder)
                .unwrap_or_else(|err| panic!("cannot read {}: {err}", folder.display()));
            for entry in entries {
                let entry = entry.expect("a folder's entry");
                let (path, kind) = (entry.path(), entry.file_type().expect("an entry's type"));
                let named = self.find(entry.file_name().as_encoded_bytes()).is_some();
                // A file that was removed meanwhile holds no token any more.
                let holds = |path| fs::read(path).is_ok_and(|bytes| self.find(&bytes).is_some());
                if named || kind.is_file() && holds(&path) {
                    found.push(path.clone());
                }
                if kind.is_dir() {
                    folders.push(path);
                }
            }
        }
        found.sort();
        found
    }

    /// Fails if a file below `folder` holds the token, except those named (such
    /// as Terraform's state).
    #[track_caller]
    pub fn assert_absent_below(&self, folder: &Path, except: &[&Path]) {
        let mut found = self.files_below(folder);
        found.retain(|path| !except.contains(&path.as_path()));
        assert!(found.is_empty(), "the token is in files: {found:#?}");
    }

    /// Fails if any process shows the token in its argument list now.
    #[track_caller]
    pub fn assert_absent_from_arguments(&self) {
        let found = self.argument_lists();
        assert!(found.is_empty(), "the token is in argument lists: {found:#?}");
    }

    /// Starts to watch the argument lists of all processes.
    pub fn watch_arguments(&self) -> ArgumentWatch {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let thread = std::thread::spawn({
            let (token, stop) = (self.clone(), Arc::clone(&stop));
            move || watch(&token, &stop)
        });
        ArgumentWatch { stop, thread: Some(thread) }
    }

    fn argument_lists(&self) -> Vec<String> {
        let entries = fs::read_dir("/proc").expect("/proc can be read");
        let lists = entries.filter_map(|entry| {
            let arguments = fs::read(entry.ok()?.path().join("cmdline")).ok()?;
            self.find(&arguments)?;
            Some(String::from_utf8_lossy(&arguments).replace('\0', " "))
        });
        lists.collect()
    }
}

// === impl ArgumentWatch ===

impl ArgumentWatch {
    /// Ends the watch; fails if the token was seen.
    #[track_caller]
    pub fn finish(mut self) {
        let found = self.end();
        assert!(found.is_empty(), "the token was in argument lists: {found:#?}");
    }

    fn end(&mut self) -> Vec<String> {
        let (stop, changed) = &*self.stop;
        *stop.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
        let thread = self.thread.take();
        thread.map_or_else(Vec::new, |it| it.join().expect("the watch does not panic"))
    }
}

impl Drop for ArgumentWatch {
    fn drop(&mut self) {
        self.end();
    }
}

fn watch(token: &MarkedToken, (stop, changed): &(Mutex<bool>, Condvar)) -> Vec<String> {
    // Short enough to see a process that lives for a few milliseconds, long
    // enough to leave the machine to it.
    const PAUSE: Duration = Duration::from_millis(2);
    let mut found = Vec::new();
    loop {
        let stopped = stop.lock().unwrap_or_else(PoisonError::into_inner);
        let (stopped, _) = changed
            .wait_timeout_while(stopped, PAUSE, |stopped| !*stopped)
            .unwrap_or_else(PoisonError::into_inner);
        let last = *stopped;
        drop(stopped);
        // Once more after the stop, so that a process which runs at that moment is
        // seen for certain.
        found.extend(token.argument_lists());
        if last {
            return found;
        }
    }
}

/// The characters of a base64 text that depend on the token alone, if it begins
/// `offset` bytes into a group.
fn base64_at(token: &str, offset: usize) -> Vec<u8> {
    let bytes = [&vec![0; offset], token.as_bytes()].concat();
    let encoded = STANDARD.encode(&bytes);
    encoded.as_bytes()[(offset * 8).div_ceil(6)..bytes.len() * 8 / 6].to_vec()
}
