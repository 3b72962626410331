//! An API that guards its objects by a version, as real ones do with `ETag` and `If-Match`,
//! and that can wait for two writes before it answers the first.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use tokio::sync::watch;

/// The notes that two states may both hold, and a record of all writes.
#[derive(Default)]
pub(super) struct Store {
    shelf: Mutex<Shelf>,
    meeting: watch::Sender<Meeting>,
}

/// An object of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) text: String,
    /// One more with each write; never used again for that name.
    pub(super) version: u64,
}

/// Why a write was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// 404: there is no note of that name.
    Absent,
    /// 412: the note has another version than the writer knows.
    Changed { current: u64 },
    /// 409: there is a note of that name already.
    Exists,
}

#[derive(Default)]
struct Shelf {
    notes: BTreeMap<String, Note>,
    /// The last version given to any note.
    version: u64,
    record: Vec<String>,
}

/// Writers whose next writes are all to arrive before one is answered.
#[derive(Default)]
struct Meeting {
    /// The writers that have not arrived.
    awaited: Vec<&'static str>,
    /// The writers that have not been answered, in the order of the answers.
    queue: Vec<&'static str>,
}

// === impl Store ===

impl Store {
    /// The next writes of these two are answered once both are here, in this order.
    pub(super) fn meet(&self, order: [&'static str; 2]) {
        let meeting = Meeting { awaited: order.to_vec(), queue: order.to_vec() };
        self.meeting.send_replace(meeting);
    }

    /// No other writer waits for this one any more.
    pub(super) fn leave(&self, writer: &str) {
        self.meeting.send_modify(|it| {
            it.arrive(writer);
            it.queue.retain(|it| *it != writer);
        });
    }

    /// Creates a note, unless the name is taken.
    pub(super) async fn create(
        &self,
        writer: &str,
        name: &str,
        text: &str,
    ) -> Result<Note, Refusal> {
        let write = |shelf: &mut Shelf| match shelf.notes.get(name) {
            Some(_) => Err(Refusal::Exists),
            None => Ok(shelf.put(name, text)),
        };
        self.write(writer, &format!("POST {name}"), write).await
    }

    /// The note of that name.
    pub(super) fn read(&self, name: &str) -> Option<Note> {
        self.shelf().notes.get(name).cloned()
    }

    /// Changes a note, if it still has that version.
    pub(super) async fn update(
        &self,
        writer: &str,
        name: &str,
        text: &str,
        version: u64,
    ) -> Result<Note, Refusal> {
        let write = |shelf: &mut Shelf| {
            shelf.matches(name, version)?;
            Ok(shelf.put(name, text))
        };
        self.write(writer, &format!("PUT {name} {version}"), write).await
    }

    /// Deletes a note, if it still has that version.
    pub(super) async fn delete(
        &self,
        writer: &str,
        name: &str,
        version: u64,
    ) -> Result<(), Refusal> {
        let write = |shelf: &mut Shelf| {
            shelf.matches(name, version)?;
            shelf.notes.remove(name);
            Ok(())
        };
        self.write(writer, &format!("DELETE {name} {version}"), write).await
    }

    /// All notes, name and text.
    pub(super) fn texts(&self) -> Vec<(String, String)> {
        self.shelf().notes.iter().map(|(name, it)| (name.clone(), it.text.clone())).collect()
    }

    /// The writes since the last call in the order of their answers, such as
    /// `left PUT a 1: 200`.
    pub(super) fn writes(&self) -> Vec<String> {
        std::mem::take(&mut self.shelf().record)
    }

    /// Waits for this writer's turn, writes and records it, and lets the next one through.
    async fn write<T>(
        &self,
        writer: &str,
        what: &str,
        change: impl FnOnce(&mut Shelf) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.meeting.send_modify(|it| it.arrive(writer));
        let mut meeting = self.meeting.subscribe();
        let turn = meeting.wait_for(|it| it.is_turn_of(writer)).await;
        drop(turn.expect("the sender lives in this store"));
        let answer = {
            let mut shelf = self.shelf();
            let answer = change(&mut shelf);
            let status = answer.as_ref().map_or_else(Refusal::status, |_| 200);
            shelf.record.push(format!("{writer} {what}: {status}"));
            answer
        };
        self.leave(writer);
        answer
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap()
    }
}

// === impl Refusal ===

impl Refusal {
    const fn status(&self) -> u16 {
        match self {
            Self::Absent => 404,
            Self::Changed { .. } => 412,
            Self::Exists => 409,
        }
    }
}

// === impl Shelf ===

impl Shelf {
    fn matches(&self, name: &str, version: u64) -> Result<(), Refusal> {
        match self.notes.get(name) {
            None => Err(Refusal::Absent),
            Some(note) if note.version == version => Ok(()),
            Some(note) => Err(Refusal::Changed { current: note.version }),
        }
    }

    fn put(&mut self, name: &str, text: &str) -> Note {
        self.version += 1;
        let note = Note { text: text.to_owned(), version: self.version };
        self.notes.insert(name.to_owned(), note.clone());
        note
    }
}

// === impl Meeting ===

impl Meeting {
    fn arrive(&mut self, writer: &str) {
        self.awaited.retain(|it| *it != writer);
    }

    /// A writer that is not in the queue writes when it is empty.
    fn is_turn_of(&self, writer: &str) -> bool {
        self.awaited.is_empty() && self.queue.first().is_none_or(|it| *it == writer)
    }
}
