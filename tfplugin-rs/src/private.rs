//! Private state: what a provider notes about an object, not shown to the practitioner.
//!
//! Terraform stores it beside the object and hands it back with every request about it:
//! from plan to apply, through read, import and move. It is not encrypted and not
//! redacted, so it is no place for secrets. Entries have keys and any type that serde
//! can write; all of them together stay below [`Private::LIMIT`], because they are
//! copied into the state file and every plan.

#[cfg(test)]
mod tests;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::diag::Diagnostic;

/// The notes about one object, by key.
#[derive(Clone, Debug)]
pub struct Private {
    /// As they came, to be handed back to the byte if nothing changes.
    bytes: Vec<u8>,
    /// `None`: the bytes were written by something else.
    entries: Option<Map<String, Json>>,
    is_changed: bool,
}

/// Notes that cannot be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivateError {
    /// A note without a key.
    #[error("a note needs a key")]
    NoKey,
    /// The bytes are no notes of this SDK.
    #[error("the private state was not written by this provider")]
    Foreign,
    /// What is there is of another type. The text quotes no contents.
    #[error("the note `{key}` is of another type")]
    Mismatch {
        /// Which note.
        key: String,
    },
    /// The type has no JSON form.
    #[error("the note `{key}` cannot be written as JSON")]
    Unwritable {
        /// Which note.
        key: String,
    },
    /// The notes would grow beyond what a state should carry.
    #[error(
        "with the note `{key}` the private state has {size} bytes, of {limit} allowed",
        limit = Private::LIMIT
    )]
    TooLarge {
        /// Which note.
        key: String,
        /// How many bytes there would be.
        size: usize,
    },
}

// === impl Private ===

impl Private {
    /// The most bytes that all notes of an object may take together.
    pub const LIMIT: usize = 64 * 1024;

    /// The note under `key`; `None` if there is none.
    ///
    /// # Errors
    /// A note of another type, or bytes that something else has written.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, PrivateError> {
        let entries = self.entries.as_ref().ok_or(PrivateError::Foreign)?;
        let Some(note) = entries.get(key) else { return Ok(None) };
        let note = T::deserialize(note);
        note.map(Some).map_err(|_| PrivateError::Mismatch { key: key.to_owned() })
    }

    /// Notes something under `key`, in place of what was there. Bytes that something else
    /// has written are replaced as a whole. After an error all is as before.
    ///
    /// # Errors
    /// A type without a JSON form, an empty key, or too much.
    pub fn set<T: Serialize + ?Sized>(&mut self, key: &str, note: &T) -> Result<(), PrivateError> {
        if key.is_empty() {
            return Err(PrivateError::NoKey);
        }
        let note = serde_json::to_value(note)
            .map_err(|_| PrivateError::Unwritable { key: key.to_owned() })?;
        let mut entries = self.entries.clone().unwrap_or_default();
        entries.insert(key.to_owned(), note);
        let size = encoded(&entries).len();
        if size > Self::LIMIT {
            return Err(PrivateError::TooLarge { key: key.to_owned(), size });
        }
        self.entries = Some(entries);
        self.is_changed = true;
        Ok(())
    }

    /// Drops the note under `key`, if there is one.
    pub fn remove(&mut self, key: &str) {
        let removed = self.entries.as_mut().and_then(|entries| entries.remove(key));
        self.is_changed |= removed.is_some();
    }

    /// The keys of all notes.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().flat_map(Map::keys).map(String::as_str)
    }

    /// Reads what Terraform hands back.
    pub(crate) fn decode(bytes: Vec<u8>) -> Self {
        let entries =
            if bytes.is_empty() { Some(Map::new()) } else { serde_json::from_slice(&bytes).ok() };
        Self { bytes, entries, is_changed: false }
    }

    /// What Terraform is to store.
    pub(crate) fn encode(self) -> Vec<u8> {
        match self.entries {
            Some(entries) if self.is_changed && entries.is_empty() => Vec::new(),
            Some(entries) if self.is_changed => encoded(&entries),
            _ => self.bytes,
        }
    }
}

fn encoded(entries: &Map<String, Json>) -> Vec<u8> {
    serde_json::to_vec(entries).expect("JSON with text keys can be written")
}

impl Default for Private {
    /// No notes.
    fn default() -> Self {
        Self::decode(Vec::new())
    }
}

// === impl PrivateError ===

impl From<PrivateError> for Diagnostic {
    /// A fault in the provider, or a state that another provider wrote.
    fn from(err: PrivateError) -> Self {
        let detail = format!(
            "The provider's private state of this object cannot be used: {err}. Please report \
             this to the provider's developers."
        );
        Self::error("Private state cannot be used", detail)
    }
}
