//! Identities of objects: what each call returns, and which identities are refused.

mod stored;

use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::resource::{Context, Created, Imported, Moved, Read};
use tfplugin::schema::modifier::{requires_replace, use_state_for_unknown};
use tfplugin::schema::{Attribute, IdentitySchema, Schema};
use tfplugin::server::{
    ApplyAnswer, ApplyRequest, ImportAnswer, ImportRequest, ImportTarget, PlanAnswer, PlanRequest,
    ReadAnswer, ReadRequest, UpgradeIdentityRequest,
};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::scripted::{Identity, Script, detail, headlines, object, only, server, with};
use crate::volume::{self, VOLUME};

const HOST: &str = "scripted_host";
const NULL: Value = Value::Null;

tfplugin::model! {
    struct HostModel {
        region: Attr<String>,
        name: Attr<String>,
        number: Attr<i64>,
        note: Attr<String>,
    }
}

const DEFAULT: Script<HostModel> = Script {
    create: |planned, _| Created::Created(numbered(planned)),
    read: |state, _| Read::Present(numbered(state)),
    import: |id, _| {
        // `region/name/number`, or less.
        let mut parts = id.split('/');
        let mut part = || Attr::from(parts.next().map(str::to_owned));
        let (region, name) = (part(), part());
        let number = part().map(|number: String| number.parse().unwrap());
        Imported::Imported(HostModel { region, name, number, note: Attr::Null })
    },
    move_from: |source, private| {
        if !source.is("example/old", "old_machine") || source.schema_version > 1 {
            return Moved::UnknownSource;
        }
        let Some(name) = source.text("title") else {
            return Moved::Failed(Diagnostic::error("Machine has no title", "Apply it once."));
        };
        private.set("moved_from", &source.private.get::<String>("zone").unwrap()).unwrap();
        Moved::Moved(HostModel { name: name.into(), region: "eu".into(), ..HostModel::default() })
    },
    identity: Some(IDENTITY),
    ..Script::new(HOST, schema)
};

const IDENTITY: Identity<HostModel> = Identity {
    schema: || {
        IdentitySchema::new(2)
            .required("name", Type::String, "Its name.")
            .required("number", Type::Number, "Its number.")
            .optional("region", Type::String, "The region.")
    },
    identify,
    may_change: false,
    import: |identity| match identity.get("name").and_then(Value::as_str) {
        Some("absent") => Imported::Failed(Diagnostic::error("No such host", "Take another.")),
        Some("twin") => Imported::Imported(host("eu", "other", 7)),
        name => Imported::Imported(HostModel {
            region: identity.get("region").and_then(Value::as_str).unwrap_or("eu").into(),
            name: name.map(str::to_owned).into(),
            ..HostModel::default()
        }),
    },
    upgrade: |version, mut identity| {
        if version == 0 {
            return Err(Diagnostic::error("Too old", "Import it again."));
        }
        let name = identity["title"].take();
        identity["name"] = name;
        Ok(identity)
    },
};

fn schema() -> Schema {
    let number = Attribute::computed(Type::Number).modify(use_state_for_unknown());
    Schema::new(0)
        .attribute("region", Attribute::optional(Type::String))
        .attribute("name", Attribute::required(Type::String).modify(requires_replace()))
        .attribute("number", number)
        .attribute("note", Attribute::optional(Type::String))
}

fn numbered(mut host: HostModel) -> HostModel {
    host.number = Attr::Known(7);
    host
}

fn identify(host: &HostModel) -> Value {
    let number = match host.number {
        Attr::Known(number) => number.into(),
        Attr::Null => NULL,
        Attr::Unknown => Value::unknown(),
    };
    let text = |attr: &Attr<String>| attr.as_str().map_or(NULL, Value::from);
    object([("region", text(&host.region)), ("name", text(&host.name)), ("number", number)])
}

/// The host with another script for its identity.
fn identified(identity: Identity<HostModel>) -> Script<HostModel> {
    Script { identity: Some(identity), ..DEFAULT }
}

fn host(region: &str, name: &str, number: i64) -> HostModel {
    HostModel {
        region: region.into(),
        name: name.into(),
        number: Attr::Known(number),
        note: Attr::Null,
    }
}

fn state(region: impl Into<Value>, name: &str, number: impl Into<Value>) -> Value {
    object([
        ("region", region.into()),
        ("name", name.into()),
        ("number", number.into()),
        ("note", NULL),
    ])
}

fn identity(region: impl Into<Value>, name: impl Into<Value>, number: impl Into<Value>) -> Value {
    object([("region", region.into()), ("name", name.into()), ("number", number.into())])
}

async fn plan(
    host: Script<HostModel>,
    prior: &Value,
    proposed: &Value,
    known: Option<Value>,
) -> PlanAnswer {
    let config = if proposed.is_null() { NULL } else { with(proposed, &[("number", NULL)]) };
    let request = PlanRequest {
        type_name: HOST.to_owned(),
        prior: prior.clone(),
        proposed: proposed.clone(),
        config,
        identity: known,
        private: Vec::new(),
    };
    server(only(host)).await.plan(request).await
}

