//! What the registry refuses before Terraform would, with the whole provider.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Registry;
use crate::data_source::DataSource;
use crate::diag::{Diagnostic, Diagnostics};
use crate::ephemeral::{EphemeralResource, Opened};
use crate::function::{Arguments, Function, FunctionError, Parameter, Signature};
use crate::model::Attr;
use crate::provider::{Context, Kinds, Provider};
use crate::schema::modifier::use_state_for_unknown;
use crate::schema::{Attribute, Block, Limits, Nested, Schema};
use crate::ty::Type;
use crate::value::Value;

crate::model! {
    struct Fields {
        a: Attr<String>,
    }
}

/// A provider of data sources, ephemeral resources and functions with the given names.
struct Named {
    data_sources: &'static [&'static str],
    ephemeral_resources: &'static [&'static str],
    functions: &'static [&'static str],
    schema: fn() -> Schema,
    signature: fn() -> Signature,
}

impl Default for Named {
    fn default() -> Self {
        Self {
            data_sources: &[],
            ephemeral_resources: &[],
            functions: &[],
            schema: || Schema::new(0).attribute("a", Attribute::required(Type::String)),
            signature: || Signature::new(Type::Bool),
        }
    }
}

impl Provider for Named {
    type Config = Fields;
    type Client = ();

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    async fn configure(&self, _: Fields, _: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        let Self { schema, signature, .. } = *self;
        let mut kinds = Kinds::new();
        for name in self.data_sources {
            kinds = kinds.data_source(Kind { name, schema });
        }
        for name in self.ephemeral_resources {
            kinds = kinds.ephemeral_resource(Kind { name, schema });
        }
        for name in self.functions {
            kinds = kinds.function(Call { name, signature });
        }
        kinds
    }
}

struct Kind {
    name: &'static str,
    schema: fn() -> Schema,
}

impl DataSource for Kind {
    type Client = ();
    type Model = Fields;

    fn type_name(&self) -> &'static str {
        self.name
    }

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    async fn read(&self, config: Fields, _: &Context<'_, ()>) -> Result<Fields, Diagnostic> {
        Ok(config)
    }
}

impl EphemeralResource for Kind {
    type Client = ();
    type Model = Fields;
    type Private = ();

    fn type_name(&self) -> &'static str {
        self.name
    }

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    async fn open(&self, config: Fields, _: &Context<'_, ()>) -> Opened<Fields> {
        Opened::lasting(config)
    }
}

struct Call {
    name: &'static str,
    signature: fn() -> Signature,
}

impl Function for Call {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signature(&self) -> Signature {
        (self.signature)()
    }

    fn call(&self, _: Arguments) -> Result<Value, FunctionError> {
        Ok(Value::Bool(true))
    }
}

#[track_caller]
fn check_names(provider: Named, expected: Option<&str>) {
    let built = catch_unwind(AssertUnwindSafe(|| Registry::new(provider)));
    let refusal = built.err().map(|payload| *payload.downcast::<String>().expect("a message"));
    assert_eq!(refusal.as_deref(), expected);
}

#[test]
fn registry_refuses_invalid_name_and_name_registered_twice_in_one_kind() {
    let one = &["x_one"];
    check_names(
        Named { data_sources: one, ephemeral_resources: one, functions: one, ..Named::default() },
        None,
    );
    let twice = &["x_one", "x_two", "x_one"];
    for (provider, refusal) in [
        (
            Named { data_sources: twice, ..Named::default() },
            "the data source `x_one` is registered twice",
        ),
        (
            Named { ephemeral_resources: twice, ..Named::default() },
            "the ephemeral resource `x_one` is registered twice",
        ),
        (
            Named { functions: twice, ..Named::default() },
            "the function `x_one` is registered twice",
        ),
        (
            Named { data_sources: &["X"], ..Named::default() },
            "`X` is not a valid name: use lower-case letters, digits and underscores",
        ),
        (
            Named { ephemeral_resources: &["1x"], ..Named::default() },
            "`1x` is not a valid name: use lower-case letters, digits and underscores",
        ),
        (
            Named { functions: &["to-upper"], ..Named::default() },
            "`to-upper` is not a valid name: use lower-case letters, digits and underscores",
        ),
    ] {
        check_names(provider, Some(refusal));
    }
}

