//! A panic in any operation is a diagnostic of that operation: it names it, keeps what was
//! stored, and leaves the service in order.

use serde_json::{Value as Json, json};
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::private::Private;
use tfplugin::provider::{Context, Kinds, Provider};
use tfplugin::resource::{
    Created, Deleted, Identified, Imported, MoveSource, Moved, Plan, Read, Resource, Updated,
};
use tfplugin::schema::{Attribute, IdentitySchema, Schema};
use tfplugin::server::{MoveRequest, Server, UpgradeIdentityRequest};
use tfplugin::testing::{Object, Session};
use tfplugin::ty::Type;
use tfplugin::value::Value;

const BRITTLE: &str = "brittle_thing";
const NAMED: &str = "brittle_named";

tfplugin::model! {
    struct Block {
        breaks: Attr<String>,
    }

    struct Thing {
        breaks: Attr<String>,
        note: Attr<String>,
    }

    struct Name {
        note: Attr<String>,
    }
}

/// Panics in the operation that the attribute `breaks` names.
struct Brittle;

fn strike(breaks: &Attr<String>, operation: &str) {
    if breaks.as_str() == Some(operation) {
        panic!("struck in {operation}");
    }
}

impl Provider for Brittle {
    type Config = Block;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0).attribute("breaks", Attribute::optional(Type::String))
    }

    fn validate(&self, config: &Block, _diags: &mut Diagnostics) {
        strike(&config.breaks, "validate");
    }

    async fn configure(&self, config: Block, _diags: &mut Diagnostics) -> Option<()> {
        strike(&config.breaks, "configure");
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new().resource(Fragile).identified_resource(Named)
    }
}

struct Fragile;

impl Resource for Fragile {
    type Client = ();
    type Model = Thing;

    fn type_name(&self) -> &'static str {
        BRITTLE
    }

    fn schema(&self) -> Schema {
        Schema::new(2)
            .attribute("breaks", Attribute::optional(Type::String))
            .attribute("note", Attribute::optional(Type::String))
    }

    fn validate(&self, config: &Thing, _diags: &mut Diagnostics) {
        strike(&config.breaks, "validate");
    }

    fn plan(&self, plan: &mut Plan<'_, Thing>, _client: Option<&()>, _diags: &mut Diagnostics) {
        strike(&plan.config().breaks, "plan");
    }

    async fn create(&self, planned: Thing, _cx: &Context<'_, ()>) -> Created<Thing> {
        strike(&planned.breaks, "create");
        Created::Created(planned)
    }

    async fn read(&self, state: Thing, _cx: &Context<'_, ()>) -> Read<Thing> {
        strike(&state.breaks, "read");
        Read::Present(state)
    }

    async fn update(&self, _: Thing, planned: Thing, _cx: &Context<'_, ()>) -> Updated<Thing> {
        strike(&planned.breaks, "update");
        Updated::Updated(planned)
    }

    async fn delete(&self, state: Thing, _cx: &Context<'_, ()>) -> Deleted {
        strike(&state.breaks, "delete");
        Deleted::Deleted
    }

    async fn import(&self, id: &str, _cx: &Context<'_, ()>) -> Imported<Thing> {
        strike(&id.into(), "import");
        Imported::Imported(Thing::default())
    }

    fn upgrade(&self, _: i64, state: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        strike(&state["breaks"].as_str().unwrap_or_default().into(), "upgrade");
        Ok(state)
    }
}

/// The same for what only objects with an identity have, and for moves.
struct Named;

impl Resource for Named {
    type Client = ();
    type Model = Thing;

    fn type_name(&self) -> &'static str {
        NAMED
    }

    fn schema(&self) -> Schema {
        Fragile.schema()
    }

    async fn create(&self, planned: Thing, _cx: &Context<'_, ()>) -> Created<Thing> {
        Created::Created(planned)
    }

    async fn read(&self, state: Thing, _cx: &Context<'_, ()>) -> Read<Thing> {
        Read::Present(state)
    }

    async fn update(&self, _: Thing, planned: Thing, _cx: &Context<'_, ()>) -> Updated<Thing> {
        Updated::Updated(planned)
    }

    async fn delete(&self, _state: Thing, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }

    fn move_from(&self, source: &MoveSource, _private: &mut Private) -> Moved<Thing> {
        strike(&source.text("breaks").unwrap_or_default().into(), "move");
        Moved::Moved(Thing {
            note: source.text("note").map(str::to_owned).into(),
            ..Thing::default()
        })
    }
}

impl Identified for Named {
    type Identity = Name;

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::new(1).required("note", Type::String, "Its note.")
    }

    fn identify(&self, thing: &Thing, _client: &()) -> Name {
        strike(&thing.breaks, "identify");
        Name { note: thing.note.clone() }
    }

    async fn import_by_identity(&self, identity: Name, _cx: &Context<'_, ()>) -> Imported<Thing> {
        strike(&identity.note, "import by identity");
        Imported::Imported(Thing { note: identity.note, ..Thing::default() })
    }

    fn upgrade_identity(&self, _: i64, identity: Json) -> Result<Json, Diagnostic> {
        strike(&identity["note"].as_str().unwrap_or_default().into(), "identity upgrade");
        Ok(identity)
    }
}

