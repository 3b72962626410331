//! A resource with a typed model and an attribute of most kinds; each test scripts what its
//! operations do.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use tfplugin::diag::Diagnostics;
use tfplugin::model::Attr;
use tfplugin::resource::{Created, Imported, Updated};
use tfplugin::schema::modifier::{
    keep_unless_changed, requires_replace, requires_replace_if_configured, use_state_for_unknown,
};
use tfplugin::schema::validator::{between, each, not_empty, one_of, parses};
use tfplugin::schema::{Attribute, Block, Limits, Nested, Schema};
use tfplugin::server::Server;
use tfplugin::ty::Type;
use tfplugin::value::{Number, Value};

use crate::scripted::{Script, Scripted, set};

pub(crate) const VOLUME: &str = "sample_volume";

tfplugin::model! {
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

    pub(crate) struct VolumeModel {
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

/// The planned object with values for all unknown ones, as an API answers that keeps to the plan.
pub(crate) fn complete(mut planned: VolumeModel) -> VolumeModel {
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

/// What the operations get: the URL of the provider's configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    pub(crate) url: String,
}

/// What the operations of the resource do.
pub(crate) type VolumeScript = Script<VolumeModel, Client>;

/// What they do where a test scripts nothing else.
pub(crate) const DEFAULT: VolumeScript = Script {
    validate: |config, diags| match config.name.as_str() {
        Some("forbidden") => diags.error("name", "Name is taken", "Choose another name."),
        Some("panic") => panic!("this name breaks me"),
        _ => {}
    },
    create: |planned, _| Created::Created(complete(planned)),
    update: |_, planned, _| Updated::Updated(complete(planned)),
    import: |id, _| Imported::Imported(VolumeModel { id: id.into(), ..VolumeModel::default() }),
    ..Script::new(VOLUME, schema)
};

/// A provider of volumes.
pub(crate) fn volumes(script: VolumeScript) -> Scripted<Client> {
    Scripted {
        schema: || {
            let url = Attribute::optional(Type::String).validate(not_empty());
            Schema::new(0).attribute("url", url)
        },
        configure: |config, _, diags| match config.get("url").and_then(Value::as_str) {
            Some("panic") => panic!("no such host"),
            Some("refuse") => {
                diags.error("url", "URL is refused", "Use another one.");
                None
            }
            Some("silent") => None,
            url => Some(Client { url: url.unwrap_or_default().to_owned() }),
        },
        ..Scripted::new(Client::default()).script(script)
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

/// A configured server of volumes.
pub(crate) async fn server(script: VolumeScript) -> Server<Scripted<Client>> {
    let server = Server::new(volumes(script));
    let config = Value::object([("url", "https://example.com".into())]);
    assert_eq!(server.configure(config).await, Diagnostics::new());
    server
}

/// A server that is not configured.
pub(crate) fn unconfigured() -> Server<Scripted<Client>> {
    Server::new(volumes(DEFAULT))
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(schema);

/// A whole object of which only the named attributes are not null.
pub(crate) fn volume(named: &[(&str, Value)]) -> Value {
    let Type::Object(types) = SCHEMA.ty() else { unreachable!() };
    let mut attributes: BTreeMap<String, Value> =
        types.keys().map(|name| (name.clone(), Value::Null)).collect();
    attributes.insert("port".to_owned(), Value::List(Vec::new()));
    for (name, value) in named {
        assert!(attributes.insert((*name).to_owned(), value.clone()).is_some(), "{name}");
    }
    Value::Object(attributes).conform(SCHEMA.ty()).expect("the test's values fit")
}

/// The same object with other values for the named attributes.
pub(crate) fn with(object: &Value, named: &[(&str, Value)]) -> Value {
    let Value::Object(mut attributes) = object.clone() else { unreachable!() };
    for (name, value) in named {
        attributes.insert((*name).to_owned(), value.clone());
    }
    Value::Object(attributes).conform(SCHEMA.ty()).expect("the test's values fit")
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
