//! A provider with one resource that has an attribute of every kind; each test scripts
//! what its operations do.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::resource::{Context, Created, Deleted, Imported, Plan, Read, Resource, Updated};
use tfplugin::schema::modifier::{
    keep_unless_changed, requires_replace, requires_replace_if_configured, use_state_for_unknown,
};
use tfplugin::schema::validator::{between, each, not_empty, one_of, parses};
use tfplugin::schema::{Attribute, Block, Limits, Nested, Schema};
use tfplugin::server::Server;
use tfplugin::ty::Type;
use tfplugin::value::{Number, Value};

pub(crate) const THING: &str = "sample_thing";

tfplugin::model! {
    pub(crate) struct SampleConfig {
        pub(crate) url: Attr<String>,
    }

    pub(crate) struct Helper {
        pub(crate) path: Attr<String>,
        pub(crate) digest: Attr<String>,
    }

    pub(crate) struct Member {
        pub(crate) key: Attr<String>,
        pub(crate) rank: Attr<i64>,
    }

    pub(crate) struct Port {
        pub(crate) number: Attr<i64>,
        pub(crate) protocol: Attr<String>,
    }

    pub(crate) struct ThingModel {
        pub(crate) name: Attr<String>,
        pub(crate) size: Attr<Number>,
        pub(crate) color: Attr<String>,
        pub(crate) id: Attr<String>,
        pub(crate) note: Attr<String>,
        pub(crate) sum: Attr<String>,
        pub(crate) zone: Attr<String>,
        pub(crate) region: Attr<String>,
        pub(crate) tags: Attr<Vec<Attr<String>>>,
        pub(crate) labels: Attr<BTreeMap<String, Attr<String>>>,
        pub(crate) helper: Attr<Helper>,
        pub(crate) members: Attr<Vec<Attr<Member>>>,
        pub(crate) secret: Attr<String>,
        pub(crate) token: Attr<String>,
        pub(crate) open: Value,
        pub(crate) port: Attr<Vec<Attr<Port>>>,
    }
}

