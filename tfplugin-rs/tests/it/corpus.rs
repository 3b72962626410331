//! The corpora of the fuzz targets, replayed; their seeds are made here.
//!
//! `UPDATE_EXPECT=1` writes the seeds. What a fuzzer finds is added by hand, as a file
//! beside them whose name says what it was.

mod named;
mod requests;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tfplugin::ty::Type;
use tfplugin::value::json;
use tfplugin::value::{Dynamic, Number, Value, msgpack};

use crate::everything;
use crate::fuzzed::{self, CALLS};
use crate::seeds::calls_of_the_service;

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target)
}

/// Checks that the seed stands in the corpus, or writes it.
#[expect(clippy::disallowed_methods, reason = "the variable that updates every other snapshot")]
fn seed(target: &str, name: &str, bytes: &[u8]) {
    let path = folder(target).join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(folder(target)).unwrap();
        fs::write(&path, bytes).unwrap();
    }
    let stored = fs::read(&path).unwrap_or_default();
    assert!(stored == bytes, "{} is stale: run with UPDATE_EXPECT=1", path.display());
}

/// Gives every file of a corpus to `check`, and how many there were.
fn replay(target: &str, mut check: impl FnMut(&str, &[u8])) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder(target)).unwrap() {
        let path = entry.unwrap().path();
        check(&path.display().to_string(), &fs::read(&path).unwrap());
        count += 1;
    }
    count
}

fn open(ty: Type, value: impl Into<Value>) -> Value {
    Value::Dynamic(Box::new(Dynamic { ty, value: value.into() }))
}

fn part(key: impl Into<Value>) -> Value {
    ranked(key, 1)
}

fn ranked(key: impl Into<Value>, rank: impl Into<Value>) -> Value {
    let parts = [("key", key.into()), ("note", "n".into()), ("rank", rank.into())];
    Value::object(parts)
}

fn block(name: &str) -> Value {
    Value::object([("name", name.into()), ("size", 2.into())])
}

/// An object with something in every attribute.
fn full() -> Value {
    let huge = Number::parse("123456789012345678901234567890.5").unwrap();
    let nested = Type::list(Type::map(Type::Dynamic));
    let inner = Value::List(vec![Value::map([("k", open(Type::Bool, true))])]);
    let object = Value::object([("a", "x".into()), ("b", Value::List(vec![true.into()]))]);
    let parts = [
        ("block_group", Value::object([("x", true.into())])),
        ("block_list", Value::List(vec![block("a"), block("b")])),
        ("block_map", Value::map([("k", block("c"))])),
        ("block_set", Value::Set(vec![block("d")])),
        ("block_single", block("e")),
        ("boolean", true.into()),
        ("chosen", "b".into()),
        ("dynamic", open(nested, inner)),
        ("id", "1".into()),
        ("list", Value::List(vec![Value::Number(huge), (-1).into()])),
        ("map", Value::map([("e\u{301}", "e\u{301}".into())])),
        ("map_of_sets", Value::map([("k", Value::Set(vec![1.into(), 2.into()]))])),
        ("nested_list", Value::List(vec![part("a")])),
        ("nested_map", Value::map([("k", part("b"))])),
        ("nested_set", Value::Set(vec![part("c"), part("d")])),
        ("nested_single", part("e")),
        ("number", 7.into()),
        ("object", object),
        ("secret", Value::Null),
        ("set", Value::Set(vec!["x".into(), "y".into()])),
        ("string", "text".into()),
        ("sum", "s".into()),
        ("tuple", Value::Tuple(vec![false.into(), "t".into()])),
        ("written", "w".into()),
    ];
    Value::object(parts).conform(everything::schema().ty()).unwrap()
}

/// The same with much that is not known yet.
fn half_known() -> Value {
    let Value::Object(mut parts) = full() else { unreachable!() };
    for name in ["id", "dynamic", "map", "nested_single", "number", "sum"] {
        parts.insert(name.to_owned(), Value::unknown());
    }
    let members = vec![part("c"), part(Value::unknown()), Value::unknown()];
    parts.insert("nested_set".to_owned(), Value::Set(members));
    Value::Object(parts)
}

