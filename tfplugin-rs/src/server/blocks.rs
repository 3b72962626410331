//! Blocks that are not there are an empty value, never null: Terraform refuses null.

use std::collections::BTreeMap;

use crate::schema::{Block, BlockNesting, Body};
use crate::value::Value;

/// The object with an empty value for every block that repeats and is null.
///
/// Objects inside nested attributes have no blocks.
pub(crate) fn filled(body: &Body, mut object: Value) -> Value {
    fill(body, &mut object);
    object
}

fn fill(body: &Body, value: &mut Value) {
    match value {
        Value::List(items) | Value::Set(items) => items.iter_mut().for_each(|it| fill(body, it)),
        Value::Map(entries) => entries.values_mut().for_each(|it| fill(body, it)),
        Value::Object(values) => {
            for (name, block) in body.blocks() {
                if let Some(value) = values.get_mut(name) {
                    if value.is_null() {
                        *value = empty(block);
                    }
                    fill(block.body(), value);
                }
            }
        }
        _ => {}
    }
}

fn empty(block: &Block) -> Value {
    match block.nesting() {
        BlockNesting::Single => Value::Null,
        BlockNesting::List => Value::List(Vec::new()),
        BlockNesting::Set => Value::Set(Vec::new()),
        BlockNesting::Map => Value::Map(BTreeMap::new()),
        BlockNesting::Group => {
            let body = block.body();
            let names = body.attributes().keys().chain(body.blocks().keys());
            Value::object(names.map(|name| (name, Value::Null)))
        }
    }
}
