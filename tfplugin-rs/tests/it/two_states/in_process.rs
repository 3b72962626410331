//! The same without a CLI: paths, whole texts, and what the state is afterwards.

use std::sync::Arc;

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::testing::{Action, Answer, Object, Planned, Session};
use tfplugin::value::Value;

use super::NOTE;
use super::provider::{Api, notes};
use super::store::Store;
use crate::scripted::Scripted;

/// Two states' providers before one API.
async fn sessions(store: &Arc<Store>) -> [Session<Scripted<Api>>; 2] {
    let [left, right] = ["left", "right"].map(async |writer| {
        let session = Session::open(notes(Api { store: Arc::clone(store), writer })).await;
        assert!(session.configure([]).await.is_empty());
        session
    });
    [left.await, right.await]
}

/// A plan for the note `a`; without a text, to destroy it.
async fn plan(session: &Session<Scripted<Api>>, prior: &Object, text: Option<&str>) -> Planned {
    let config = match text {
        Some(text) => session.config(NOTE, [("name", "a".into()), ("text", text.into())]),
        None => Value::Null,
    };
    let planned = session.plan(NOTE, prior, &config).await;
    assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
    planned
}

/// Reads it as at the begin of the next plan.
async fn refresh(session: &Session<Scripted<Api>>, object: &Object) -> Object {
    let answer = session.read(NOTE, object).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    answer.object
}

/// Both sessions with the note `a` in their states, the second by import.
async fn both_hold([left, right]: [&Session<Scripted<Api>>; 2]) -> [Object; 2] {
    let made = done(left.apply(&plan(left, &Object::none(), Some("old")).await).await);
    let imported = done(right.import(NOTE, "a").await);
    let imported = refresh(right, &imported).await;
    assert_eq!(imported.state, made.state);
    [made, imported]
}

#[track_caller]
fn done(answer: Answer) -> Object {
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    answer.object
}

/// The one message, with its path.
#[track_caller]
fn message(diagnostics: &Diagnostics) -> String {
    let all: Vec<&Diagnostic> = diagnostics.iter().collect();
    let [one] = all[..] else { panic!("{all:?}") };
    assert!(one.is_error() && one.summary.len() <= 60);
    format!("{}: {}: {}", one.path, one.summary, one.detail)
}

#[tokio::test]
async fn create_of_a_taken_name_is_refused_at_the_name() {
    let store = Arc::new(Store::default());
    let [left, right] = &sessions(&store).await;
    let plans = [
        plan(left, &Object::none(), Some("left")).await,
        plan(right, &Object::none(), Some("right")).await,
    ];
    store.meet(["right", "left"]);
    let (lost, won) = tokio::join!(left.apply(&plans[0]), right.apply(&plans[1]));
    assert_eq!(store.writes(), ["right POST a: 200", "left POST a: 409"]);
    assert_eq!(done(won).get("text"), &"right".into());
    assert!(!lost.object.exists());
    assert_eq!(
        message(&lost.diagnostics),
        "name: Name is taken: There is a note `a` already, and it was left as it is. If it is \
         the one you mean, import it with the id `a`; if not, choose another name."
    );
}

#[tokio::test]
async fn update_of_an_old_version_is_refused_until_the_object_is_read_again() {
    let store = Arc::new(Store::default());
    let [left, right] = &sessions(&store).await;
    let [ours, theirs] = both_hold([left, right]).await;
    let plans = [plan(left, &ours, Some("left")).await, plan(right, &theirs, Some("right")).await];
    store.meet(["right", "left"]);
    let (lost, won) = tokio::join!(left.apply(&plans[0]), right.apply(&plans[1]));
    assert_eq!(done(won).get("text"), &"right".into());
    let stale = ": Note has changed since the plan: Another client has changed the note `a`: it \
                 has version 2, and this plan was made from version 1. Nothing was written. Plan \
                 again to see what is there now, and apply that plan if your change is to \
                 replace it.";
    assert_eq!(message(&lost.diagnostics), stale);
    assert_eq!(lost.object, ours, "object and notes are as before");

    // What is stored is still of the old version.
    let blind = left.apply(&plan(left, &lost.object, Some("left")).await).await;
    assert_eq!(message(&blind.diagnostics), stale);

    let seen = refresh(left, &blind.object).await;
    assert_eq!(seen.get("text"), &"right".into());
    let planned = plan(left, &seen, Some("left")).await;
    assert_eq!(planned.action(), Action::Update);
    assert_eq!(done(left.apply(&planned).await).get("text"), &"left".into());
    assert_eq!(
        store.writes()[1..],
        ["right PUT a 1: 200", "left PUT a 1: 412", "left PUT a 1: 412", "left PUT a 2: 200"]
    );
}

