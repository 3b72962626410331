//! Bytes recorded from real cores are the golden files of the codec.
//!
//! `tests/data/recorded/VERSION.txt` holds every value that the Terraform of that version
//! sent to the provider in `kinds` for the configuration in `configuration`: while it
//! created all objects, changed the source that the unknown ones come from and upgraded the
//! aged one, and destroyed all. The form is described in `file`. Nothing of ours has written
//! those bytes; `live` compares the files with the cores that are installed. `calls` does the
//! same for whole requests, which are in `calls.txt`. Both write their files with
//!
//! ```text
//! UPDATE_EXPECT=1 RUN_SLOW_TESTS=1 cargo test -p tfplugin-rs --test it recorded
//! ```
//!
//! after `cargo xtask tools`. That records the oldest, the newest and the everyday one;
//! `TFPLUGIN_CORES` names others, by their paths. The tests here need no Terraform.

pub(crate) mod calls;
mod configuration;
mod different;
mod expected;
mod file;
mod items;
mod kinds;
mod live;
mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tfplugin::ty::Type;
use tfplugin::value::json::{self, Strictness};
use tfplugin::value::{Value, msgpack};

use self::expected::Place;
use self::file::Entry;

/// Those that are recorded, from the oldest to the newest.
const CORES: [&str; 6] = ["1.6.6", "1.10.5", "1.11.4", "1.12.2", "1.14.9", "1.15.5"];

/// Where the recording of a core is.
fn path(core: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/recorded");
    folder.join(format!("{core}.txt"))
}

fn recorded(core: &str) -> Vec<Entry> {
    file::read(&std::fs::read_to_string(path(core)).unwrap())
}

fn place(text: &str) -> Place<'_> {
    let parts: Vec<&str> = text.split(' ').collect();
    let [step, method, type_name, field] = parts[..] else { panic!("`{text}` is no place") };
    Place { step, method, type_name, field }
}

fn ty(place: &Place<'_>) -> Type {
    match place.field.strip_prefix("raw_state:") {
        Some(version) => kinds::ty(place.type_name, version.parse().unwrap()),
        None if place.type_name == "provider" => kinds::config_ty(),
        None => kinds::ty(place.type_name, if place.step == "create" { 0 } else { 1 }),
    }
}

fn decode(bytes: &[u8], place: &Place<'_>) -> Value {
    if place.method == "UpgradeResourceState" {
        json::decode(bytes, &ty(place), Strictness::Exact).unwrap()
    } else {
        msgpack::decode(bytes, &ty(place)).unwrap()
    }
}

/// All that a value is, in one line for each attribute. Equality takes no notice of promises,
/// order in sets and the spelling of texts.
fn in_full(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            object.iter().map(|(name, it)| format!("{name}: {it:?}")).collect()
        }
        other => vec![format!("{other:?}")],
    }
}

#[test]
fn recorded_values_are_decoded_as_configured() {
    for core in CORES {
        let mut found: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
        for Entry { places, bytes } in recorded(core) {
            for text in places {
                let value = decode(&bytes, &place(&text));
                found.entry(text).or_default().insert(in_full(&value));
            }
        }
        assert!(found.len() > 80, "{core}: {} places", found.len());
        for (text, values) in found {
            let expected = expected::values(core, &place(&text));
            let expected: BTreeSet<Vec<String>> = expected.iter().map(in_full).collect();
            let lines = |all: &BTreeSet<Vec<String>>| all.iter().flatten().cloned().collect();
            let (left, right): (BTreeSet<_>, BTreeSet<_>) = (lines(&values), lines(&expected));
            let differing: Vec<_> = left.symmetric_difference(&right).collect();
            assert!(values == expected, "{core}: {text}: {differing:#?}");
        }
    }
}

#[test]
fn recorded_values_are_encoded_as_the_cores_encode_them() {
    let mut unused: BTreeSet<&str> =
        different::FROM_OURS.iter().map(|(theirs, _)| *theirs).collect();
    for (core, Entry { places, bytes }) in
        CORES.into_iter().flat_map(|core| recorded(core).into_iter().map(move |it| (core, it)))
    {
        for text in &places {
            let place = place(text);
            let value = decode(&bytes, &place);
            if place.method == "UpgradeResourceState" {
                let theirs: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(json::to_json(&value), Ok(theirs), "{core}: {text}");
                continue;
            }
            let ours = file::lines(&msgpack::encode(&value, &ty(&place)).unwrap());
            let theirs = file::lines(&bytes);
            assert_eq!(ours.len(), theirs.len(), "{core}: {text}");
            for (ours, theirs) in ours.iter().zip(&theirs) {
                let row = different::FROM_OURS.iter().find(|(it, _)| it == theirs);
                let expected = row.map_or(theirs.as_str(), |(_, ours)| *ours);
                assert_eq!(ours, expected, "{core}: {text}");
                unused.remove(theirs.as_str());
            }
        }
    }
    assert!(unused.is_empty(), "no core writes {unused:#?}");
}
