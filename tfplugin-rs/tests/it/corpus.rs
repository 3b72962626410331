//! The corpora of the fuzz targets, replayed; their seeds are made here.
//!
//! `UPDATE_EXPECT=1` writes the seeds. What a fuzzer finds is added by hand, as a file beside
//! them that is named after the fault.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value, msgpack};

use crate::fuzzed::{self, CALLS};
use crate::messages::calls_of_the_service;
use crate::seeds::{self, Seed};

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target)
}

/// Checks that the corpus has the seed, or writes it. The first byte is the target's choice.
#[expect(clippy::disallowed_methods, reason = "the variable that updates every other snapshot")]
fn seed(target: &str, name: &str, choice: u8, bytes: &[u8]) {
    let path = folder(target).join(name);
    let bytes = [&[choice], bytes].concat();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(folder(target)).unwrap();
        fs::write(&path, &bytes).unwrap();
    }
    let stored = fs::read(&path).unwrap_or_default();
    assert!(stored == bytes, "{} is stale: run with UPDATE_EXPECT=1", path.display());
}

/// Gives every file of a corpus to `check`, and returns their number.
fn replay(target: &str, mut check: impl FnMut(&str, &[u8])) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder(target)).unwrap() {
        let path = entry.unwrap().path();
        check(&path.display().to_string(), &fs::read(&path).unwrap());
        count += 1;
    }
    count
}

/// A part of a recorded request.
fn recorded(name: &str, part: usize) -> Bytes {
    let seeds = seeds::all();
    let seed = seeds.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no seed {name}"));
    seed.parts().swap_remove(part)
}

#[test]
fn messagepack_corpus_decodes_to_what_it_encodes() {
    let set = Dynamic { ty: Type::set(Type::Number), value: Value::Set(vec![1.into()]) };
    let set = msgpack::encode(&Value::Dynamic(Box::new(set)), &Type::Dynamic).unwrap();
    for (name, ty, bytes) in [
        ("full", 0, recorded("ReadResource sample_complex", 0)),
        ("half-known", 0, recorded("PlanResourceChange sample_complex create unknown", 1)),
        ("refined", 4, Bytes::from_static(b"\xc7\x0c\x0c\x82\x01\xc2\x02\xa7https:/")),
        ("dynamic", 1, set.into()),
        ("deep", 1, b"\x92\xc4\x09\"dynamic\"".repeat(40).into()),
        ("length-bomb", 5, Bytes::from_static(b"\xdd\xff\xff\xff\xff\xc0")),
    ] {
        seed("messagepack", name, ty, &bytes);
    }
    assert!(replay("messagepack", |_, data| fuzzed::messagepack(data)) >= 6);
}

#[test]
fn stored_json_corpus_decodes_to_what_it_encodes() {
    let older = br#"{"id":"1","gone":[1,{}],"number":1e3,"set":["a","a"]}"#;
    let dynamic = br#"{"type":["list","number"],"value":[1.50,-0,1e400]}"#;
    for (name, ty, text) in [
        ("full", 0, recorded("UpgradeResourceState sample_complex", 0)),
        ("older", 0, Bytes::from_static(older)),
        ("dynamic", 1, Bytes::from_static(dynamic)),
        ("deep", 5, "[".repeat(300).into()),
    ] {
        seed("stored_json", name, ty, &text);
    }
    assert!(replay("stored_json", |_, data| fuzzed::stored_json(data)) >= 4);
}

#[test]
fn request_corpus_is_answered_without_a_fault() {
    let seeds = seeds::all();
    for request in &seeds {
        let call = CALLS.iter().position(|it| *it == request.method()).unwrap();
        let call = u8::try_from(call).unwrap();
        let Seed { name, message } = request;
        seed("request", &name.replace(' ', "-"), call, message);
        let answer = fuzzed::request(&[&[call], &message[..]].concat());
        request.assert_succeeded(answer.expect("a valid message").into());
    }
    let count = replay("request", |path, data| {
        let answer = fuzzed::request(data).unwrap_or_default();
        let is_fault = answer.windows(14).any(|it| it == b"Provider fault");
        assert!(!is_fault, "{path}: the SDK panicked: {}", String::from_utf8_lossy(&answer));
    });
    assert!(count >= seeds.len());
}

#[test]
fn fuzz_target_knows_every_call_of_the_service() {
    let known = CALLS.into_iter().collect();
    assert!(calls_of_the_service().is_subset(&known));
}
