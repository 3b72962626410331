//! State of every older schema version, with more and less in it than it should have, is
//! upgraded, read, and leaves nothing to do.

use serde_json::{Value as Json, json};
use tfplugin::model::Attr;
use tfplugin::resource::Read;
use tfplugin::schema::modifier::use_state_for_unknown;
use tfplugin::schema::{Attribute, Block, Limits, Nested, Schema};
use tfplugin::testing::{Action, Session};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::scripted::{Script, Scripted, headlines, object, only, session};

const DISK: &str = "scripted_disk";
const NEWEST: i64 = 3;

tfplugin::model! {
    struct Disk {
        etag: Attr<String>,
        name: Attr<String>,
        note: Attr<String>,
        size: Attr<i64>,
        mounts: Attr<Vec<Attr<Mount>>>,
        policy: Attr<Vec<Attr<Policy>>>,
    }

    struct Mount {
        path: Attr<String>,
        device: Attr<String>,
    }

    struct Policy {
        days: Attr<i64>,
    }
}

/// A resource that has had four schemas: first `title` and `size` as text, then `name`, then
/// `size` as a number, and now a list of mounts where there was one `mount`.
const DISKS: Script<Disk> = Script {
    // As the API has it, whatever the state has lost.
    read: |mut state, _| {
        state.etag = "e1".into();
        state.size = Attr::Known(10);
        let found = |mount: Attr<Mount>| mount.map(|it| Mount { device: "sda".into(), ..it });
        state.mounts = state.mounts.map(|it| it.into_iter().map(found).collect());
        Read::Present(state)
    },
    upgrade: |version, mut state| {
        for version in version..NEWEST {
            match version {
                0 => state["name"] = state["title"].take(),
                1 => {
                    let size = state["size"].as_str().and_then(|it| it.parse::<i64>().ok());
                    state["size"] = json!(size);
                }
                _ => {
                    let mount = state["mount"].take();
                    state["mounts"] = json!([{ "path": mount }]);
                }
            }
        }
        Ok(state)
    },
    ..Script::new(DISK, schema)
};

fn schema() -> Schema {
    let mounts = Nested::list()
        .attribute("path", Attribute::required(Type::String))
        .attribute("device", Attribute::computed(Type::String).modify(use_state_for_unknown()));
    let days = Attribute::optional(Type::Number);
    Schema::new(NEWEST)
        .attribute("etag", Attribute::computed(Type::String).modify(use_state_for_unknown()))
        .attribute("name", Attribute::required(Type::String))
        .attribute("note", Attribute::optional(Type::String))
        .attribute("size", Attribute::optional_computed(Type::Number).default(10))
        .attribute("mounts", Attribute::optional(mounts))
        .block("policy", Block::list(Limits::between(0, 1)).attribute("days", days))
}

/// A state as the provider wrote it when that was its newest version.
fn written(version: i64) -> Json {
    let rest = json!({ "etag": "e1", "note": null, "policy": [{ "days": 7 }] });
    let own = match version {
        0 => json!({ "title": "a", "size": "10", "mount": "/srv" }),
        1 => json!({ "name": "a", "size": "10", "mount": "/srv" }),
        2 => json!({ "name": "a", "size": 10, "mount": "/srv" }),
        _ => json!({ "name": "a", "size": 10, "mounts": [{ "path": "/srv", "device": "sda" }] }),
    };
    let mut all = rest;
    all.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    all
}

/// What a state may have undergone, and what that is called in a failure.
type Change = (&'static str, fn(&mut Json));

const CHANGES: [Change; 8] = [
    ("as it was written", |_| {}),
    ("with more", |it| it["gone"] = json!({ "deep": [1, null] })),
    ("with more that is null", |it| it["gone"] = Json::Null),
    ("with more inside a block", |it| it["policy"][0]["gone"] = json!(true)),
    ("without an optional attribute", |it| remove(it, "note")),
    ("without a computed attribute", |it| remove(it, "etag")),
    ("with a computed attribute null", |it| it["etag"] = Json::Null),
    ("with a defaulted attribute null", |it| it["size"] = Json::Null),
];

fn remove(state: &mut Json, name: &str) {
    assert!(state.as_object_mut().unwrap().remove(name).is_some(), "{name}");
}

fn config(session: &Session<Scripted>, policy: Value) -> Value {
    let mount = Value::object([("path", "/srv".into()), ("device", Value::Null)]);
    session.config(
        DISK,
        [("name", "a".into()), ("mounts", Value::List(vec![mount])), ("policy", policy)],
    )
}

fn week() -> Value {
    Value::List(vec![Value::object([("days", 7.into())])])
}

/// Upgrades, reads and plans: nothing may be left to do. Gives what was upgraded.
async fn check(session: &Session<Scripted>, case: &str, version: i64, state: &Json, policy: Value) {
    let upgraded = session.upgrade(DISK, version, &state.to_string()).await;
    assert!(upgraded.diagnostics.is_empty(), "{case}: {:#?}", upgraded.diagnostics);
    let read = session.read(DISK, &upgraded.object).await;
    assert!(read.diagnostics.is_empty(), "{case}: {:#?}", read.diagnostics);
    let planned = session.plan(DISK, &read.object, &config(session, policy)).await;
    assert!(planned.diagnostics.is_empty(), "{case}: {:#?}", planned.diagnostics);
    assert_eq!(planned.action(), Action::NoOp, "{case}: planned {:?}", planned.state);
}

#[tokio::test]
async fn state_of_every_version_is_upgraded_to_an_empty_plan() {
    let session = session(only(DISKS)).await;
    let mount = |device: Value| object([("path", "/srv".into()), ("device", device)]);
    for version in 0..=NEWEST {
        let upgraded = session.upgrade(DISK, version, &written(version).to_string()).await;
        // What only a newer version stores is for the read to find out.
        let device = if version == NEWEST { "sda".into() } else { Value::Null };
        let expected = object([
            ("etag", "e1".into()),
            ("name", "a".into()),
            ("note", Value::Null),
            ("size", 10.into()),
            ("mounts", Value::List(vec![mount(device)])),
            ("policy", week()),
        ]);
        assert_eq!(upgraded.object.state, expected, "{version}");
        for (change, apply) in CHANGES {
            let mut state = written(version);
            apply(&mut state);
            let case = format!("version {version} {change}");
            check(&session, &case, version, &state, week()).await;
        }
        // Before there was such a block, there was none.
        for is_null in [false, true] {
            let mut state = written(version);
            remove(&mut state, "policy");
            if is_null {
                state["policy"] = Json::Null;
            }
            let case = format!("version {version} without a block");
            check(&session, &case, version, &state, Value::List(vec![])).await;
        }
    }
}

#[tokio::test]
async fn state_that_is_no_object_is_refused_before_the_provider_is_called() {
    let session = session(only(DISKS)).await;
    for version in 0..=NEWEST {
        for stored in ["[]", "7", "\"x\"", "true"] {
            let refused = session.upgrade(DISK, version, stored).await;
            let headline = ": State does not fit the schema";
            assert_eq!(headlines(&refused.diagnostics), [headline], "{version}: {stored}");
        }
        let nothing = session.upgrade(DISK, version, "null").await;
        assert!(nothing.diagnostics.is_empty() && !nothing.object.exists(), "{version}");
    }
}
