//! A provider for the notes of the API, as an author writes it: the version that was seen
//! last is a note in private state, and no write goes out without it.

use std::sync::Arc;

use tfplugin::prelude::*;

use super::store::{Refusal, Store};
use crate::scripted::Scripted;

/// Where the version of a note is kept.
const VERSION: &str = "version";

tfplugin::model! {
    pub(super) struct NoteModel {
        name: Attr<String>,
        text: Attr<String>,
    }
}

/// The API as one of the two states reaches it.
#[derive(Clone)]
pub(super) struct Api {
    pub(super) store: Arc<Store>,
    /// As whom the store records its writes.
    pub(super) writer: &'static str,
}

/// A provider of notes.
pub(super) fn notes(api: Api) -> Scripted<Api> {
    Scripted::new(api).resource(NoteResource)
}

struct NoteResource;

impl Resource for NoteResource {
    type Client = Api;
    type Model = NoteModel;

    fn type_name(&self) -> &'static str {
        super::NOTE
    }

    fn schema(&self) -> Schema {
        let name = Attribute::required(Type::String).modify(modifier::requires_replace());
        Schema::new(0).attribute("name", name).attribute("text", Attribute::required(Type::String))
    }

    async fn create(&self, planned: NoteModel, cx: &Context<'_, Api>) -> Created<NoteModel> {
        match make(&planned, cx).await {
            Ok(()) => Created::Created(planned),
            Err(error) => Created::failed(error),
        }
    }

    async fn read(&self, state: NoteModel, cx: &Context<'_, Api>) -> Read<NoteModel> {
        let Some(note) = cx.client().store.read(name_of(&state)) else { return Read::Gone };
        match cx.set_private(VERSION, &note.version) {
            Ok(()) => Read::Present(NoteModel { text: note.text.into(), ..state }),
            Err(err) => Read::Failed(err.into()),
        }
    }

    async fn update(
        &self,
        _prior: NoteModel,
        planned: NoteModel,
        cx: &Context<'_, Api>,
    ) -> Updated<NoteModel> {
        match change(&planned, cx).await {
            Ok(()) => Updated::Updated(planned),
            Err(error) => Updated::failed(error),
        }
    }

    async fn delete(&self, state: NoteModel, cx: &Context<'_, Api>) -> Deleted {
        match remove(&state, cx).await {
            Ok(()) => Deleted::Deleted,
            Err(error) => Deleted::Failed(error),
        }
    }

    async fn import(&self, id: &str, _cx: &Context<'_, Api>) -> Imported<NoteModel> {
        Imported::Imported(NoteModel { name: id.into(), text: Attr::Null })
    }
}

async fn make(planned: &NoteModel, cx: &Context<'_, Api>) -> Result<(), Diagnostic> {
    let (Api { store, writer }, name) = (cx.client(), name_of(planned));
    let made = store.create(writer, name, text_of(planned)).await;
    let note = made.map_err(|refusal| match refusal {
        Refusal::Exists => taken(name),
        other => unexpected(other),
    })?;
    cx.record(planned.clone());
    Ok(cx.set_private(VERSION, &note.version)?)
}

async fn change(planned: &NoteModel, cx: &Context<'_, Api>) -> Result<(), Diagnostic> {
    let (Api { store, writer }, name) = (cx.client(), name_of(planned));
    let version = seen(name, cx)?;
    let changed = store.update(writer, name, text_of(planned), version).await;
    let note = changed.map_err(|refusal| match refusal {
        Refusal::Absent => gone(name),
        Refusal::Changed { current } => {
            let next = "Nothing was written. Plan again to see what is there now, and apply \
                        that plan if your change is to replace it.";
            stale(name, version, current, next)
        }
        other @ Refusal::Exists => unexpected(other),
    })?;
    cx.record(planned.clone());
    Ok(cx.set_private(VERSION, &note.version)?)
}

async fn remove(state: &NoteModel, cx: &Context<'_, Api>) -> Result<(), Diagnostic> {
    let (Api { store, writer }, name) = (cx.client(), name_of(state));
    let version = seen(name, cx)?;
    match store.delete(writer, name, version).await {
        Ok(()) | Err(Refusal::Absent) => Ok(()),
        Err(Refusal::Changed { current }) => {
            let next = "Nothing was deleted. Plan again to see what is there now, and destroy \
                        it if it is still to go.";
            Err(stale(name, version, current, next))
        }
        Err(other @ Refusal::Exists) => Err(unexpected(other)),
    }
}

/// The version that this plan was made from. Asking the API for it now would take
/// another client's change for one that was seen.
fn seen(name: &str, cx: &Context<'_, Api>) -> Result<u64, Diagnostic> {
    cx.private(VERSION)?.ok_or_else(|| {
        let detail = format!(
            "The state does not record which version of the note `{name}` it has, so that a write \
             might replace another client's. Plan again with `-refresh=true`, which finds out."
        );
        Diagnostic::error("Version of the note is not known", detail)
    })
}

fn taken(name: &str) -> Diagnostic {
    let detail = format!(
        "There is a note `{name}` already, and it was left as it is. If it is the one you mean, \
         import it with the id `{name}`; if not, choose another name."
    );
    Diagnostic::error("Name is taken", detail).at("name")
}

fn stale(name: &str, seen: u64, current: u64, next: &str) -> Diagnostic {
    let detail = format!(
        "Another client has changed the note `{name}`: it has version {current}, and this plan \
         was made from version {seen}. {next}"
    );
    Diagnostic::error("Note has changed since the plan", detail)
}

fn gone(name: &str) -> Diagnostic {
    let detail = format!(
        "Another client has deleted the note `{name}` since this plan was made, and nothing was \
         written. Plan again: the note will be created anew."
    );
    Diagnostic::error("Note is gone since the plan", detail)
}

fn unexpected(refusal: Refusal) -> Diagnostic {
    Diagnostic::error("Unexpected answer", format!("The API has answered {refusal:?}."))
}

fn name_of(model: &NoteModel) -> &str {
    model.name.as_str().unwrap_or_default()
}

fn text_of(model: &NoteModel) -> &str {
    model.text.as_str().unwrap_or_default()
}