async fn apply(
    host: Script<HostModel>,
    prior: &Value,
    planned: &Value,
    known: Option<Value>,
) -> ApplyAnswer {
    let request = ApplyRequest {
        type_name: HOST.to_owned(),
        prior: prior.clone(),
        planned: planned.clone(),
        config: planned.clone(),
        identity: known,
        private: Vec::new(),
    };
    server(only(host)).await.apply(request).await
}

async fn read(host: Script<HostModel>, known: Option<Value>) -> ReadAnswer {
    let request = ReadRequest {
        type_name: HOST.to_owned(),
        state: state("eu", "a", 7),
        identity: known,
        private: Vec::new(),
    };
    server(only(host)).await.read(request).await
}

async fn import(target: ImportTarget) -> ImportAnswer {
    server(only(DEFAULT)).await.import(ImportRequest { type_name: HOST.to_owned(), target }).await
}

fn whole() -> Value {
    identity("eu", "a", 7)
}

#[tokio::test]
async fn planned_identity_is_as_known_as_the_planned_object() {
    let unknown = Value::unknown;
    let created = plan(DEFAULT, &NULL, &state("eu", "a", NULL), None).await;
    assert_eq!(headlines(&created.diagnostics), [""; 0]);
    assert_eq!(created.identity, Some(identity("eu", "a", unknown())));

    let stored = state("eu", "a", 7);
    let unchanged = plan(DEFAULT, &stored, &stored, Some(whole())).await;
    assert_eq!(unchanged.identity, Some(whole()));
    // A state of an older version of the provider has none yet, or one that is all null.
    for none in [None, Some(identity(NULL, NULL, NULL))] {
        let unchanged = plan(DEFAULT, &stored, &stored, none).await;
        assert_eq!(unchanged.identity, Some(whole()));
    }
    let destroyed = plan(DEFAULT, &stored, &NULL, Some(whole())).await;
    assert_eq!(destroyed.identity, Some(whole()));
}

#[tokio::test]
async fn plan_that_changes_the_identity_without_replacement_is_refused() {
    let stored = state("eu", "a", 7);
    // `name` forces replacement, so the plan is made again, as a create.
    let replaced = plan(DEFAULT, &stored, &state("eu", "b", 7), Some(whole())).await;
    assert_eq!(headlines(&replaced.diagnostics), [""; 0]);
    assert_eq!(replaced.identity, Some(whole()));
    // Terraform sends the former identity with that, too.
    let again = plan(DEFAULT, &NULL, &state("eu", "b", NULL), Some(whole())).await;
    assert_eq!(headlines(&again.diagnostics), [""; 0]);
    assert_eq!(again.identity, Some(identity("eu", "b", Value::unknown())));
    // `region` forgot to.
    let moved = plan(DEFAULT, &stored, &state("us", "a", 7), Some(whole())).await;
    assert_eq!(headlines(&moved.diagnostics), [": Identity would change"]);
    let detail = detail(&moved.diagnostics);
    assert!(detail.contains("`region`") && detail.contains("replacement"), "{detail}");

    let renaming = identified(Identity { may_change: true, ..IDENTITY });
    let moved = plan(renaming, &stored, &state("us", "a", 7), Some(whole())).await;
    assert_eq!(headlines(&moved.diagnostics), [""; 0]);
    assert_eq!(moved.identity, Some(identity("us", "a", 7)));
}

#[tokio::test]
async fn apply_returns_a_complete_identity_or_an_error() {
    let planned = state("eu", "a", Value::unknown());
    let known = Some(identity("eu", "a", Value::unknown()));
    let created = apply(DEFAULT, &NULL, &planned, known.clone()).await;
    assert_eq!(headlines(&created.diagnostics), [""; 0]);
    assert_eq!((created.state, created.identity), (state("eu", "a", 7), Some(whole())));

    // Optional parts may be null.
    let nowhere = apply(DEFAULT, &NULL, &state(NULL, "a", Value::unknown()), None).await;
    assert_eq!(headlines(&nowhere.diagnostics), [""; 0]);
    assert_eq!(nowhere.identity, Some(identity(NULL, "a", 7)));

    let forgetful = identified(Identity {
        identify: |host| with(&identify(host), &[("number", NULL)]),
        ..IDENTITY
    });
    let created = apply(forgetful, &NULL, &planned, known.clone()).await;
    assert_eq!(headlines(&created.diagnostics), [": Identity is incomplete"]);
    assert_eq!((created.state, created.identity), (state("eu", "a", 7), None));

    let panicking = identified(Identity { identify: |_| panic!("it panics"), ..IDENTITY });
    let created = apply(panicking, &NULL, &planned, known.clone()).await;
    assert_eq!(headlines(&created.diagnostics), [": Provider fault"]);
    assert_eq!(created.state, state("eu", "a", 7));

    let gone = apply(DEFAULT, &state("eu", "a", 7), &NULL, Some(whole())).await;
    assert_eq!((gone.state, gone.identity), (NULL, None));
}