/// Data sources and ephemeral resources refuse a schema by the same message.
#[track_caller]
fn check_schema(schema: fn() -> Schema, expected: &str) {
    let names = &["x_one"];
    let provider =
        Named { data_sources: names, ephemeral_resources: names, schema, ..Named::default() };
    let registry = Registry::new(provider);
    let faults = [
        ("the data source x_one", registry.data_source("x_one").err()),
        ("the ephemeral resource x_one", registry.ephemeral_resource("x_one").err()),
    ];
    for (what, fault) in faults {
        let fault = fault.expect("the schema is refused");
        let (_, message) = fault.detail.split_once(&format!("of {what} ")).expect("a subject");
        assert_eq!(
            message,
            format!("{expected}. Please report this to the provider's developers.")
        );
    }
}

#[test]
fn registry_refuses_schema_that_its_kind_or_model_cannot_have() {
    check_schema(
        || Schema::new(0).attribute("a", Attribute::required(Type::String).write_only()),
        "has what only a managed resource can have: `a` is write-only",
    );
    check_schema(
        || {
            let a = Attribute::optional_computed(Type::String).default("x");
            Schema::new(0).attribute("a", a.modify(use_state_for_unknown()))
        },
        "has what only a managed resource can have: `a` has a default; `a` has a plan \
         modifier",
    );
    check_schema(
        || Schema::new(2).attribute("a", Attribute::required(Type::String)),
        "has what only a managed resource can have: version 2, where no state is kept",
    );
    check_schema(
        || Schema::new(0).attribute("a", Attribute::required(Type::Bool)),
        "disagree: `a`: the model holds a string, the schema declares bool",
    );
}

#[test]
fn registry_checks_nested_attributes_and_blocks() {
    let nested = Nested::single().attribute("b", Attribute::optional(Type::String).write_only());
    let block = Block::list(Limits::ANY)
        .attribute("b", Attribute::optional_computed(Type::String).default("x"));
    let schema =
        Schema::new(0).attribute("nested", Attribute::optional(nested)).block("block", block);
    let fault = super::unplanned(schema, "it").expect_err("two faults");
    assert!(
        fault.detail.contains(": `nested.b` is write-only; `block.b` has a default."),
        "{}",
        fault.detail
    );
}

#[test]
fn provider_block_with_computed_or_reserved_attribute_is_refused() {
    let text = || Attribute::required(Type::String);
    let fault = |schema: Schema| super::configuring(schema).err().map(|it| it.detail);
    assert_eq!(fault(Schema::new(0).attribute("a", text())), None);
    let computed = Nested::single().attribute("b", Attribute::computed(Type::String));
    let both = Attribute::optional_computed(Type::String).default("x");
    let rows = [
        (Schema::new(1), ": version 1, where no state is kept."),
        (Schema::new(0).attribute("a", Attribute::optional(computed)), ": `a.b` is computed."),
        (Schema::new(0).attribute("a", both), ": `a` has a default; `a` is computed."),
        (Schema::new(0).attribute("a", text().write_only()), ": `a` is write-only."),
        (Schema::new(0).attribute("alias", text()), ": `alias` is reserved by Terraform"),
        (Schema::new(0).block("version", Block::single()), ": `version` is reserved by Terraform"),
    ];
    for (schema, expected) in rows {
        let message = fault(schema).unwrap_or_default();
        assert!(message.contains(expected), "{message:?} has no {expected:?}");
    }
}

#[test]
fn signature_that_panics_becomes_a_diagnostic() {
    let with = |signature| Named { functions: &["f"], signature, ..Named::default() };
    let twice = || {
        let name = || Parameter::new("name", Type::String);
        Signature::new(Type::Bool).parameter(name()).variadic(name())
    };
    type Case = (fn() -> Signature, &'static str);
    let cases: [Case; 4] = [
        (twice, "the parameter `name` is declared twice"),
        (
            || Signature::new(Type::Bool).parameter(Parameter::new("A", Type::Bool)),
            "`A` is not a valid name: use lower-case letters, digits and underscores",
        ),
        (
            || Signature::new(Type::list(Type::Dynamic)),
            "a dynamic type cannot stand inside a list(any)",
        ),
        (
            || {
                let more = |name| Parameter::new(name, Type::Bool);
                Signature::new(Type::Bool).variadic(more("a")).variadic(more("b"))
            },
            "a function has one variadic parameter at most",
        ),
    ];
    for (signature, message) in cases {
        let registry = Registry::new(with(signature));
        let fault = registry.function("f").map(|_| ()).expect_err(message);
        let expected =
            format!("A fault in the signature of the function f ended this operation: {message}. ");
        assert!(fault.detail.starts_with(&expected), "{}", fault.detail);
    }
}