#[tokio::test]
async fn a_panic_in_a_move_or_about_an_identity_is_told() {
    let server = Server::new(Brittle);
    let nothing = Value::object([("breaks", Value::Null)]);
    assert!(server.configure(nothing).await.is_empty());
    let moved = |breaks: &str| {
        let source = MoveSource {
            provider_address: "registry.terraform.io/example/old".to_owned(),
            type_name: "old_thing".to_owned(),
            schema_version: 0,
            state: json!({ "breaks": breaks, "note": "n" }),
            identity: None,
            identity_version: 0,
            private: Private::default(),
        };
        server.move_state(MoveRequest { type_name: NAMED.to_owned(), source })
    };
    let upgraded = |note: &str| {
        let identity = json!({ "note": note }).to_string().into_bytes();
        let type_name = NAMED.to_owned();
        server.upgrade_identity(UpgradeIdentityRequest { type_name, version: 0, identity })
    };
    let answer = moved("move").await;
    told("move", &answer.diagnostics);
    assert!(answer.state.is_none() && answer.identity.is_none() && answer.private.is_empty());
    let answer = upgraded("identity upgrade").await;
    told("identity upgrade", &answer.diagnostics);
    assert!(answer.identity.is_none());

    let session = session().await;
    let stored = session.config(NAMED, [("breaks", "identify".into()), ("note", "n".into())]);
    let answer = session.read(NAMED, &Object::of(stored.clone())).await;
    told("identify", &answer.diagnostics);
    assert_eq!(answer.object.state, stored);
    let breaking = [("note", "import by identity".into())];
    told("import by identity", &session.import_by_identity(NAMED, breaking).await.diagnostics);

    // All of them work as ever.
    let answer = moved("").await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(answer.state.unwrap().get("note"), Some(&"n".into()));
    let answer = upgraded("n").await;
    assert_eq!(answer.identity, Some(Value::object([("note", "n".into())])));
    session.life(NAMED).apply([("note", "x".into())]).await;
}

async fn session() -> Session<Brittle> {
    let session = Session::open(Brittle).await;
    assert!(session.configure([]).await.is_empty());
    session
}

#[tokio::test]
async fn panics_of_the_provider_block_are_told_and_the_next_block_works() {
    let session = session().await;
    for operation in ["validate", "configure"] {
        let told = session.configure([("breaks", operation.into())]).await;
        let told: Vec<_> = told.iter().map(|it| it.detail.clone()).collect();
        assert!(told[0].contains(&format!("struck in {operation}")), "{told:?}");
    }
    assert!(session.configure([]).await.is_empty());
}

#[tokio::test]
async fn a_panic_in_each_operation_is_told_and_keeps_what_is_stored() {
    let session = session().await;
    let config = |breaks: &str, note: &str| {
        session.config(BRITTLE, [("breaks", breaks.into()), ("note", note.into())])
    };
    let stored = |breaks: &str| Object::of(config(breaks, "stored"));
    let none = Object::none();

    told("validate", &session.validate(BRITTLE, &config("validate", "")).await);
    told("plan", &session.plan(BRITTLE, &none, &config("plan", "")).await.diagnostics);

    let planned = session.plan(BRITTLE, &none, &config("create", "")).await;
    let answer = session.apply(&planned).await;
    told("create", &answer.diagnostics);
    assert!(!answer.object.exists(), "nothing was made");

    let planned = session.plan(BRITTLE, &stored("update"), &config("update", "new")).await;
    let answer = session.apply(&planned).await;
    told("update", &answer.diagnostics);
    assert_eq!(answer.object.get("note"), &"stored".into());

    let planned = session.plan(BRITTLE, &stored("delete"), &Value::Null).await;
    let answer = session.apply(&planned).await;
    told("delete", &answer.diagnostics);
    assert_eq!(answer.object.get("note"), &"stored".into());

    let answer = session.read(BRITTLE, &stored("read")).await;
    told("read", &answer.diagnostics);
    assert_eq!(answer.object.get("note"), &"stored".into());

    told("import", &session.import(BRITTLE, "import").await.diagnostics);
    let json = r#"{"breaks":"upgrade"}"#;
    told("upgrade", &session.upgrade(BRITTLE, 1, json).await.diagnostics);

    // All of them work as ever.
    session.life(BRITTLE).apply([("note", "x".into())]).await;
}

/// One diagnostic, with what the panic said.
#[track_caller]
fn told(operation: &str, told: &Diagnostics) {
    let told: Vec<_> = told.iter().collect();
    let [fault] = &told[..] else { panic!("{operation}: {told:?}") };
    assert_eq!(fault.summary, "Provider fault", "{operation}");
    for words in [&format!("struck in {operation}"), "Other objects are not affected"] {
        assert!(fault.detail.contains(words), "{operation}: {}", fault.detail);
    }
}
