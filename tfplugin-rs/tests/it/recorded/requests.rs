//! The values in the requests of a core: their bytes, and where they stand.

use bytes::Bytes;
use prost::Message;
use tfplugin::testing::Request;

use super::file::Entry;
use crate::generated::tfplugin6::{
    DynamicValue, apply_resource_change, configure_provider, plan_resource_change, read_resource,
    upgrade_resource_state, validate_provider_config, validate_resource_config,
};

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
    let message = &request.message;
    let (type_name, fields) = match request.method.as_str() {
        "ValidateProviderConfig" => {
            let it: validate_provider_config::Request = read(message);
            ("provider".to_owned(), vec![("config", it.config)])
        }
        "ConfigureProvider" => {
            let it: configure_provider::Request = read(message);
            ("provider".to_owned(), vec![("config", it.config)])
        }
        "ValidateResourceConfig" => {
            let it: validate_resource_config::Request = read(message);
            (it.type_name, vec![("config", it.config)])
        }
        "UpgradeResourceState" => {
            let it: upgrade_resource_state::Request = read(message);
            let state = it.raw_state.unwrap();
            assert!(state.flatmap.is_empty(), "state of Terraform 0.11");
            let place = format!("UpgradeResourceState {} raw_state:{}", it.type_name, it.version);
            return vec![(place, state.json.to_vec())];
        }
        "ReadResource" => {
            let it: read_resource::Request = read(message);
            (it.type_name, vec![("current_state", it.current_state)])
        }
        "PlanResourceChange" => {
            let it: plan_resource_change::Request = read(message);
            let fields = vec![
                ("prior_state", it.prior_state),
                ("proposed_new_state", it.proposed_new_state),
                ("config", it.config),
            ];
            (it.type_name, fields)
        }
        "ApplyResourceChange" => {
            let it: apply_resource_change::Request = read(message);
            let fields = vec![
                ("prior_state", it.prior_state),
                ("planned_state", it.planned_state),
                ("config", it.config),
            ];
            (it.type_name, fields)
        }
        "GetProviderSchema" | "GetResourceIdentitySchemas" | "StopProvider" => return Vec::new(),
        other => panic!("values of `{other}` are not looked for"),
    };
    let values = fields.into_iter().map(|(field, value)| {
        let DynamicValue { msgpack, json } = value.unwrap();
        assert!(json.is_empty(), "a core writes MessagePack");
        (format!("{} {type_name} {field}", request.method), msgpack.to_vec())
    });
    values.collect()
}

/// As the wire's messages; the values in them stay bytes.
fn read<T: Message + Default>(message: &Bytes) -> T {
    T::decode(message.clone()).unwrap()
}
