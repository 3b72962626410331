//! Two states on one object: the second write is refused with a diagnostic, and nothing is
//! overwritten.
//!
//! Both write at the same time: the API lets neither write through before both are there,
//! so that neither plan has seen the other's change. Once under a real CLI, once with
//! the in-process client, which sees paths and whole texts.

mod in_process;
mod provider;
mod store;

use std::sync::Arc;
use std::thread;

use serde_json::json;
use testkit::{slow, tools};
use tfplugin::testing::Attached;
use tfplugin::testing::cli::{Action, Project, Run};

use self::provider::{Api, notes};
use self::store::Store;
use crate::cli::config_for;

/// The resource type.
const NOTE: &str = "shared_note";
const ADDRESS: &str = "shared_note.one";
const PROVIDER: &str = "registry.terraform.io/aibridge-rs/shared";

/// One of the two: a folder with a state of its own, and a provider of its own.
struct Side {
    writer: &'static str,
    project: Project,
    _provider: Attached,
}

type Command = fn(&Project) -> Run;

impl Side {
    /// No state yet; to have the note `a` with the writer's name as its text.
    fn new(store: &Arc<Store>, writer: &'static str) -> Self {
        let api = Api { store: Arc::clone(store), writer };
        let provider = Attached::start(notes(api), PROVIDER).unwrap();
        let project = Project::new(tools::terraform()).unwrap().attach(&provider);
        let side = Self { writer, project, _provider: provider };
        side.wants(writer);
        side
    }

    fn wants(&self, text: &str) {
        let note = format!("resource {NOTE:?} \"one\" {{\n  name = \"a\"\n  text = {text:?}\n}}\n");
        self.project.write("main.tf", &config_for(PROVIDER, &note));
    }

    fn stored_text(&self) -> serde_json::Value {
        self.project.state().value(ADDRESS, "text").clone()
    }
}

/// Two sides whose states both hold the note `a` with the text `old`.
fn both_hold(store: &Arc<Store>) -> [Side; 2] {
    let sides = ["left", "right"].map(|writer| Side::new(store, writer));
    let [left, right] = &sides;
    left.wants("old");
    let _made = left.project.apply().success();
    let _imported = right.project.import(ADDRESS, "a").success();
    assert_eq!(store.writes(), ["left POST a: 200"]);
    left.wants(left.writer);
    right.wants(right.writer);
    sides
}

/// Runs both commands so that their writes meet, and are answered in this order.
fn at_once(store: &Store, calls: [(&Side, Command); 2]) -> [Run; 2] {
    store.meet(calls.map(|(side, _)| side.writer));
    thread::scope(|scope| {
        let running = calls.map(|(side, command)| {
            scope.spawn(move || {
                let run = command(&side.project);
                // A command that ended before its write does not block the other.
                store.leave(side.writer);
                run
            })
        });
        running.map(|it| it.join().unwrap())
    })
}

/// What the store has: one note `a`.
fn one(text: &str) -> [(String, String); 1] {
    [("a".to_owned(), text.to_owned())]
}

#[test]
fn second_of_two_creates_is_refused_and_imports_the_object() {
    let Some(_ran) = slow::ring3("sdk-two-states-create") else { return };
    let store = Arc::new(Store::default());
    let [left, right] = ["left", "right"].map(|writer| Side::new(&store, writer));
    let runs = at_once(&store, [(&left, Project::apply), (&right, Project::apply)]);
    assert_eq!(store.writes(), ["left POST a: 200", "right POST a: 409"]);
    assert_eq!(store.texts(), one("left"));

    let [won, lost] = runs;
    let _won = won.success();
    let lost = lost.failure();
    let problem = lost.error_at("name");
    assert_eq!(
        (problem.summary.as_str(), problem.address.as_deref()),
        ("Name is taken", Some(ADDRESS))
    );
    assert!(problem.detail.contains("import it with the id `a`"), "{problem:?}");
    assert_eq!(lost.problems.len(), 1, "{lost:#?}");
    // An object that is tainted would be in the state.
    assert!(right.project.state().objects().is_empty());
    assert_eq!(left.stored_text(), "left");
    left.project.plan().assert_empty();

    let _imported = right.project.import(ADDRESS, "a").success();
    let plan = right.project.plan().success();
    let change = plan.change(ADDRESS);
    assert_eq!((change.action, change.before("text")), (Action::Update, &json!("left")));
    right.wants("left");
    right.project.plan().assert_empty();
    assert_eq!(store.writes(), [""; 0]);
}

#[test]
fn second_of_two_updates_is_refused_and_sees_the_first_as_drift() {
    let Some(_ran) = slow::ring3("sdk-two-states-update") else { return };
    let store = Arc::new(Store::default());
    let [left, right] = both_hold(&store);
    let [won, lost] = at_once(&store, [(&left, Project::apply), (&right, Project::apply)]);
    assert_eq!(store.writes(), ["left PUT a 1: 200", "right PUT a 1: 412"]);
    assert_eq!(store.texts(), one("left"));

    let _won = won.success();
    check_stale(&lost.failure(), Some(ADDRESS), "Nothing was written.");
    assert_eq!(right.stored_text(), "old", "what it knew last");

    // Without a refresh the version is as old as before.
    let blind = right.project.apply_with(&["-refresh=false"]).failure();
    check_stale(&blind, Some(ADDRESS), "Nothing was written.");
    assert_eq!(store.writes(), ["right PUT a 1: 412"]);

    let plan = right.project.plan().success();
    let drift = plan.drift(ADDRESS).expect("the other's change is drift");
    assert_eq!((drift.before("text"), drift.known("text")), (&json!("old"), &json!("left")));
    assert_eq!(plan.change(ADDRESS).action, Action::Update);
    let _applied = right.project.apply().success();
    assert_eq!(store.writes(), ["right PUT a 2: 200"]);
    assert_eq!(store.texts(), one("right"));
    right.project.plan().assert_empty();
}

#[test]
fn destroy_after_an_update_of_the_other_state_leaves_the_object() {
    let Some(_ran) = slow::ring3("sdk-two-states-destroy") else { return };
    let store = Arc::new(Store::default());
    let [left, right] = both_hold(&store);
    let [won, lost] = at_once(&store, [(&right, Project::apply), (&left, Project::destroy)]);
    assert_eq!(store.writes(), ["right PUT a 1: 200", "left DELETE a 1: 412"]);
    assert_eq!(store.texts(), one("right"));

    let _won = won.success();
    // Terraform names no resource where it destroys: the text has to.
    check_stale(&lost.failure(), None, "Nothing was deleted.");
    assert_eq!(left.stored_text(), "old", "what it knew last");

    let _destroyed = left.project.destroy().success();
    assert!(store.texts().is_empty() && left.project.state().objects().is_empty());
}

#[track_caller]
fn check_stale(run: &Run, address: Option<&str>, consequence: &str) {
    let problem = run.problem("Note has changed since the plan");
    assert!(problem.is_error && problem.detail.contains("the note `a`"), "{problem:?}");
    assert!(problem.detail.contains(consequence), "{problem:?}");
    assert_eq!(problem.address.as_deref(), address);
    assert_eq!(run.problems.len(), 1, "{run:#?}");
}
