//! The whole schema, in the form of `terraform providers schema -json`.

use std::path::Path;

use provider::Aibridge;
use serde_json::{Map, Value as Json, json};
use tfplugin::function::{Parameter, Signature};
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::{Attribute, Kind, Nested, Nesting};
use tfplugin::server::Server;
use tfplugin::ty::Type;

#[test]
fn schema_is_the_recorded_one() {
    let server = Server::new(Aibridge::new(|_| None));
    let whole = json!({
        "provider": schema(server.provider_schema().unwrap()),
        "resource_schemas": each(server.resource_types(), |it| {
            schema(server.resource_schema(it).unwrap())
        }),
        "data_source_schemas": each(server.data_source_types(), |it| {
            schema(server.data_source_schema(it).unwrap())
        }),
        "ephemeral_resource_schemas": each(server.ephemeral_resource_types(), |it| {
            schema(server.ephemeral_resource_schema(it).unwrap())
        }),
        "functions": each(server.function_names(), |it| {
            function(server.function_signature(it).unwrap())
        }),
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/schema.json");
    testkit::golden::check(&path, &format!("{whole:#}\n"));
}

fn each(
    names: impl Iterator<Item = &'static str>,
    of: impl Fn(&'static str) -> Json,
) -> Map<String, Json> {
    names.map(|name| (name.to_owned(), of(name))).collect()
}

fn function(signature: &Signature) -> Json {
    let mut json = Map::new();
    for (name, text) in [("description", signature.description()), ("summary", signature.summary())]
    {
        assert_ne!(text, "", "every function is described");
        json.insert(name.into(), text.into());
    }
    json.insert("return_type".into(), ty(signature.result()));
    let parameters: Vec<Json> = signature.parameters().iter().map(parameter).collect();
    json.insert("parameters".into(), parameters.into());
    if let Some(variadic) = signature.variadic_parameter() {
        json.insert("variadic_parameter".into(), parameter(variadic));
    }
    json.into()
}

fn parameter(parameter: &Parameter) -> Json {
    assert_ne!(parameter.description(), "", "every parameter is described");
    let mut json = Map::new();
    json.insert("name".into(), parameter.name().into());
    json.insert("description".into(), parameter.description().into());
    if parameter.allows_null() {
        json.insert("is_nullable".into(), true.into());
    }
    json.insert("type".into(), ty(parameter.ty()));
    json.into()
}

fn ty(ty: &Type) -> Json {
    serde_json::from_str(&ty.to_json()).unwrap()
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
            json.insert("type".into(), self::ty(ty));
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
        ("write_only", attribute.is_write_only()),
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
