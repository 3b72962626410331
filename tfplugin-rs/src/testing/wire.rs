//! Wire to values, from the client's side.

use bytes::Bytes;

use crate::diag::{Diagnostic, Diagnostics};
use crate::generated::tfplugin6::{self as wire, DynamicValue, diagnostic, schema};
use crate::path::{AttributePath, Step};
use crate::ty::Type;
use crate::value::{Value, msgpack};

/// Announced by a client that knows write-only attributes, as Terraform 1.11 does.
pub(super) const CAPABILITIES: Option<wire::ClientCapabilities> =
    Some(wire::ClientCapabilities { deferral_allowed: false, write_only_attributes_allowed: true });

/// # Panics
/// If the value is not of that type: a fault of the test.
pub(super) fn encode(value: &Value, ty: &Type) -> Option<DynamicValue> {
    match msgpack::encode(value, ty) {
        Ok(bytes) => Some(DynamicValue { msgpack: bytes.into(), json: Bytes::new() }),
        Err(err) => panic!("the test's value does not fit the schema: {err} (`{}`)", err.path),
    }
}

/// # Panics
/// If the answer is no value of that type, which Terraform refuses too.
pub(super) fn decode(value: Option<DynamicValue>, ty: &Type, what: &str) -> Value {
    let Some(DynamicValue { msgpack, json }) = value else {
        panic!("{what} is missing, which Terraform takes for «gone»")
    };
    assert!(json.is_empty(), "{what} is JSON, which not every client reads");
    match msgpack::decode(&msgpack, ty) {
        Ok(value) => value,
        Err(err) => panic!("{what} does not fit the schema: {err} (`{}`)", err.path),
    }
}

pub(super) fn diagnostics(diagnostics: Vec<wire::Diagnostic>) -> Diagnostics {
    let mut all = Diagnostics::new();
    for it in diagnostics {
        let one = match it.severity() {
            diagnostic::Severity::Warning => Diagnostic::warning(&it.summary, &it.detail),
            diagnostic::Severity::Error => Diagnostic::error(&it.summary, &it.detail),
            diagnostic::Severity::Invalid => panic!("a diagnostic of no severity: {}", it.summary),
        };
        all.push(one.at(it.attribute.as_ref().map_or_else(AttributePath::root, path)));
    }
    all
}

pub(super) fn path(path: &wire::AttributePath) -> AttributePath {
    use wire::attribute_path::step::Selector;

    path.steps.iter().fold(AttributePath::root(), |path, step| match &step.selector {
        Some(Selector::AttributeName(name)) => path.attribute(name),
        Some(Selector::ElementKeyString(key)) => path.key(key),
        Some(Selector::ElementKeyInt(index)) => path.with(Step::Index(*index)),
        None => panic!("a step of `{path}` selects nothing, which Terraform cannot follow"),
    })
}

/// The type of the objects of a schema, as Terraform derives it from the wire.
pub(super) fn object_type(block: &schema::Block) -> Type {
    use schema::nested_block::NestingMode;

    let blocks = block.block_types.iter().map(|it| {
        let inner = object_type(it.block.as_ref().expect("a nested block has a content"));
        let ty = match it.nesting() {
            NestingMode::List => Type::list(inner),
            NestingMode::Set => Type::set(inner),
            NestingMode::Map => Type::map(inner),
            NestingMode::Invalid => panic!("the block `{}` has no nesting mode", it.type_name),
            _ => inner,
        };
        (it.type_name.clone(), ty)
    });
    Type::object(attributes(&block.attributes).chain(blocks))
}

/// The type of a data source or an ephemeral resource.
///
/// # Panics
/// If the provider has no such.
pub(super) fn type_of(schema: Option<&wire::Schema>, type_name: &str) -> Type {
    match schema.and_then(|it| it.block.as_ref()) {
        Some(block) => object_type(block),
        None => panic!("the provider has no `{type_name}`"),
    }
}

fn attributes(attributes: &[schema::Attribute]) -> impl Iterator<Item = (String, Type)> {
    attributes.iter().map(|it| {
        let ty = match &it.nested_type {
            Some(nested) => nested_type(nested),
            None => parse(&it.r#type, &it.name),
        };
        (it.name.clone(), ty)
    })
}

fn nested_type(nested: &schema::Object) -> Type {
    use schema::object::NestingMode;

    let inner = Type::object(attributes(&nested.attributes));
    match nested.nesting() {
        NestingMode::List => Type::list(inner),
        NestingMode::Set => Type::set(inner),
        NestingMode::Map => Type::map(inner),
        _ => inner,
    }
}

/// A type in its JSON form; one that cannot be read panics in Terraform too.
pub(super) fn parse(json: &[u8], what: &str) -> Type {
    match Type::from_json(json) {
        Ok(ty) => ty,
        Err(err) => panic!("the type of `{what}` is no type: {err}"),
    }
}
