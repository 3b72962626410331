//! The whole schema, in the form of `terraform providers schema -json`.

use std::path::Path;

use provider::Aibridge;
use serde_json::{Map, Value as Json, json};
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::{Attribute, Kind, Nested, Nesting};
use tfplugin::server::Server;

#[test]
fn is_as_recorded() {
    let server = Server::new(Aibridge::new(|_| None));
    let resources: Map<String, Json> = server
        .resource_types()
        .map(|name| (name.to_owned(), schema(server.resource_schema(name).unwrap())))
        .collect();
    let whole = json!({
        "provider": schema(server.provider_schema().unwrap()),
        "resource_schemas": resources,
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/schema.json");
    testkit::golden::check(&path, &format!("{whole:#}\n"));
}

fn schema(schema: &Schema) -> Json {
    json!({
        "version": schema.version(),
        "block": {
            "attributes": attributes(schema.attributes().iter()),
            "description": schema.description(),
            "description_kind": "markdown",
        },
    })
}

fn attributes<'a>(attributes: impl Iterator<Item = (&'a String, &'a Attribute)>) -> Json {
    attributes.map(|(name, it)| (name.clone(), attribute(it))).collect::<Map<_, _>>().into()
}

fn attribute(attribute: &Attribute) -> Json {
    let mut json = Map::new();
    match attribute.kind() {
        Kind::Type(ty) => {
            json.insert("type".into(), serde_json::from_str(&ty.to_json()).unwrap());
        }
        Kind::Nested(nested) => {
            json.insert("nested_type".into(), self::nested(nested));
        }
    }
    assert_ne!(attribute.description(), "", "every attribute is described");
    json.insert("description".into(), attribute.description().into());
    json.insert("description_kind".into(), "markdown".into());
    for (name, is_set) in [
        ("required", attribute.is_required()),
        ("optional", attribute.is_optional()),
        ("computed", attribute.is_computed()),
        ("sensitive", attribute.is_sensitive()),
    ] {
        if is_set {
            json.insert(name.into(), true.into());
        }
    }
    json.into()
}

fn nested(nested: &Nested) -> Json {
    let mode = match nested.nesting() {
        Nesting::Single => "single",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    };
    json!({ "attributes": attributes(nested.attributes().iter()), "nesting_mode": mode })
}
