//! A panic in any operation of a provider is one diagnostic that names the operation, keeps
//! the stored object, and leaves the service in order.

use std::time::SystemTime;

use serde_json::json;
use tfplugin::diag::Diagnostics;
use tfplugin::ephemeral::{Closed, Opened, Renewed};
use tfplugin::function::{Parameter, Signature};
use tfplugin::model::Attr;
use tfplugin::private::Private;
use tfplugin::resource::{Created, Deleted, Imported, MoveSource, Moved, Read, Updated};
use tfplugin::schema::{Attribute, IdentitySchema, Schema};
use tfplugin::server::{MoveRequest, Server, UpgradeIdentityRequest};
use tfplugin::testing::{Object, Session};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::scripted::{
    Identity, Script, Scripted, ScriptedDataSource, ScriptedEphemeral, ScriptedFunction, Whole,
    object,
};

const PLAIN: &str = "scripted_plain";
const IDENTIFIED: &str = "scripted_identified";
const SOURCE: &str = "scripted_source";
const LEASE: &str = "scripted_lease";

tfplugin::model! {
    struct Panicking {
        panics: Attr<String>,
        note: Attr<String>,
    }
}

/// Panics in the operation that the attribute `panics` names.
fn panics(named: Option<&str>, operation: &str) {
    assert_ne!(named, Some(operation), "configured to panic in {operation}");
}

fn schema() -> Schema {
    Schema::new(2)
        .attribute("panics", Attribute::optional(Type::String))
        .attribute("note", Attribute::optional(Type::String))
}

fn in_value(config: &Value, operation: &str) {
    panics(config.get("panics").and_then(Value::as_str), operation);
}

fn provider() -> Scripted {
    let plain = Script::<Panicking> {
        validate: |config, _| panics(config.panics.as_str(), "validate"),
        plan: |plan, _| panics(plan.config().panics.as_str(), "plan"),
        create: |planned, _| {
            panics(planned.panics.as_str(), "create");
            Created::Created(planned)
        },
        read: |state, _| {
            panics(state.panics.as_str(), "read");
            Read::Present(state)
        },
        update: |_, planned, _| {
            panics(planned.panics.as_str(), "update");
            Updated::Updated(planned)
        },
        delete: |state, _| {
            panics(state.panics.as_str(), "delete");
            Deleted::Deleted
        },
        import: |id, _| {
            panics(Some(id), "import");
            Imported::Imported(Panicking::default())
        },
        upgrade: |_, state| {
            panics(state["panics"].as_str(), "upgrade");
            Ok(state)
        },
        ..Script::new(PLAIN, schema)
    };
    let identified = Script::<Panicking> {
        move_from: |source, _| {
            panics(source.text("panics"), "move");
            let note = source.text("note").map(str::to_owned).into();
            Moved::Moved(Panicking { note, ..Panicking::default() })
        },
        identity: Some(Identity {
            schema: || IdentitySchema::new(1).required("note", Type::String, "Its note."),
            identify: |it| {
                panics(it.panics.as_str(), "identify");
                object([("note", it.note.as_str().map_or(Value::Null, Value::from))])
            },
            may_change: false,
            import: |identity| {
                let note = identity.get("note").and_then(Value::as_str);
                panics(note, "import by identity");
                let note = note.map(str::to_owned).into();
                Imported::Imported(Panicking { note, ..Panicking::default() })
            },
            upgrade: |_, identity| {
                panics(identity["note"].as_str(), "identity upgrade");
                Ok(identity)
            },
        }),
        ..Script::new(IDENTIFIED, schema)
    };
    Scripted {
        schema: || Schema::new(0).attribute("panics", Attribute::optional(Type::String)),
        validate: |config, _| in_value(config, "validate"),
        configure: |config, (), _| {
            in_value(config, "configure");
            Some(())
        },
        ..other_kinds(Scripted::new(()).script(plain).script(identified))
    }
}

fn other_kinds(provider: Scripted) -> Scripted {
    let schema = || Schema::new(0).attribute("panics", Attribute::optional(Type::String));
    provider
        .data_source(ScriptedDataSource {
            type_name: SOURCE,
            schema,
            validate: |config, _| in_value(config, "validate"),
            read: |config, ()| {
                in_value(&config, "read");
                Ok(config)
            },
        })
        .ephemeral(ScriptedEphemeral {
            type_name: LEASE,
            schema,
            validate: |config, _| in_value(config, "validate"),
            wait: |_| Box::pin(async {}),
            open: |config, _| {
                in_value(&config, "open");
                let named = config.get("panics").and_then(Value::as_str);
                let private = named.unwrap_or_default().to_owned();
                let renew_at = SystemTime::now();
                Opened::Renewable { result: Whole(config), private, renew_at }
            },
            renew: |private, _| {
                panics(Some(&private), "renew");
                Renewed::Renewed { private }
            },
            close: |private, _| {
                panics(Some(&private), "close");
                Closed::Closed
            },
        })
        .function(ScriptedFunction {
            name: "panics",
            signature: || {
                Signature::new(Type::String).parameter(Parameter::new("in", Type::String))
            },
            call: |arguments| {
                let (operation,) = arguments.read::<(String,)>()?;
                panics(Some(&operation), "call");
                Ok(operation.into())
            },
        })
}

/// One diagnostic, with the message of the panic.
#[track_caller]
fn assert_panicked(operation: &str, diagnostics: &Diagnostics) {
    let all: Vec<_> = diagnostics.iter().collect();
    let [fault] = &all[..] else { panic!("{operation}: {all:?}") };
    assert_eq!(fault.summary, "Provider fault", "{operation}");
    for words in [&format!("configured to panic in {operation}"), "Other objects are not affected"]
    {
        assert!(fault.detail.contains(words), "{operation}: {}", fault.detail);
    }
}