/// What of it can be configured.
fn configured() -> Value {
    let Value::Object(mut parts) = half_known() else { unreachable!() };
    let part = |key: Value| ranked(key, Value::Null);
    for (name, value) in [
        ("id", Value::Null),
        ("sum", Value::Null),
        ("nested_list", Value::List(vec![part("a".into())])),
        ("nested_map", Value::map([("k", part("b".into()))])),
        ("nested_set", Value::Set(vec![part("c".into()), part(Value::unknown())])),
    ] {
        parts.insert(name.to_owned(), value);
    }
    Value::Object(parts)
}

/// The same with what [`full`] has of the rest.
fn proposed() -> Value {
    let Value::Object(mut parts) = half_known() else { unreachable!() };
    let members = vec![part("c"), ranked(Value::unknown(), Value::Null)];
    for (name, value) in
        [("id", "1".into()), ("sum", "s".into()), ("nested_set", Value::Set(members))]
    {
        parts.insert(name.to_owned(), value);
    }
    Value::Object(parts)
}

fn encoded(value: &Value) -> Bytes {
    msgpack::encode(value, everything::schema().ty()).unwrap().into()
}

#[test]
fn messagepack_comes_back_as_it_went() {
    let of = |at: u8, bytes: &[u8]| [&[at], bytes].concat();
    seed("messagepack", "full", &of(0, &encoded(&full())));
    seed("messagepack", "half-known", &of(0, &encoded(&half_known())));
    let refined = b"\xc7\x0c\x0c\x82\x01\xc2\x02\xa7https:/";
    seed("messagepack", "refined", &of(4, refined));
    let dynamic = encode_open(&open(Type::set(Type::Number), Value::Set(vec![1.into()])));
    seed("messagepack", "dynamic", &of(1, &dynamic));
    let deep = [&b"\x92\xc4\x09\"dynamic\""[..]].repeat(40).concat();
    seed("messagepack", "deep", &of(1, &deep));
    seed("messagepack", "length-bomb", &of(5, b"\xdd\xff\xff\xff\xff\xc0"));
    assert!(replay("messagepack", |_, data| fuzzed::messagepack(data)) >= 6);
}

fn encode_open(value: &Value) -> Vec<u8> {
    msgpack::encode(value, &Type::Dynamic).unwrap()
}

#[test]
fn stored_json_comes_back_as_it_went() {
    let text = json::to_json(&full()).unwrap().to_string();
    seed("stored_json", "full", format!("\0{text}").as_bytes());
    seed(
        "stored_json",
        "older",
        b"\0{\"id\":\"1\",\"gone\":[1,{}],\"number\":1e3,\"set\":[\"a\",\"a\"]}",
    );
    let dynamic = r#"{"type":["list","number"],"value":[1.50,-0,1e400]}"#;
    seed("stored_json", "dynamic", format!("\u{1}{dynamic}").as_bytes());
    seed("stored_json", "deep", format!("\u{5}{}", "[".repeat(300)).as_bytes());
    assert!(replay("stored_json", |_, data| fuzzed::stored_json(data)) >= 4);
}

#[test]
fn requests_are_answered_without_a_fault() {
    let mut seeded = BTreeSet::new();
    for (name, request) in requests::seeds() {
        let data = fuzzed_call(request.method, &request.message(&request.parts));
        seed("request", name, &data);
        let answer = fuzzed::request(&data).expect("a sound message");
        request.check(answer.into());
        seeded.insert(request.method);
    }
    assert_eq!(seeded, calls_of_the_service());
    let count = replay("request", |path, data| {
        let answer = fuzzed::request(data).unwrap_or_default();
        let is_fault = answer.windows(14).any(|it| it == b"Provider fault");
        assert!(!is_fault, "{path}: the SDK panicked: {}", String::from_utf8_lossy(&answer));
    });
    assert!(count >= seeded.len());
}

#[test]
fn fuzzers_know_every_call_of_the_service() {
    let known = CALLS.into_iter().collect();
    assert!(calls_of_the_service().is_subset(&known));
}

fn fuzzed_call(call: &str, message: &[u8]) -> Vec<u8> {
    let at = CALLS.iter().position(|it| *it == call).expect("a call of the list");
    [&[u8::try_from(at).unwrap()], message].concat()
}
