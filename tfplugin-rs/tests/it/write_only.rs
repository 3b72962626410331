//! Write-only values: seen in the configuration, stored nowhere, and refused where the
//! client would store them.

use tfplugin::diag::Diagnostics;
use tfplugin::resource::{Imported, Read};
use tfplugin::schema::{Attribute, Block, Limits, Nested, Schema};
use tfplugin::server::{ImportRequest, ImportTarget, ReadRequest, UpgradeRequest, ValidateRequest};
use tfplugin::ty::Type;
use tfplugin::value::Value;
use tfplugin::value::json::to_json;

use crate::scripted::{ANY, Script, Whole, headlines, object, only, plan, server};
use crate::volume::{DEFAULT, VOLUME, VolumeModel, VolumeScript, volume};

fn schema() -> Schema {
    let secret = || Attribute::optional(Type::String).write_only();
    let pair = |nested: Nested| {
        nested
            .attribute("user", Attribute::optional(Type::String))
            .attribute("password_wo", secret())
    };
    let block =
        Block::list(Limits::ANY).attribute("password_wo", secret()).block("inner", inner(secret()));
    Schema::new(0)
        .attribute("token_wo", secret())
        .attribute("one", Attribute::optional(pair(Nested::single())))
        .attribute("list", Attribute::optional(pair(Nested::list())))
        .attribute("map", Attribute::optional(pair(Nested::map())))
        .block("block", block)
}

fn inner(secret: impl Into<Attribute>) -> Block {
    Block::single().attribute("key_wo", secret)
}

/// The object with that in each place for a secret.
fn with_secrets(secret: &Value) -> Value {
    let pair = || object([("user", "root".into()), ("password_wo", secret.clone())]);
    let inner = object([("key_wo", secret.clone())]);
    let block = object([("password_wo", secret.clone()), ("inner", inner)]);
    object([
        ("token_wo", secret.clone()),
        ("one", pair()),
        ("list", Value::List(vec![pair(), pair()])),
        ("map", Value::map([("k", pair())])),
        ("block", Value::List(vec![block])),
    ])
}

async fn validated(config: &Value, write_only_allowed: bool) -> Diagnostics {
    let request =
        ValidateRequest { type_name: ANY.to_owned(), config: config.clone(), write_only_allowed };
    server(only(Script::<Whole>::new(ANY, schema))).await.validate_resource(request).await
}

#[tokio::test]
async fn client_that_stores_write_only_values_is_refused_with_their_paths() {
    let places = [
        "list[0].password_wo",
        "list[1].password_wo",
        "map[\"k\"].password_wo",
        "one.password_wo",
        "token_wo",
        "block[0].password_wo",
        "block[0].inner.key_wo",
    ];
    let expected = places.map(|place| format!("{place}: Write-only attribute is not supported"));
    for secret in ["hush".into(), Value::unknown()] {
        let diagnostics = validated(&with_secrets(&secret), false).await;
        assert_eq!(headlines(&diagnostics), expected);
        let details: Vec<&str> = diagnostics.iter().map(|it| it.detail.as_str()).collect();
        assert!(details.iter().all(|it| it.contains("1.11") && !it.contains("hush")));
        assert_eq!(headlines(&validated(&with_secrets(&secret), true).await), [""; 0]);
    }
    assert_eq!(headlines(&validated(&with_secrets(&Value::Null), false).await), [""; 0]);
}

#[tokio::test]
async fn plan_read_and_upgrade_return_no_write_only_value() {
    let (set, none) = (with_secrets(&"hush".into()), with_secrets(&Value::Null));
    let planned = plan(schema, &Value::Null, &set).await;
    assert_eq!((headlines(&planned.diagnostics), planned.state), (vec![], none.clone()));

    // Even where the author or an old state has one.
    let answering = Script::<Whole> {
        read: |_, _| Read::Present(Whole(with_secrets(&"hush".into()))),
        ..Script::new(ANY, schema)
    };
    let server = server(only(answering)).await;
    let request = ReadRequest {
        type_name: ANY.to_owned(),
        state: none.clone(),
        identity: None,
        private: Vec::new(),
    };
    let read = server.read(request).await;
    assert_eq!((headlines(&read.diagnostics), read.state), (vec![], none.clone()));
    let state = to_json(&set).unwrap().to_string().into_bytes();
    let upgraded =
        server.upgrade(UpgradeRequest { type_name: ANY.to_owned(), version: 0, state }).await;
    assert_eq!((headlines(&upgraded.diagnostics), upgraded.state), (vec![], none));
}

#[tokio::test]
async fn import_returns_no_write_only_value() {
    let script = VolumeScript {
        import: |_, _| {
            let secret = "hush".into();
            Imported::Imported(VolumeModel { secret, ..VolumeModel::default() })
        },
        ..DEFAULT
    };
    let request =
        ImportRequest { type_name: VOLUME.to_owned(), target: ImportTarget::Id("id-1".to_owned()) };
    let answer = crate::volume::server(script).await.import(request).await;
    assert_eq!(answer.state, Some(volume(&[])));
}