#[tokio::test]
async fn update_of_a_destroyed_object_is_refused_and_then_planned_as_a_create() {
    let store = Arc::new(Store::default());
    let [left, right] = &sessions(&store).await;
    let [ours, theirs] = both_hold([left, right]).await;
    let plans = [plan(left, &ours, Some("left")).await, plan(right, &theirs, None).await];
    store.meet(["right", "left"]);
    let (lost, won) = tokio::join!(left.apply(&plans[0]), right.apply(&plans[1]));
    assert!(!done(won).exists());
    assert_eq!(
        message(&lost.diagnostics),
        ": Note is gone since the plan: Another client has deleted the note `a` since this plan \
         was made, and nothing was written. Plan again: the note will be created anew."
    );
    assert_eq!(lost.object, ours);
    let gone = refresh(left, &lost.object).await;
    assert_eq!(plan(left, &gone, Some("left")).await.action(), Action::Create);
}

#[tokio::test]
async fn destroy_of_an_old_version_is_refused_until_the_object_is_read_again() {
    let store = Arc::new(Store::default());
    let [left, right] = &sessions(&store).await;
    let [ours, theirs] = both_hold([left, right]).await;
    let plans = [plan(left, &ours, None).await, plan(right, &theirs, Some("right")).await];
    store.meet(["right", "left"]);
    let (lost, won) = tokio::join!(left.apply(&plans[0]), right.apply(&plans[1]));
    let won = done(won);
    assert_eq!(
        message(&lost.diagnostics),
        ": Note has changed since the plan: Another client has changed the note `a`: it has \
         version 2, and this plan was made from version 1. Nothing was deleted. Plan again to \
         see what is there now, and destroy it if it is still to go."
    );
    assert_eq!(lost.object, ours);

    // Once it is seen it goes, and for the other side it counts as deleted.
    let seen = refresh(left, &ours).await;
    assert!(!done(left.apply(&plan(left, &seen, None).await).await).exists());
    assert!(!done(right.apply(&plan(right, &won, None).await).await).exists());
    assert_eq!(store.writes()[3..], ["left DELETE a 2: 200", "right DELETE a 2: 404"]);
}

#[tokio::test]
async fn object_created_again_under_its_name_has_another_version() {
    let store = Arc::new(Store::default());
    let [left, right] = &sessions(&store).await;
    let [ours, theirs] = both_hold([left, right]).await;
    done(right.apply(&plan(right, &theirs, None).await).await);
    done(right.apply(&plan(right, &Object::none(), Some("old")).await).await);
    let lost = left.apply(&plan(left, &ours, Some("left")).await).await;
    assert!(message(&lost.diagnostics).starts_with(": Note has changed since the plan: "));
    assert_eq!(store.texts(), super::one("old"));
}

#[tokio::test]
async fn write_without_a_stored_version_is_refused() {
    let store = Arc::new(Store::default());
    let [left, right] = &sessions(&store).await;
    let [ours, _theirs] = both_hold([left, right]).await;
    assert_eq!(store.writes(), ["left POST a: 200"]);
    // As an older provider stored it, which noted nothing.
    let unnoted = Object::of(ours.state.clone());
    for text in [Some("left"), None] {
        let lost = left.apply(&plan(left, &unnoted, text).await).await;
        assert_eq!(
            message(&lost.diagnostics),
            ": Version of the note is not known: The state does not record which version of the \
             note `a` it has, so that a write might replace another client's. Plan again with \
             `-refresh=true`, which finds out."
        );
        assert_eq!(lost.object, unnoted);
    }
    assert_eq!(store.writes(), [""; 0]);
    let seen = refresh(left, &unnoted).await;
    done(left.apply(&plan(left, &seen, Some("left")).await).await);
}
