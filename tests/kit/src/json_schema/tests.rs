//! Each word of a schema, kept and broken.

use serde_json::json;

use super::*;

#[track_caller]
fn check(schema: Value, good: Value, bad: Value) {
    assert_eq!(faults(&schema, &good), Vec::<String>::new());
    assert_eq!(faults(&schema, &bad).len(), 1, "{:?}", faults(&schema, &bad));
}

#[test]
fn each_word_is_kept_or_broken() {
    check(json!({ "type": ["string", "null"] }), json!(null), json!(1));
    check(json!({ "type": "integer" }), json!(1), json!(1.5));
    check(json!({ "const": 1 }), json!(1), json!(2));
    check(json!({ "enum": ["a", null] }), json!(null), json!("b"));
    check(json!({ "minimum": 0, "maximum": 2 }), json!(2), json!(3));
    check(json!({ "pattern": "^[0-9a-f]{64}$" }), json!("0a".repeat(32)), json!("0A".repeat(32)));
    check(json!({ "items": { "type": "string" } }), json!(["a"]), json!(["a", 1]));
    check(json!({ "required": ["a"] }), json!({ "a": 1 }), json!({}));
    let closed =
        json!({ "properties": { "a": { "type": "null" } }, "additionalProperties": false });
    check(closed.clone(), json!({ "a": null }), json!({ "a": 1 }));
    check(closed, json!({}), json!({ "b": 1 }));
    let open = json!({ "additionalProperties": { "type": "string" } });
    check(open, json!({ "b": "x" }), json!({ "b": 1 }));
}

#[test]
fn a_word_that_is_not_checked_is_a_fault() {
    let found = faults(&json!({ "oneOf": [] }), &json!(1));
    assert_eq!(found, ["$: the schema's word `oneOf` is not checked"]);
    assert_eq!(faults(&json!({ "title": "x" }), &json!(1)), Vec::<String>::new());
}