#[tokio::test]
async fn panic_in_the_provider_block_is_a_diagnostic_and_the_next_block_works() {
    let session = Session::open(provider()).await;
    for operation in ["validate", "configure"] {
        let diagnostics = session.configure([("panics", operation.into())]).await;
        let details: Vec<_> = diagnostics.iter().map(|it| it.detail.clone()).collect();
        assert!(details[0].contains(&format!("configured to panic in {operation}")), "{details:?}");
    }
    assert!(session.configure([]).await.is_empty());
}

#[tokio::test]
async fn panic_in_an_operation_of_a_resource_is_a_diagnostic_and_keeps_the_stored_object() {
    let session = Session::open(provider()).await;
    assert!(session.configure([]).await.is_empty());
    let config = |panics: &str, note: &str| {
        session.config(PLAIN, [("panics", panics.into()), ("note", note.into())])
    };
    let stored = |panics: &str| Object::of(config(panics, "stored"));
    let none = Object::none();

    assert_panicked("validate", &session.validate(PLAIN, &config("validate", "")).await);
    let planned = session.plan(PLAIN, &none, &config("plan", "")).await;
    assert_panicked("plan", &planned.diagnostics);

    let planned = session.plan(PLAIN, &none, &config("create", "")).await;
    let answer = session.apply(&planned).await;
    assert_panicked("create", &answer.diagnostics);
    assert!(!answer.object.exists(), "nothing was created");

    for (operation, config) in [("update", config("update", "new")), ("delete", Value::Null)] {
        let planned = session.plan(PLAIN, &stored(operation), &config).await;
        let answer = session.apply(&planned).await;
        assert_panicked(operation, &answer.diagnostics);
        assert_eq!(answer.object.get("note"), &"stored".into());
    }

    let answer = session.read(PLAIN, &stored("read")).await;
    assert_panicked("read", &answer.diagnostics);
    assert_eq!(answer.object.get("note"), &"stored".into());

    assert_panicked("import", &session.import(PLAIN, "import").await.diagnostics);
    let upgraded = session.upgrade(PLAIN, 1, r#"{"panics":"upgrade"}"#).await;
    assert_panicked("upgrade", &upgraded.diagnostics);

    // The next calls of all of them work.
    session.life(PLAIN).apply([("note", "x".into())]).await;
}

#[tokio::test]
async fn panic_in_a_move_or_about_an_identity_is_a_diagnostic() {
    let server = Server::new(provider());
    assert!(server.configure(object([("panics", Value::Null)])).await.is_empty());
    let moved = |panics: &str| {
        let source = MoveSource {
            provider_address: "registry.terraform.io/example/old".to_owned(),
            type_name: "old_plain".to_owned(),
            schema_version: 0,
            state: json!({ "panics": panics, "note": "n" }),
            identity: None,
            identity_version: 0,
            private: Private::default(),
        };
        server.move_state(MoveRequest { type_name: IDENTIFIED.to_owned(), source })
    };
    let upgraded = |note: &str| {
        let identity = json!({ "note": note }).to_string().into_bytes();
        let type_name = IDENTIFIED.to_owned();
        server.upgrade_identity(UpgradeIdentityRequest { type_name, version: 0, identity })
    };
    let answer = moved("move").await;
    assert_panicked("move", &answer.diagnostics);
    assert!(answer.state.is_none() && answer.identity.is_none() && answer.private.is_empty());
    let answer = upgraded("identity upgrade").await;
    assert_panicked("identity upgrade", &answer.diagnostics);
    assert!(answer.identity.is_none());

    let session = Session::open(provider()).await;
    assert!(session.configure([]).await.is_empty());
    let stored = session.config(IDENTIFIED, [("panics", "identify".into()), ("note", "n".into())]);
    let answer = session.read(IDENTIFIED, &Object::of(stored.clone())).await;
    assert_panicked("identify", &answer.diagnostics);
    assert_eq!(answer.object.state, stored);
    let imported = [("note", "import by identity".into())];
    let answer = session.import_by_identity(IDENTIFIED, imported).await;
    assert_panicked("import by identity", &answer.diagnostics);

    // The next calls of all of them work.
    let answer = moved("").await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(answer.state.unwrap().get("note"), Some(&"n".into()));
    assert_eq!(upgraded("n").await.identity, Some(object([("note", "n".into())])));
    session.life(IDENTIFIED).apply([("note", "x".into())]).await;
}

#[tokio::test]
async fn panic_in_a_data_source_ephemeral_resource_or_function_is_a_diagnostic() {
    let session = Session::open(provider()).await;
    assert!(session.configure([]).await.is_empty());
    let named = |operation: &str| [("panics", operation.into())];
    for operation in ["validate", "read"] {
        let (_, diagnostics) = session.read_data_source(SOURCE, named(operation)).await;
        assert_panicked(operation, &diagnostics);
    }
    for operation in ["validate", "open"] {
        let opened = session.open_ephemeral(LEASE, named(operation)).await;
        assert_panicked(operation, &opened.diagnostics);
    }
    let mut opened = session.open_ephemeral(LEASE, named("renew")).await;
    assert_panicked("renew", &session.renew_ephemeral(&mut opened).await);
    let opened = session.open_ephemeral(LEASE, named("close")).await;
    assert_panicked("close", &session.close_ephemeral(opened).await);
    let refused = session.call_function("panics", ["call".into()]).await.unwrap_err();
    assert!(refused.text.contains("configured to panic in call"), "{}", refused.text);

    // The next calls work.
    let (data, _) = session.read_data_source(SOURCE, named("x")).await;
    assert_eq!(data.get("panics"), Some(&"x".into()));
}