/// What the operations of the resource do.
pub(crate) struct Script {
    pub(crate) plan: fn(&mut Plan<'_, ThingModel>, &mut Diagnostics),
    pub(crate) create: fn(ThingModel, &Context<'_, Client>) -> Created<ThingModel>,
    pub(crate) read: fn(ThingModel, &Context<'_, Client>) -> Read<ThingModel>,
    pub(crate) update: fn(ThingModel, ThingModel, &Context<'_, Client>) -> Updated<ThingModel>,
    pub(crate) delete: fn(ThingModel, &Context<'_, Client>) -> Deleted,
    pub(crate) import: fn(&str, &Context<'_, Client>) -> Imported<ThingModel>,
    pub(crate) upgrade: fn(i64, serde_json::Value) -> Result<serde_json::Value, Diagnostic>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            plan: |_, _| {},
            create: |planned, _| Created::Created(complete(planned)),
            read: |state, _| Read::Present(state),
            update: |_, planned, _| Updated::Updated(complete(planned)),
            delete: |_, _| Deleted::Deleted,
            import: |id, _| {
                Imported::Imported(ThingModel { id: id.into(), ..ThingModel::default() })
            },
            upgrade: |_, state| Ok(state),
        }
    }
}

/// The planned object with values for everything unknown, as an honest API would answer.
pub(crate) fn complete(mut planned: ThingModel) -> ThingModel {
    let fill = |attr: &mut Attr<String>, text: &str| {
        if attr.is_unknown() {
            *attr = text.into();
        }
    };
    fill(&mut planned.id, "id-1");
    fill(&mut planned.note, "noted");
    fill(&mut planned.sum, "sum-1");
    if let Attr::Known(helper) = &mut planned.helper {
        fill(&mut helper.digest, "digest-1");
    }
    for member in known(&mut planned.members) {
        if member.rank.is_unknown() {
            member.rank = Attr::Known(1);
        }
    }
    for port in known(&mut planned.port) {
        fill(&mut port.protocol, "tcp");
    }
    planned
}

fn known<T>(items: &mut Attr<Vec<Attr<T>>>) -> impl Iterator<Item = &mut T> {
    let items = match items {
        Attr::Known(items) => items.as_mut_slice(),
        Attr::Null | Attr::Unknown => &mut [],
    };
    items.iter_mut().filter_map(|item| match item {
        Attr::Known(item) => Some(item),
        Attr::Null | Attr::Unknown => None,
    })
}

pub(crate) struct Sample {
    pub(crate) script: fn() -> Script,
}

#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) url: Attr<String>,
}

impl Provider for Sample {
    type Config = SampleConfig;
    type Client = Client;

    fn schema(&self) -> Schema {
        Schema::new(0).attribute("url", Attribute::optional(Type::String).validate(not_empty()))
    }

    async fn configure(&self, config: SampleConfig, diags: &mut Diagnostics) -> Option<Client> {
        if config.url.as_str() == Some("panic") {
            panic!("no such host");
        }
        if config.url.as_str() == Some("refuse") {
            diags.error("url", "URL is refused", "Use another one.");
            return None;
        }
        if config.url.as_str() == Some("silent") {
            return None;
        }
        Some(Client { url: config.url })
    }

    fn kinds(&self) -> Kinds<Client> {
        Kinds::new().resource(Thing((self.script)()))
    }
}

struct Thing(Script);

impl Resource for Thing {
    type Client = Client;
    type Model = ThingModel;

    fn type_name(&self) -> &'static str {
        THING
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &ThingModel, diags: &mut Diagnostics) {
        match config.name.as_str() {
            Some("forbidden") => diags.error("name", "Name is taken", "Choose another name."),
            Some("panic") => panic!("this name breaks me"),
            _ => {}
        }
    }

    fn plan(
        &self,
        plan: &mut Plan<'_, ThingModel>,
        _client: Option<&Client>,
        diags: &mut Diagnostics,
    ) {
        (self.0.plan)(plan, diags);
    }

    async fn create(&self, planned: ThingModel, cx: &Context<'_, Client>) -> Created<ThingModel> {
        (self.0.create)(planned, cx)
    }

    async fn read(&self, state: ThingModel, cx: &Context<'_, Client>) -> Read<ThingModel> {
        (self.0.read)(state, cx)
    }

    async fn update(
        &self,
        prior: ThingModel,
        planned: ThingModel,
        cx: &Context<'_, Client>,
    ) -> Updated<ThingModel> {
        (self.0.update)(prior, planned, cx)
    }

    async fn delete(&self, state: ThingModel, cx: &Context<'_, Client>) -> Deleted {
        (self.0.delete)(state, cx)
    }

    async fn import(&self, id: &str, cx: &Context<'_, Client>) -> Imported<ThingModel> {
        (self.0.import)(id, cx)
    }

    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        (self.0.upgrade)(version, state)
    }
}

pub(crate) fn schema() -> Schema {
    let helper = Nested::single()
        .attribute("path", Attribute::optional(Type::String).validate(not_empty()))
        .attribute("digest", Attribute::computed(Type::String));
    let members = Nested::set()
        .attribute("key", Attribute::required(Type::String))
        .attribute("rank", Attribute::computed(Type::Number).modify(use_state_for_unknown()));
    let port = Block::list(Limits::between(0, 2))
        .attribute("number", Attribute::required(Type::Number).validate(between(1, 65535)))
        .attribute("protocol", Attribute::optional_computed(Type::String).default("tcp"));
    Schema::new(3)
        .attribute("name", Attribute::required(Type::String).validate(not_empty()))
        .attribute("size", Attribute::optional(Type::Number).validate(between(0, 100)))
        .attribute(
            "color",
            Attribute::optional_computed(Type::String)
                .default("red")
                .validate(one_of(&["red", "blue"])),
        )
        .attribute("id", Attribute::computed(Type::String).modify(use_state_for_unknown()))
        .attribute("note", Attribute::optional_computed(Type::String))
        .attribute(
            "sum",
            Attribute::computed(Type::String).modify(keep_unless_changed(&["size", "tags"])),
        )
        .attribute("zone", Attribute::optional(Type::String).modify(requires_replace()))
        .attribute(
            "region",
            Attribute::optional(Type::String).modify(requires_replace_if_configured()),
        )
        .attribute(
            "tags",
            Attribute::optional(Type::set(Type::String)).validate(each(parses(
                "must be in small letters",
                |text: &str| {
                    let is_small = text.chars().all(char::is_lowercase);
                    is_small.then_some(()).ok_or("Write the tag in small letters.")
                },
            ))),
        )
        .attribute("labels", Attribute::optional(Type::map(Type::String)))
        .attribute("helper", Attribute::optional(helper))
        .attribute("members", Attribute::optional(members))
        .attribute("secret", Attribute::optional(Type::String).write_only())
        .attribute("token", Attribute::optional(Type::String).sensitive())
        .attribute("open", Attribute::optional(Type::Dynamic))
        .block("port", port)
}

/// A configured server around the sample.
pub(crate) async fn server(script: fn() -> Script) -> Server<Sample> {
    let server = Server::new(Sample { script });
    let diagnostics =
        server.configure(Value::object([("url", "https://example.com".into())])).await;
    assert_eq!(diagnostics, Diagnostics::new());
    server
}

/// A server that nobody has configured.
pub(crate) fn unconfigured() -> Server<Sample> {
    Server::new(Sample { script: Script::default })
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema);

/// A whole object of which only the named attributes are not null.
pub(crate) fn thing(named: &[(&str, Value)]) -> Value {
    let Type::Object(types) = SCHEMA.ty() else { unreachable!() };
    let mut attributes: BTreeMap<String, Value> =
        types.keys().map(|name| (name.clone(), Value::Null)).collect();
    attributes.insert("port".to_owned(), Value::List(Vec::new()));
    for (name, value) in named {
        assert!(attributes.insert((*name).to_owned(), value.clone()).is_some(), "{name}");
    }
    Value::Object(attributes).conform(SCHEMA.ty()).expect("the sample's own values fit")
}

/// The same object with other values for the named attributes.
pub(crate) fn with(object: &Value, named: &[(&str, Value)]) -> Value {
    let Value::Object(mut attributes) = object.clone() else { unreachable!() };
    for (name, value) in named {
        attributes.insert((*name).to_owned(), value.clone());
    }
    Value::Object(attributes).conform(SCHEMA.ty()).expect("the sample's own values fit")
}

pub(crate) fn set(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(items.into_iter().collect())
}

pub(crate) fn strings<const N: usize>(items: [&str; N]) -> Value {
    set(items.map(Value::from))
}

pub(crate) fn helper(path: impl Into<Value>, digest: impl Into<Value>) -> Value {
    Value::object([("path", path.into()), ("digest", digest.into())])
}

pub(crate) fn member(key: &str, rank: impl Into<Value>) -> Value {
    Value::object([("key", key.into()), ("rank", rank.into())])
}

pub(crate) fn port(number: impl Into<Value>, protocol: impl Into<Value>) -> Value {
    Value::object([("number", number.into()), ("protocol", protocol.into())])
}

/// Summaries with paths, as `path: summary`, in order.
pub(crate) fn headlines(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics.iter().map(|it| format!("{}: {}", it.path, it.summary)).collect()
}

/// Terraform's merge of stored and configured object, in the cases that the tests need:
/// what the configuration leaves out and the provider may set keeps its stored value;
/// elements of sets belong together if their keys do.
pub(crate) fn proposed(prior: &Value, config: &Value) -> Value {
    let keep = |name: &str| prior.get(name).cloned().unwrap_or_default();
    let mut named = Vec::new();
    for name in ["color", "id", "note", "sum"] {
        if config.get(name).is_some_and(Value::is_null) {
            named.push((name, keep(name)));
        }
    }
    let part = |name: &str| config.get(name).cloned().unwrap_or_default();
    if let Value::Object(_) = part("helper") {
        let digest = keep("helper").get("digest").cloned().unwrap_or_default();
        let path = part("helper").get("path").cloned().unwrap_or_default();
        named.push(("helper", helper(path, digest)));
    }
    if let Value::Set(members) = part("members") {
        let stored = keep("members");
        let stored = stored.as_elements().unwrap_or_default();
        let merged = members.iter().map(|member| {
            stored.iter().find(|it| it.get("key") == member.get("key")).unwrap_or(member).clone()
        });
        named.push(("members", set(merged)));
    }
    if let Value::List(ports) = part("port") {
        let stored = keep("port");
        let stored = stored.as_elements().unwrap_or_default();
        let merged = ports.iter().enumerate().map(|(at, config)| {
            let protocol = match config.get("protocol") {
                Some(Value::Null) => stored.get(at).and_then(|it| it.get("protocol")).cloned(),
                protocol => protocol.cloned(),
            };
            port(config.get("number").cloned().unwrap_or_default(), protocol)
        });
        named.push(("port", Value::List(merged.collect())));
    }
    with(config, &named)
}
