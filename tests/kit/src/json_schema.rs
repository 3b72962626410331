//! A check of JSON against the part of JSON Schema (draft 2020-12) that our
//! schemas use. A word that it does not know is a fault, so that no schema says
//! more than is checked.

use serde_json::Value;

#[cfg(test)]
mod tests;

/// Words that describe and demand nothing.
const NOTES: [&str; 4] = ["$schema", "$id", "title", "description"];

/// Everything that is wrong with `value`, each with its place; also what is
/// wrong with the schema.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, value, "$", &mut found);
    found
}

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Value::Object(words) = schema else {
        found.push(format!("{at}: the schema is no object"));
        return;
    };
    for (word, demand) in words {
        match (word.as_str(), value) {
            ("type", _) => {
                let types: Vec<&str> = match demand {
                    Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
                    one => one.as_str().into_iter().collect(),
                };
                if !types.iter().any(|it| is_of(value, it)) {
                    found.push(format!("{at}: {value} is none of {types:?}"));
                }
            }
            ("const", _) if value != demand => found.push(format!("{at}: {value} is not {demand}")),
            ("enum", _) if !demand.as_array().is_some_and(|it| it.contains(value)) => {
                found.push(format!("{at}: {value} is none of {demand}"));
            }
            ("minimum", Value::Number(number)) if number.as_f64() < demand.as_f64() => {
                found.push(format!("{at}: {number} is below {demand}"));
            }
            ("maximum", Value::Number(number)) if number.as_f64() > demand.as_f64() => {
                found.push(format!("{at}: {number} is above {demand}"));
            }
            // The one pattern that stands in a schema of ours.
            ("pattern", Value::String(text)) => {
                let is_digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
                if demand != "^[0-9a-f]{64}$" || text.len() != 64 || !text.bytes().all(is_digit) {
                    found.push(format!("{at}: `{text}` does not fit {demand}"));
                }
            }
            ("items", Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    check(demand, item, &format!("{at}[{index}]"), found);
                }
            }
            ("required", Value::Object(object)) => {
                let names = demand.as_array().into_iter().flatten().filter_map(Value::as_str);
                let missing = names.filter(|it| !object.contains_key(*it));
                found.extend(missing.map(|it| format!("{at}: `{it}` is missing")));
            }
            ("properties", Value::Object(object)) => {
                for (name, schema) in demand.as_object().into_iter().flatten() {
                    if let Some(value) = object.get(name) {
                        check(schema, value, &format!("{at}.{name}"), found);
                    }
                }
            }
            ("additionalProperties", Value::Object(object)) => {
                let known = words.get("properties").and_then(Value::as_object);
                let is_known = |name: &String| known.is_some_and(|it| it.contains_key(name));
                for (name, value) in object.iter().filter(|(name, _)| !is_known(name)) {
                    match demand {
                        Value::Bool(true) => {}
                        Value::Bool(false) => found.push(format!("{at}: `{name}` is not known")),
                        schema => check(schema, value, &format!("{at}.{name}"), found),
                    }
                }
            }
            (
                "const"
                | "enum"
                | "minimum"
                | "maximum"
                | "pattern"
                | "items"
                | "required"
                | "properties"
                | "additionalProperties",
                _,
            ) => {}
            (word, _) if NOTES.contains(&word) => {}
            (word, _) => found.push(format!("{at}: the schema's word `{word}` is not checked")),
        }
    }
}

fn is_of(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || name == "integer" && number.is_i64(),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}
