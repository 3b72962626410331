//! Core to wire: values, diagnostics, paths, schemas.

use bytes::Bytes;

use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::function::{Parameter, Signature};
use crate::generated::tfplugin6::{self as wire, StringKind, attribute_path, diagnostic, schema};
use crate::path::{AttributePath, Step};
use crate::schema::{
    Attribute, Block, BlockNesting, Body, IdentitySchema, Kind, Nested, Nesting, Schema,
};
use crate::ty::Type;
use crate::value::{Value, msgpack};

/// A value in MessagePack, the one encoding that every client reads.
pub(super) fn value(value: &Value, ty: &Type) -> Result<wire::DynamicValue, Diagnostic> {
    match msgpack::encode(value, ty) {
        Ok(bytes) => Ok(wire::DynamicValue { msgpack: bytes.into(), json: Bytes::new() }),
        Err(err) => Err(Diagnostic::error(
            "Provider returned an invalid value",
            format!(
                "The answer does not fit the provider's own schema: {err}. Please report this to \
                 the provider's developers."
            ),
        )
        .at(err.path)),
    }
}

/// An identity, which takes a schema: Terraform crashes at one without.
pub(super) fn identity(
    identity: Option<Value>,
    schema: Option<&IdentitySchema>,
) -> Result<Option<wire::ResourceIdentityData>, Diagnostic> {
    let (Some(identity), Some(schema)) = (identity, schema) else { return Ok(None) };
    let identity_data = Some(value(&identity, schema.ty())?);
    Ok(Some(wire::ResourceIdentityData { identity_data }))
}

pub(super) fn identity_schema(schema: &IdentitySchema) -> wire::ResourceIdentitySchema {
    let attributes = schema.attributes().iter().map(|(name, attribute)| {
        wire::resource_identity_schema::IdentityAttribute {
            name: name.clone(),
            r#type: attribute.ty().to_json().into(),
            required_for_import: attribute.is_required(),
            optional_for_import: !attribute.is_required(),
            description: attribute.description().to_owned(),
        }
    });
    wire::ResourceIdentitySchema {
        version: schema.version(),
        identity_attributes: attributes.collect(),
    }
}

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

pub(super) fn diagnostic(diagnostic: Diagnostic) -> wire::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => diagnostic::Severity::Error,
        Severity::Warning => diagnostic::Severity::Warning,
    };
    wire::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        attribute: (!diagnostic.path.is_root()).then(|| path(&diagnostic.path)),
    }
}

pub(super) fn path(path: &AttributePath) -> wire::AttributePath {
    wire::AttributePath { steps: path.steps().iter().map(step).collect() }
}

fn step(step: &Step) -> attribute_path::Step {
    use attribute_path::step::Selector;

    let selector = match step {
        Step::Attribute(name) => Selector::AttributeName(name.clone()),
        Step::Index(index) => Selector::ElementKeyInt(*index),
        Step::Key(key) => Selector::ElementKeyString(key.clone()),
    };
    attribute_path::Step { selector: Some(selector) }
}

pub(super) fn schema(schema: &Schema) -> wire::Schema {
    let mut block = body(schema.body());
    block.version = schema.version();
    describe(&mut block, schema.description(), schema.deprecation());
    wire::Schema { version: schema.version(), block: Some(block) }
}

fn body(body: &Body) -> schema::Block {
    schema::Block {
        attributes: body.attributes().iter().map(attribute).collect(),
        block_types: body.blocks().iter().map(block).collect(),
        ..schema::Block::default()
    }
}

fn describe(block: &mut schema::Block, description: &str, deprecation: Option<&str>) {
    block.description = description.to_owned();
    block.description_kind = StringKind::Markdown.into();
    block.deprecated = deprecation.is_some();
    block.deprecation_message = deprecation.unwrap_or_default().to_owned();
}

fn block((name, block): (&String, &Block)) -> schema::NestedBlock {
    use schema::nested_block::NestingMode;

    let mut content = body(block.body());
    describe(&mut content, block.description(), block.deprecation());
    let nesting = match block.nesting() {
        BlockNesting::Group => NestingMode::Group,
        BlockNesting::List => NestingMode::List,
        BlockNesting::Map => NestingMode::Map,
        BlockNesting::Set => NestingMode::Set,
        BlockNesting::Single => NestingMode::Single,
    };
    schema::NestedBlock {
        type_name: name.clone(),
        block: Some(content),
        nesting: nesting.into(),
        min_items: block.limits().min().into(),
        max_items: block.limits().max().unwrap_or_default().into(),
    }
}

fn attribute((name, attribute): (&String, &Attribute)) -> schema::Attribute {
    // Terraform refuses an attribute that has both.
    let (ty, nested_type) = match attribute.kind() {
        Kind::Type(ty) => (ty.to_json().into(), None),
        Kind::Nested(it) => (Bytes::new(), Some(nested(it))),
    };
    schema::Attribute {
        name: name.clone(),
        r#type: ty,
        nested_type,
        description: attribute.description().to_owned(),
        description_kind: StringKind::Markdown.into(),
        required: attribute.is_required(),
        optional: attribute.is_optional(),
        computed: attribute.is_computed(),
        sensitive: attribute.is_sensitive(),
        write_only: attribute.is_write_only(),
        deprecated: attribute.deprecation().is_some(),
        deprecation_message: attribute.deprecation().unwrap_or_default().to_owned(),
    }
}

fn nested(nested: &Nested) -> schema::Object {
    use schema::object::NestingMode;

    let nesting = match nested.nesting() {
        Nesting::List => NestingMode::List,
        Nesting::Map => NestingMode::Map,
        Nesting::Set => NestingMode::Set,
        Nesting::Single => NestingMode::Single,
    };
    schema::Object {
        attributes: nested.attributes().iter().map(attribute).collect(),
        nesting: nesting.into(),
    }
}

pub(super) fn function(signature: &Signature) -> wire::Function {
    wire::Function {
        parameters: signature.parameters().iter().map(parameter).collect(),
        variadic_parameter: signature.variadic_parameter().map(parameter),
        r#return: Some(wire::function::Return { r#type: signature.result().to_json().into() }),
        summary: signature.summary().to_owned(),
        description: signature.description().to_owned(),
        description_kind: StringKind::Markdown.into(),
        deprecation_message: signature.deprecation().unwrap_or_default().to_owned(),
    }
}

fn parameter(parameter: &Parameter) -> wire::function::Parameter {
    wire::function::Parameter {
        name: parameter.name().to_owned(),
        r#type: parameter.ty().to_json().into(),
        allow_null_value: parameter.allows_null(),
        allow_unknown_values: parameter.allows_unknown(),
        description: parameter.description().to_owned(),
        description_kind: StringKind::Markdown.into(),
    }
}
