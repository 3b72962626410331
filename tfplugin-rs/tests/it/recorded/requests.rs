//! The values in the requests of a core: their bytes, and where they stand.

use tfplugin::testing::Request;

use super::file::Entry;
use crate::generated::tfplugin6::upgrade_resource_state;
use crate::messages::{self, Part, read};

/// Each different value of some steps, and every place where it stood, in the order of
/// arrival.
pub(super) fn entries(steps: &[(&str, Vec<Request>)]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let all = steps.iter().flat_map(|(step, requests)| requests.iter().map(move |it| (step, it)));
    for (step, request) in all {
        for (place, bytes) in values(request) {
            let place = format!("{step} {place}");
            match entries.iter_mut().find(|it| it.bytes == bytes) {
                None => entries.push(Entry { places: vec![place], bytes }),
                Some(entry) if entry.places.contains(&place) => {}
                Some(entry) => entry.places.push(place),
            }
        }
    }
    entries
}

fn values(request: &Request) -> Vec<(String, Vec<u8>)> {
    let Request { method, message } = request;
    let about = match messages::about(method, message) {
        about if about.is_empty() => "provider".to_owned(),
        about => about,
    };
    let mut values = Vec::new();
    messages::visit(method, message, &mut |field, part| match part {
        Part::Value(value) if !field.ends_with("identity") => {
            assert!(value.json.is_empty(), "a core writes MessagePack");
            values.push((format!("{method} {about} {field}"), value.msgpack.to_vec()));
        }
        Part::Bytes(json) if field == "raw_state" => {
            let state: upgrade_resource_state::Request = read(message);
            let place = format!("{method} {about} raw_state:{}", state.version);
            values.push((place, json.to_vec()));
        }
        _ => {}
    });
    values
}
