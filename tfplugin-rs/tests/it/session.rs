//! The session, which drives a provider in process: lives of objects, and answers that it
//! must refuse.

use tfplugin::diag::{Diagnostic, Severity};
use tfplugin::resource::{Created, Read, Updated};
use tfplugin::testing::{Action, Object, Session};
use tfplugin::value::Value;

use crate::scripted::{Scripted, headlines, set};
use crate::volume::{
    Client, DEFAULT, VOLUME, VolumeScript, complete, helper, member, port, volumes,
};

async fn session(script: VolumeScript) -> Session<Scripted<Client>> {
    let session = Session::open(volumes(script)).await;
    let problems = session.configure([("url", "https://example.com".into())]).await;
    assert!(problems.is_empty(), "{problems:?}");
    session
}

#[tokio::test]
async fn session_creates_updates_replaces_and_destroys_an_object() {
    let session = session(DEFAULT).await;
    let mut life = session.life(VOLUME);
    assert!(!life.object().exists());
    let config = |size: i64, zone: &'static str| {
        [
            ("name", "one".into()),
            ("size", size.into()),
            ("zone", zone.into()),
            ("tags", set(["b".into(), "a".into()])),
            ("helper", helper("/bin/x", Value::Null)),
            ("members", set([member("k", Value::Null), member("l", Value::Null)])),
            ("secret", "never stored".into()),
            ("port", Value::List(vec![port(80, Value::Null)])),
        ]
    };
    assert_eq!(life.apply(config(1, "a")).await, Action::Create);
    assert_eq!(life.object().get("secret"), &Value::Null);
    assert_eq!(life.apply(config(1, "a")).await, Action::NoOp);
    assert_eq!(life.apply(config(2, "a")).await, Action::Update);
    assert_eq!(life.apply(config(2, "b")).await, Action::Replace);
    assert_eq!(life.object().get("zone"), &"b".into());
    life.destroy().await;
    assert!(!life.object().exists());
}

#[tokio::test]
async fn session_returns_the_diagnostics_of_each_step() {
    let script = VolumeScript {
        create: |planned, _| Created::Failed {
            partial: Some(complete(planned)),
            error: Diagnostic::error("Quota is used up", "Ask for more."),
        },
        read: |_, _| Read::Gone,
        update: |_, _, _| Updated::failed(Diagnostic::error("Locked", "Wait.").at("size")),
        ..DEFAULT
    };
    let session = session(script).await;
    let config = session.config(VOLUME, [("name", "".into()), ("size", 101.into())]);
    let problems = session.validate(VOLUME, &config).await;
    assert_eq!(
        headlines(&problems),
        ["name: Invalid attribute value", "size: Invalid attribute value"]
    );

    let config = session.config(VOLUME, [("name", "one".into())]);
    let planned = session.plan(VOLUME, &Object::none(), &config).await;
    assert_eq!((planned.action(), planned.get("id")), (Action::Create, &Value::unknown()));
    let failed = session.apply(&planned).await;
    assert_eq!(headlines(&failed.diagnostics), [": Quota is used up"]);
    assert_eq!(failed.object.get("id"), &"id-1".into(), "what exists is kept");

    let changed = session.config(VOLUME, [("name", "one".into()), ("size", 7.into())]);
    let planned = session.plan(VOLUME, &failed.object, &changed).await;
    let failed = session.apply(&planned).await;
    assert_eq!(headlines(&failed.diagnostics), ["size: Locked"]);
    assert!(!session.read(VOLUME, &failed.object).await.object.exists());

    let problems = session.configure([("url", "refuse".into())]).await;
    let first = problems.iter().next().unwrap();
    assert_eq!((first.severity, first.path.to_string().as_str()), (Severity::Error, "url"));
}

/// The message of the panic that ends the check.
async fn panic_of(check: impl Future<Output = ()> + Send + 'static) -> String {
    let err = tokio::spawn(check).await.expect_err("the check lets it pass");
    let payload = err.into_panic();
    payload.downcast_ref::<String>().expect("a panic has a message").clone()
}

#[tokio::test]
async fn session_refuses_an_apply_after_which_the_plan_is_not_empty() {
    let drifts = VolumeScript {
        read: |mut state, _| {
            state.size = tfplugin::model::Attr::Known(9_i64.into());
            Read::Present(state)
        },
        ..DEFAULT
    };
    let message = panic_of(async move {
        let session = session(drifts).await;
        session.life(VOLUME).apply([("name", "one".into())]).await;
    });
    assert!(message.await.contains("a plan after the apply is not empty"));
}

#[tokio::test]
async fn session_shows_the_diagnostics_that_end_a_life() {
    let message = panic_of(async {
        let session = session(DEFAULT).await;
        session.life(VOLUME).apply([("name", "forbidden".into())]).await;
    });
    let message = message.await;
    assert!(message.starts_with("validate: ") && message.contains("Name is taken"), "{message}");
}

#[tokio::test]
async fn session_refuses_a_replacement_that_was_not_planned() {
    let message = panic_of(async {
        let session = session(DEFAULT).await;
        let config = |size: i64, zone: &'static str| {
            let config = [("name", "one".into()), ("size", size.into()), ("zone", zone.into())];
            session.config(VOLUME, config)
        };
        let planned = session.plan(VOLUME, &Object::none(), &config(1, "a")).await;
        let created = session.apply(&planned).await;
        let update = session.plan(VOLUME, &created.object, &config(2, "a")).await;
        let _second = session.plan_again(&update, &config(2, "b")).await;
    });
    assert_eq!(message.await, "sample_volume is replaced because of zone only at apply");
}
