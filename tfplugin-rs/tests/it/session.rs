//! The in-process client: whole lives, and answers that it must not let pass.

use tfplugin::diag::{Diagnostic, Severity};
use tfplugin::resource::{Created, Read, Updated};
use tfplugin::testing::{Action, Attached, CallError, Object, Session};
use tfplugin::value::Value;
use tokio::net::UnixStream;

use crate::scripted::{Scripted, headlines, set};
use crate::volume::{
    Client, DEFAULT, VOLUME, VolumeModel, VolumeScript, complete, helper, member, port, volumes,
};

async fn session(script: VolumeScript) -> Session<Scripted<Client>> {
    let session = Session::open(volumes(script)).await;
    let told = session.configure([("url", "https://example.com".into())]).await;
    assert!(told.is_empty(), "{told:?}");
    session
}

#[tokio::test]
async fn a_life_is_created_updated_replaced_and_destroyed() {
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
async fn a_session_over_a_stream_drives_who_is_at_its_other_end() {
    let address = "registry.terraform.io/aibridge-rs/sample";
    let (attached, recording) = Attached::recording(volumes(DEFAULT), address).unwrap();
    let reattach: serde_json::Value = serde_json::from_str(attached.reattach()).unwrap();
    let socket = reattach[address]["Addr"]["String"].as_str().unwrap();
    let stream = UnixStream::connect(socket).await.unwrap();

    let session = Session::open_over(volumes(DEFAULT), stream).await.unwrap();
    assert!(session.configure([("url", "https://example.com".into())]).await.is_empty());
    let mut life = session.life(VOLUME);
    assert_eq!(life.apply([("name", "one".into())]).await, Action::Create);
    life.destroy().await;
    let asked = recording.take();
    let applied = asked.iter().filter(|it| it.method == "ApplyResourceChange").count();
    assert_eq!(applied, 2, "{asked:?}");
}

#[tokio::test]
async fn an_import_is_compared_with_the_stored_object() {
    let script = VolumeScript {
        import: |id, _| {
            let mut model = complete(VolumeModel::default());
            (model.id, model.name) = (id.into(), "one".into());
            (model.color, model.note, model.sum) = ("red".into(), "noted".into(), "sum-1".into());
            tfplugin::resource::Imported::Imported(model)
        },
        ..DEFAULT
    };
    let session = session(script).await;
    let mut life = session.life(VOLUME);
    life.apply([("name", "one".into())]).await;
    life.import_matches("id-1", [("name", "one".into())]).await;
}

#[tokio::test]
async fn steps_one_by_one_say_what_is_wrong() {
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
    let told = session.validate(VOLUME, &config).await;
    assert_eq!(
        headlines(&told),
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

    let told = session.configure([("url", "refuse".into())]).await;
    let first = told.iter().next().unwrap();
    assert_eq!((first.severity, first.path.to_string().as_str()), (Severity::Error, "url"));
}

#[tokio::test]
async fn what_is_unknown_at_plan_is_planned_again_at_apply() {
    let session = session(DEFAULT).await;
    let unknown = session.config(VOLUME, [("name", "one".into()), ("size", Value::unknown())]);
    let first = session.plan(VOLUME, &Object::none(), &unknown).await;
    assert!(first.get("size").is_unknown());
    let known = session.config(VOLUME, [("name", "one".into()), ("size", 4.into())]);
    let second = session.plan_again(&first, &known).await;
    let answer = session.apply(&second).await;
    assert_eq!(answer.object.get("size"), &4.into());
}

#[tokio::test]
async fn an_upgrade_is_read_by_the_schema() {
    let session = session(DEFAULT).await;
    let answer = session.upgrade(VOLUME, 3, r#"{"name":"one","gone":1}"#).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    assert_eq!(answer.object.get("name"), &"one".into());
    let answer = session.upgrade(VOLUME, 3, "{").await;
    assert!(answer.diagnostics.has_errors() && !answer.object.exists());
}

/// Runs it in a task of its own and gives what it panicked with.
async fn panic_of(check: impl Future<Output = ()> + Send + 'static) -> String {
    let err = tokio::spawn(check).await.expect_err("the check lets it pass");
    let payload = err.into_panic();
    payload.downcast_ref::<String>().expect("a panic says why").clone()
}

#[tokio::test]
async fn a_plan_that_is_not_empty_afterwards_is_no_life() {
    let drifts = VolumeScript {
        read: |mut state, _| {
            state.size = tfplugin::model::Attr::Known(9_i64.into());
            Read::Present(state)
        },
        ..DEFAULT
    };
    let told = panic_of(async move {
        let session = session(drifts).await;
        session.life(VOLUME).apply([("name", "one".into())]).await;
    });
    assert!(told.await.contains("a plan after the apply is not empty"));
}

#[tokio::test]
async fn errors_inside_a_life_are_shown() {
    let told = panic_of(async {
        let session = session(DEFAULT).await;
        session.life(VOLUME).apply([("name", "forbidden".into())]).await;
    });
    let told = told.await;
    assert!(told.starts_with("validate: ") && told.contains("Name is taken"), "{told}");
}

#[tokio::test]
async fn a_message_that_is_none_is_a_status() {
    let session = session(DEFAULT).await;
    let answer = session.call_raw("PlanResourceChange", b"\xff\xff"[..].into()).await;
    assert_eq!(answer, Err(CallError::Status(13)));
    let answer = session.call_raw("NoSuchCall", b""[..].into()).await;
    assert_eq!(answer, Err(CallError::Status(12)));
}

#[tokio::test]
#[should_panic(expected = "sample_volume is replaced because of zone only at apply")]
async fn a_replacement_that_was_not_planned_is_refused() {
    let session = session(DEFAULT).await;
    let config = |size: i64, zone: &'static str| {
        session
            .config(VOLUME, [("name", "one".into()), ("size", size.into()), ("zone", zone.into())])
    };
    let planned = session.plan(VOLUME, &Object::none(), &config(1, "a")).await;
    let created = session.apply(&planned).await;
    let update = session.plan(VOLUME, &created.object, &config(2, "a")).await;
    let _second = session.plan_again(&update, &config(2, "b")).await;
}
