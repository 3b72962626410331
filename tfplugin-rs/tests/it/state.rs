//! What becomes of stored objects: upgrade, read and import.

use serde_json::json;
use tfplugin::diag::Diagnostic;
use tfplugin::resource::{Imported, Read};
use tfplugin::server::{
    ImportRequest, ImportTarget, ReadAnswer, ReadRequest, UpgradeAnswer, UpgradeRequest,
};
use tfplugin::value::Value;
use tfplugin::value::json::to_json;

use crate::scripted::headlines;
use crate::volume::{DEFAULT, VOLUME, VolumeScript, helper, server, unconfigured, volume, with};

fn stored() -> Value {
    let big = tfplugin::value::Number::parse("123456789012345678901234567890.5").unwrap();
    volume(&[("name", "a".into()), ("id", "id-1".into()), ("size", big.into())])
}

async fn upgrade(script: VolumeScript, version: i64, state: &serde_json::Value) -> UpgradeAnswer {
    let state = state.to_string().into_bytes();
    let request = UpgradeRequest { type_name: VOLUME.to_owned(), version, state };
    server(script).await.upgrade(request).await
}

#[tokio::test]
async fn state_of_the_current_version_is_decoded_by_the_schema() {
    let whole = to_json(&stored()).unwrap();
    let answer = upgrade(DEFAULT, 3, &whole).await;
    assert_eq!((headlines(&answer.diagnostics), answer.state), (vec![], stored()));

    let mut changed = whole.clone();
    changed["gone"] = json!({"deep": [1]});
    changed["secret"] = json!("hush");
    changed["helper"] = json!({"path": "/a", "old": true});
    let fields = changed.as_object_mut().unwrap();
    fields.remove("zone");
    let answer = upgrade(DEFAULT, 3, &changed).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    assert_eq!(answer.state, with(&stored(), &[("helper", helper("/a", Value::Null))]));
}

#[tokio::test]
async fn state_that_cannot_be_decoded_or_upgraded_is_refused() {
    for (script, version, state, headline) in [
        (DEFAULT, 4, json!({}), ": State is too new"),
        (DEFAULT, 3, json!([]), ": State does not fit the schema"),
        (DEFAULT, 3, json!({"size": true}), "size: State does not fit the schema"),
        (DEFAULT, 3, json!({"helper": [1]}), "helper: State does not fit the schema"),
        (
            VolumeScript {
                upgrade: |_, _| Err(Diagnostic::error("Too old", "Start anew.")),
                ..DEFAULT
            },
            1,
            json!({}),
            ": Too old",
        ),
    ] {
        let answer = upgrade(script, version, &state).await;
        assert_eq!(headlines(&answer.diagnostics), [headline], "{state}");
        assert!(answer.state.is_null());
    }
    let request =
        UpgradeRequest { type_name: VOLUME.to_owned(), version: 3, state: b"{\"name\":".to_vec() };
    let answer = unconfigured().upgrade(request).await;
    assert_eq!(headlines(&answer.diagnostics), [": State cannot be read"]);
}

async fn read(script: VolumeScript) -> ReadAnswer {
    let request = ReadRequest {
        type_name: VOLUME.to_owned(),
        state: stored(),
        identity: None,
        private: b"private".to_vec(),
    };
    server(script).await.read(request).await
}

#[tokio::test]
async fn read_returns_the_object_of_the_provider() {
    let answer = read(DEFAULT).await;
    assert_eq!((headlines(&answer.diagnostics), answer.state), (vec![], stored()));
    assert_eq!(answer.private, b"private");

    let script = VolumeScript {
        read: |mut state, cx| {
            state.name = "drifted".into();
            cx.set_private("seen", &true).unwrap();
            cx.warn("name", "Name has changed", "It was renamed outside Terraform.");
            Read::Present(state)
        },
        ..DEFAULT
    };
    let answer = read(script).await;
    assert_eq!(headlines(&answer.diagnostics), ["name: Name has changed"]);
    assert_eq!(answer.state, with(&stored(), &[("name", "drifted".into())]));
    assert_eq!(answer.private, br#"{"seen":true}"#);

    let answer = read(VolumeScript { read: |_, _| Read::Gone, ..DEFAULT }).await;
    assert!(answer.state.is_null() && answer.diagnostics.is_empty());
}

#[tokio::test]
async fn read_that_fails_keeps_the_stored_object() {
    for (script, headline) in [
        (
            (VolumeScript {
                read: |_, _| Read::Failed(Diagnostic::error("API is down", "Try later.")),
                ..DEFAULT
            }),
            ": API is down",
        ),
        (
            VolumeScript {
                read: |mut state, _| {
                    state.note = tfplugin::model::Attr::Unknown;
                    Read::Present(state)
                },
                ..DEFAULT
            },
            "note: Provider left a value unknown",
        ),
    ] {
        let answer = read(script).await;
        assert_eq!(headlines(&answer.diagnostics), [headline]);
        let detail = &answer.diagnostics.iter().next().unwrap().detail;
        let says_so = detail.contains("The stored object stays as it was.");
        assert_eq!(says_so, headline.contains("unknown"), "{detail}");
        assert_eq!((answer.state, answer.private), (stored(), b"private".to_vec()));
    }
}

#[tokio::test]
async fn import_returns_an_object_or_an_error() {
    let request = || ImportRequest {
        type_name: VOLUME.to_owned(),
        target: ImportTarget::Id("id-7".to_owned()),
    };
    let answer = server(DEFAULT).await.import(request()).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    let state = answer.state.unwrap();
    assert_eq!(state.get("id"), Some(&"id-7".into()));
    assert_eq!(state.get("port"), Some(&Value::List(vec![])));
    assert!(state.is_wholly_known());

    let failed = VolumeScript {
        import: |_, _| Imported::Failed(Diagnostic::error("No such volume", "Give another id.")),
        ..DEFAULT
    };
    let answer = server(failed).await.import(request()).await;
    assert_eq!(headlines(&answer.diagnostics), [": No such volume"]);
    assert!(answer.state.is_none());
}
