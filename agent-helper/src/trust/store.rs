//! The system's store: where each system keeps additional roots, under which name,
//! and what it runs to take them in. Pure, but for looking which system it is.
//!
//! Every file of ours is named after the SHA-256 of the one certificate in it,
//! so that what was added is distinct from what others added, also after the
//! CA was rotated, and taken out exactly.

use std::path::{Path, PathBuf};

/// How names of our files begin.
const PREFIX: &str = "aibridge-proxy-";

/// Digits of the SHA-256 in a name.
const DIGITS: usize = 32;

/// What a system runs so that a change counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Update {
    /// One command after all changes.
    Once(&'static [&'static str]),
    /// A command for each certificate; `{file}` and `{sha1}` are filled in.
    Each {
        /// After a file was added.
        add: &'static [&'static str],
        /// Before a file is removed.
        remove: &'static [&'static str],
    },
}

/// The store of one kind of system.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Store {
    /// The systems that keep it so.
    pub(crate) systems: &'static str,
    /// Operating system, as Rust calls it.
    os: &'static str,
    /// A folder or file by which it is known, relative to the root.
    mark: &'static str,
    /// Where further roots belong, relative to the root.
    folder: &'static str,
    /// What their names end with, or they are passed over.
    suffix: &'static str,
    /// What makes a change count.
    pub(crate) update: Update,
}

/// The more telling marks first: several systems have `update-ca-certificates`.
const STORES: [Store; 7] = [
    Store {
        systems: "Fedora, RHEL and their kin",
        os: "linux",
        mark: "etc/pki/ca-trust/source/anchors",
        folder: "etc/pki/ca-trust/source/anchors",
        suffix: ".pem",
        update: Update::Once(&["update-ca-trust", "extract"]),
    },
    Store {
        systems: "SUSE",
        os: "linux",
        mark: "etc/pki/trust/anchors",
        folder: "etc/pki/trust/anchors",
        suffix: ".pem",
        update: Update::Once(&["update-ca-certificates"]),
    },
    Store {
        systems: "Arch",
        os: "linux",
        mark: "etc/ca-certificates/trust-source/anchors",
        folder: "etc/ca-certificates/trust-source/anchors",
        suffix: ".crt",
        update: Update::Once(&["trust", "extract-compat"]),
    },
    Store {
        systems: "Debian, Ubuntu",
        os: "linux",
        mark: "etc/ca-certificates.conf",
        folder: "usr/local/share/ca-certificates",
        suffix: ".crt",
        update: Update::Once(&["update-ca-certificates"]),
    },
    Store {
        systems: "Alpine",
        os: "linux",
        mark: "usr/sbin/update-ca-certificates",
        folder: "usr/local/share/ca-certificates",
        suffix: ".crt",
        update: Update::Once(&["update-ca-certificates"]),
    },
    Store {
        systems: "macOS",
        os: "macos",
        mark: "",
        folder: "Library/Application Support/aibridge/anchors",
        suffix: ".crt",
        update: Update::Each {
            add: &[
                "security",
                "add-trusted-cert",
                "-d",
                "-r",
                "trustRoot",
                "-k",
                "/Library/Keychains/System.keychain",
                "{file}",
            ],
            remove: &[
                "security",
                "delete-certificate",
                "-t",
                "-Z",
                "{sha1}",
                "/Library/Keychains/System.keychain",
            ],
        },
    },
    Store {
        systems: "Windows",
        os: "windows",
        mark: "",
        folder: "ProgramData/aibridge/anchors",
        suffix: ".crt",
        update: Update::Each {
            add: &["certutil", "-addstore", "-f", "Root", "{file}"],
            remove: &["certutil", "-delstore", "Root", "{sha1}"],
        },
    },
];

impl Store {
    /// The store of the system below `root`; `os` as in [`std::env::consts::OS`].
    pub(crate) fn find(os: &str, root: &Path) -> Option<&'static Self> {
        STORES.iter().find(|it| it.os == os && (it.mark.is_empty() || root.join(it.mark).exists()))
    }

    /// Where further roots belong.
    pub(crate) fn folder(&self, root: &Path) -> PathBuf {
        root.join(self.folder)
    }

    /// The file of the certificate with this SHA-256 (hexadecimal).
    pub(crate) fn file_name(&self, sha256: &str) -> String {
        format!("{PREFIX}{}{}", &sha256[..DIGITS.min(sha256.len())], self.suffix)
    }

    /// Whether a file of this name is one that we may have put there.
    pub(crate) fn is_our_name(&self, name: &str) -> bool {
        name.strip_prefix(PREFIX)
            .and_then(|it| it.strip_suffix(self.suffix))
            .is_some_and(|it| it.len() == DIGITS && it.bytes().all(|it| it.is_ascii_hexdigit()))
    }
}

/// A command with `{file}` and `{sha1}` filled in, to be run below `root`.
pub(crate) fn command_line(words: &[&str], root: &Path, file: &Path, sha1: &str) -> Vec<String> {
    let words = words
        .iter()
        .map(|it| it.replace("{file}", &file.to_string_lossy()).replace("{sha1}", sha1));
    let is_here = root == Path::new("/");
    let change =
        if is_here { vec![] } else { vec!["chroot".to_owned(), root.display().to_string()] };
    change.into_iter().chain(words).collect()
}

#[cfg(test)]
mod tests;
