//! The life of a thing, and the provider block, in either encoding.

use tfplugin::ty::Type;
use tfplugin::value::Value;

use super::{Form, Seed, dynamic, encoded, raw, seed, text};
use crate::generated::tfplugin6 as wire;
use crate::thing::{TYPE_NAME, decode, object, ty};

fn thing(id: Value, size: i64) -> Value {
    let part = Value::object([("title", Value::from("x")), ("weight", Value::from(2))]);
    object([
        ("name", "one".into()),
        ("id", id),
        ("size", size.into()),
        ("labels", Value::map([("a", "b".into())])),
        ("parts", Value::List(vec![part])),
    ])
}

fn type_name() -> String {
    TYPE_NAME.to_owned()
}

pub(super) fn seeds(form: Form) -> Vec<Seed> {
    let mut seeds = vec![validate(form), read(form), upgrade(), import()];
    seeds.extend(plans(form));
    seeds.extend(applies(form));
    seeds.extend(of_the_provider(form));
    seeds
}

fn validate(form: Form) -> Seed {
    seed(
        "ValidateResourceConfig",
        [encoded(form, &thing(Value::Null, 7), &ty())],
        move |[config]| wire::validate_resource_config::Request {
            type_name: type_name(),
            config: dynamic(form, config),
            client_capabilities: None,
        },
        &["validate"],
        |answer: wire::validate_resource_config::Response| answer.diagnostics,
    )
}

fn read(form: Form) -> Seed {
    let stored = thing("thing-one".into(), 7);
    seed(
        "ReadResource",
        [encoded(form, &stored, &ty())],
        move |[state]| wire::read_resource::Request {
            type_name: type_name(),
            current_state: dynamic(form, state),
            ..Default::default()
        },
        &["read"],
        move |answer: wire::read_resource::Response| {
            assert_eq!(decode(answer.new_state), stored);
            answer.diagnostics
        },
    )
}

/// Of the current version, which the provider need not be asked about.
fn upgrade() -> Seed {
    let stored = thing("thing-one".into(), 7);
    seed(
        "UpgradeResourceState",
        [encoded(Form::Json, &stored, &ty())],
        |[state]| wire::upgrade_resource_state::Request {
            type_name: type_name(),
            version: 1,
            raw_state: raw(state),
        },
        &[],
        move |answer: wire::upgrade_resource_state::Response| {
            assert_eq!(decode(answer.upgraded_state), stored);
            answer.diagnostics
        },
    )
}

fn import() -> Seed {
    seed(
        "ImportResourceState",
        ["thing-one".into()],
        |[id]| wire::import_resource_state::Request {
            type_name: type_name(),
            id: text(&id),
            ..Default::default()
        },
        &["import"],
        |mut answer: wire::import_resource_state::Response| {
            let imported = answer.imported_resources.pop().expect("an object");
            assert_eq!(decode(imported.state).get("name"), Some(&"one".into()));
            answer.diagnostics
        },
    )
}

/// Create, update, delete, as the stored, proposed and configured object.
fn plans(form: Form) -> impl Iterator<Item = Seed> {
    let stored = thing("thing-one".into(), 7);
    let created = (Value::Null, thing(Value::Null, 7), thing(Value::unknown(), 7));
    let updated = (stored.clone(), thing("thing-one".into(), 8), thing("thing-one".into(), 8));
    let deleted = (stored, Value::Null, Value::Null);
    [created, updated, deleted].into_iter().map(move |(prior, proposed, planned)| {
        let config = match &proposed {
            Value::Object(parts) => {
                let config = parts.iter().filter(|(name, _)| *name != "id");
                let config = config.map(|(name, value)| (name.clone(), value.clone()));
                Value::object(config.chain([("id".to_owned(), Value::Null)]))
            }
            _ => Value::Null,
        };
        seed(
            "PlanResourceChange",
            [&prior, &proposed, &config].map(|it| encoded(form, it, &ty())),
            move |[prior, proposed, config]| wire::plan_resource_change::Request {
                type_name: type_name(),
                prior_state: dynamic(form, prior),
                proposed_new_state: dynamic(form, proposed),
                config: dynamic(form, config),
                ..Default::default()
            },
            // Its plan is the SDK's own.
            &[],
            move |answer: wire::plan_resource_change::Response| {
                assert_eq!(decode(answer.planned_state), planned);
                answer.diagnostics
            },
        )
    })
}

/// Create, update, delete, as the stored and planned object and the operation.
fn applies(form: Form) -> impl Iterator<Item = Seed> {
    let stored = thing("thing-one".into(), 7);
    let open = match form {
        Form::MessagePack => Value::unknown(),
        // Which has no unknown values.
        Form::Json => "thing-one".into(),
    };
    let created = (Value::Null, thing(open, 7), &["create"]);
    let updated = (stored.clone(), thing("thing-one".into(), 8), &["update"]);
    let deleted = (stored, Value::Null, &["delete"]);
    [created, updated, deleted].into_iter().map(move |(prior, planned, reaches)| {
        let size = planned.get("size").cloned();
        seed(
            "ApplyResourceChange",
            [&prior, &planned, &planned].map(|it| encoded(form, it, &ty())),
            move |[prior, planned, config]| wire::apply_resource_change::Request {
                type_name: type_name(),
                prior_state: dynamic(form, prior),
                planned_state: dynamic(form, planned),
                config: dynamic(form, config),
                ..Default::default()
            },
            reaches,
            move |answer: wire::apply_resource_change::Response| {
                assert_eq!(decode(answer.new_state).get("size"), size.as_ref());
                answer.diagnostics
            },
        )
    })
}

fn of_the_provider(form: Form) -> [Seed; 2] {
    let ty = Type::object([("token", Type::String)]);
    let block = encoded(form, &Value::object([("token", Value::from("t"))]), &ty);
    let validate = seed(
        "ValidateProviderConfig",
        [block.clone()],
        move |[config]| wire::validate_provider_config::Request { config: dynamic(form, config) },
        &["validate"],
        |answer: wire::validate_provider_config::Response| answer.diagnostics,
    );
    let configure = seed(
        "ConfigureProvider",
        [block],
        move |[config]| wire::configure_provider::Request {
            config: dynamic(form, config),
            ..Default::default()
        },
        &["configure"],
        |answer: wire::configure_provider::Response| answer.diagnostics,
    );
    [validate, configure]
}
