//! A panic in any operation is a diagnostic of that operation: it names it, keeps what was
//! stored, and leaves the service in order.

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::provider::{Context, Provider};
use tfplugin::resource::{
    Created, Deleted, ErasedResource, Imported, Plan, Read, Resource, Updated, resource,
};
use tfplugin::schema::{Attribute, Schema};
use tfplugin::testing::{Object, Session};
use tfplugin::ty::Type;
use tfplugin::value::Value;

const BRITTLE: &str = "brittle_thing";

tfplugin::model! {
    struct Block {
        breaks: Attr<String>,
    }

    struct Thing {
        breaks: Attr<String>,
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

    fn resources(&self) -> Vec<Box<dyn ErasedResource<()>>> {
        vec![resource(Fragile)]
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
