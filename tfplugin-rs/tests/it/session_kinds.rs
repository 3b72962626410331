//! Data sources, functions and ephemeral resources through the in-process client, and a
//! panic in each of their operations.

use std::time::{Duration, SystemTime};

use tfplugin::data_source::DataSource;
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::ephemeral::{Closed, EphemeralResource, Opened, Renewed};
use tfplugin::function::{Arguments, Function, FunctionError, Parameter, Signature};
use tfplugin::model::Attr;
use tfplugin::provider::{Context, Kinds, Provider};
use tfplugin::schema::{Attribute, Schema};
use tfplugin::testing::{Refused, Session};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::sample::headlines;

const LOOKUP: &str = "kinds_lookup";
const LEASE: &str = "kinds_lease";

tfplugin::model! {
    struct Nothing {}

    struct Entry {
        key: Attr<String>,
        found: Attr<String>,
    }
}

/// Panics in the operation that the key names.
struct OtherKinds;

fn strike(key: &Attr<String>, operation: &str) {
    if key.as_str() == Some(operation) {
        panic!("struck in {operation}");
    }
}

fn schema() -> Schema {
    Schema::new(0)
        .attribute("key", Attribute::required(Type::String))
        .attribute("found", Attribute::computed(Type::String))
}

impl Provider for OtherKinds {
    type Config = Nothing;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0)
    }

    async fn configure(&self, _config: Nothing, _diags: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new().data_source(Lookup).ephemeral_resource(Lease).function(Join)
    }
}

struct Lookup;

impl DataSource for Lookup {
    type Client = ();
    type Model = Entry;

    fn type_name(&self) -> &'static str {
        LOOKUP
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Entry, _diags: &mut Diagnostics) {
        strike(&config.key, "validate");
    }

    async fn read(&self, mut config: Entry, _cx: &Context<'_, ()>) -> Result<Entry, Diagnostic> {
        strike(&config.key, "read");
        if config.key.as_str() == Some("absent") {
            return Err(Diagnostic::error("No such entry", "Look at the list.").at("key"));
        }
        config.found = "value".into();
        Ok(config)
    }
}

struct Lease;

impl EphemeralResource for Lease {
    type Client = ();
    type Model = Entry;
    type Private = String;

    fn type_name(&self) -> &'static str {
        LEASE
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Entry, _diags: &mut Diagnostics) {
        strike(&config.key, "validate");
    }

    async fn open(&self, mut config: Entry, _cx: &Context<'_, ()>) -> Opened<Entry, String> {
        strike(&config.key, "open");
        config.found = "secret".into();
        let private = config.key.as_str().unwrap_or_default().to_owned();
        let renew_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        Opened::Renewable { result: config, private, renew_at }
    }

    async fn renew(&self, private: String, _cx: &Context<'_, ()>) -> Renewed<String> {
        strike(&private.as_str().into(), "renew");
        Renewed::Renewed { private: format!("{private}, renewed") }
    }

    async fn close(&self, private: String, _cx: &Context<'_, ()>) -> Closed {
        strike(&private.as_str().into(), "close");
        if private.ends_with(", renewed") {
            Closed::Closed
        } else {
            Closed::Failed(Diagnostic::error("Not renewed", format!("It is `{private}`.")))
        }
    }
}

struct Join;

impl Function for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String)
            .summarize("Joins texts.")
            .parameter(Parameter::new("between", Type::String))
            .variadic(Parameter::new("parts", Type::String))
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        let values = arguments.into_values();
        let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        let [between, parts @ ..] = &texts[..] else {
            return Err(FunctionError::general("nothing is given"));
        };
        strike(&(*between).into(), "call");
        match parts.iter().position(|it| it.is_empty()) {
            Some(at) => Err(FunctionError::argument(at + 1, "a part is empty")),
            None => Ok(parts.join(between).into()),
        }
    }
}

async fn session() -> Session<OtherKinds> {
    let session = Session::open(OtherKinds).await;
    assert!(session.configure([]).await.is_empty());
    session
}

#[tokio::test]
async fn a_data_source_is_read() {
    let session = session().await;
    let (data, told) = session.read_data_source(LOOKUP, [("key", "k".into())]).await;
    assert_eq!((data.get("found"), headlines(&told)), (Some(&"value".into()), Vec::new()));
    let (data, told) = session.read_data_source(LOOKUP, [("key", "absent".into())]).await;
    assert!(data.is_null());
    assert_eq!(headlines(&told), ["key: No such entry"]);
    let (_, told) = session.read_data_source(LOOKUP, []).await;
    assert_eq!(headlines(&told), ["key: Missing required argument"]);
}

#[tokio::test]
async fn a_function_is_called_and_names_the_argument_that_it_refuses() {
    let session = session().await;
    let call = async |arguments: &[&str]| {
        session.call_function("join", arguments.iter().map(|it| Value::from(*it))).await
    };
    assert_eq!(call(&["-", "a", "b"]).await, Ok("a-b".into()));
    assert_eq!(call(&["-"]).await, Ok("".into()));
    let refused = Refused { argument: Some(2), text: "a part is empty".to_owned() };
    assert_eq!(call(&["-", "a", ""]).await, Err(refused));
}

#[tokio::test]
async fn an_ephemeral_resource_is_opened_renewed_and_closed() {
    let session = session().await;
    let mut opened = session.open_ephemeral(LEASE, [("key", "k".into())]).await;
    assert_eq!(headlines(&opened.diagnostics), [""; 0]);
    assert_eq!(opened.result.get("found"), Some(&"secret".into()));
    let at = opened.renew_at.expect("it wants to be renewed");
    assert_eq!(at, SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    assert_eq!(headlines(&session.renew_ephemeral(&mut opened).await), [""; 0]);
    assert_eq!(opened.renew_at, None);
    assert_eq!(headlines(&session.close_ephemeral(opened).await), [""; 0]);

    let opened = session.open_ephemeral(LEASE, [("key", "k".into())]).await;
    assert_eq!(headlines(&session.close_ephemeral(opened).await), [": Not renewed"]);
}

/// One diagnostic, with what the panic said.
#[track_caller]
fn struck(operation: &str, told: &Diagnostics) {
    let told: Vec<_> = told.iter().collect();
    let [fault] = &told[..] else { panic!("{operation}: {told:?}") };
    assert_eq!(fault.summary, "Provider fault", "{operation}");
    assert!(fault.detail.contains(&format!("struck in {operation}")), "{}", fault.detail);
}

#[tokio::test]
async fn a_panic_in_each_operation_is_told_and_the_next_call_works() {
    let session = session().await;
    for operation in ["validate", "read"] {
        let key = [("key", operation.into())];
        struck(operation, &session.read_data_source(LOOKUP, key).await.1);
    }
    for operation in ["validate", "open"] {
        let key = [("key", operation.into())];
        struck(operation, &session.open_ephemeral(LEASE, key).await.diagnostics);
    }
    let mut opened = session.open_ephemeral(LEASE, [("key", "renew".into())]).await;
    struck("renew", &session.renew_ephemeral(&mut opened).await);
    let opened = session.open_ephemeral(LEASE, [("key", "close".into())]).await;
    struck("close", &session.close_ephemeral(opened).await);
    let refused = session.call_function("join", ["call".into()]).await.unwrap_err();
    assert!(refused.text.contains("struck in call"), "{}", refused.text);

    let (data, _) = session.read_data_source(LOOKUP, [("key", "k".into())]).await;
    assert_eq!(data.get("found"), Some(&"value".into()));
}