#[tokio::test]
async fn partial_object_of_a_failed_create_has_an_identity_if_it_is_known() {
    let planned = state("eu", "a", Value::unknown());
    let known = Some(identity("eu", "a", Value::unknown()));
    fn quota(partial: Option<HostModel>) -> Created<HostModel> {
        Created::Failed { partial, error: Diagnostic::error("Quota", "Pay.") }
    }
    type Create = fn(HostModel, &Context<'_, ()>) -> Created<HostModel>;
    let numbered: Create = |planned, _| quota(Some(numbered(planned)));
    for (create, expected) in [
        (numbered, Some(whole())),
        (|planned, _| quota(Some(planned)), None),
        (|_, _| quota(None), None),
    ] {
        let answer = apply(Script { create, ..DEFAULT }, &NULL, &planned, known.clone()).await;
        assert_eq!(headlines(&answer.diagnostics), [": Quota"]);
        assert_eq!(answer.identity, expected);
    }
}

#[tokio::test]
async fn read_that_changes_the_identity_is_refused() {
    for known in
        [None, Some(whole()), Some(identity(NULL, "a", 7)), Some(identity(NULL, NULL, NULL))]
    {
        let answer = read(DEFAULT, known).await;
        assert_eq!(headlines(&answer.diagnostics), [""; 0]);
        assert_eq!(answer.identity, Some(whole()));
    }
    let gone = read(Script { read: |_, _| Read::Gone, ..DEFAULT }, Some(whole())).await;
    assert_eq!((gone.state, gone.identity), (NULL, None));

    let read_fails =
        |_, _: &Context<'_, ()>| Read::Failed(Diagnostic::error("API is down", "Try later."));
    let failed = Script { read: read_fails, ..DEFAULT };
    let answer = read(failed, Some(whole())).await;
    assert_eq!((answer.state, answer.identity), (state("eu", "a", 7), Some(whole())));

    let exchanged = Script { read: |_, _| Read::Present(host("eu", "b", 7)), ..DEFAULT };
    let answer = read(exchanged, Some(whole())).await;
    assert_eq!(headlines(&answer.diagnostics), [": Object has another identity"]);
    assert_eq!((answer.state, answer.identity), (state("eu", "a", 7), Some(whole())));
    let renaming = Some(Identity { may_change: true, ..IDENTITY });
    let answer = read(Script { identity: renaming, ..exchanged }, Some(whole())).await;
    assert_eq!(answer.identity, Some(identity("eu", "b", 7)));
}

#[tokio::test]
async fn import_finds_an_object_by_id_or_by_identity() {
    let by_id = import(ImportTarget::Id("eu/a/7".to_owned())).await;
    assert_eq!((by_id.state, by_id.identity), (Some(state("eu", "a", 7)), Some(whole())));
    // The read that follows finds the rest.
    let vague = import(ImportTarget::Id("eu/a".to_owned())).await;
    assert_eq!((vague.state, vague.identity), (Some(state("eu", "a", NULL)), None));

    let named = import(ImportTarget::Identity(whole())).await;
    assert_eq!(headlines(&named.diagnostics), [""; 0]);
    assert_eq!((named.state, named.identity), (Some(state("eu", "a", NULL)), Some(whole())));
    // What was left out is completed by what was found.
    let short = import(ImportTarget::Identity(identity(NULL, "a", 7))).await;
    assert_eq!(short.identity, Some(whole()));

    for (target, headline) in [
        (identity("eu", "a", NULL), "Identity is incomplete"),
        (identity("eu", NULL, NULL), "Identity is incomplete"),
        (identity("eu", "absent", 7), "No such host"),
        (identity("eu", "twin", 7), "Import found another object"),
    ] {
        let answer = import(ImportTarget::Identity(target)).await;
        assert_eq!(headlines(&answer.diagnostics), [format!(": {headline}")]);
        assert!(answer.state.is_none() && answer.identity.is_none());
    }
}

#[tokio::test]
async fn type_without_identity_refuses_import_and_upgrade_by_identity() {
    let server = volume::server(volume::DEFAULT).await;
    let target = ImportTarget::Identity(NULL);
    let type_name = VOLUME.to_owned();
    let answer = server.import(ImportRequest { type_name: type_name.clone(), target }).await;
    assert_eq!(headlines(&answer.diagnostics), [": Import by identity is not supported"]);
    let request = UpgradeIdentityRequest { type_name, version: 0, identity: b"{}".to_vec() };
    let answer = server.upgrade_identity(request).await;
    assert_eq!(headlines(&answer.diagnostics), [": Unknown resource identity"]);
    assert!(server.identity_schema(VOLUME).unwrap().is_none());
}
