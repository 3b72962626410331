//! Strategies for types and values, shared by the codec tests.

use proptest::prelude::*;
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Number, Value};

/// Types of every form that a schema can have, three levels deep.
pub(crate) fn any_type() -> BoxedStrategy<Type> {
    let leaf =
        prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic)];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Type::Tuple),
            prop::collection::btree_map("[a-z_]{1,6}", inner, 0..3).prop_map(Type::Object),
        ]
    })
    .boxed()
}

/// Whether values may hold unknown parts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unknowns {
    Some,
    None,
}

/// Values of a type.
pub(crate) fn any_value(ty: &Type, unknowns: Unknowns) -> BoxedStrategy<Value> {
    let known = any_known(ty, unknowns);
    match unknowns {
        Unknowns::Some => prop_oneof![
            1 => Just(Value::Null),
            1 => Just(Value::unknown()),
            6 => known,
        ]
        .boxed(),
        Unknowns::None => prop_oneof![1 => Just(Value::Null), 6 => known].boxed(),
    }
}

fn any_known(ty: &Type, unknowns: Unknowns) -> BoxedStrategy<Value> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => any_number().prop_map(Value::Number).boxed(),
        Type::String => "\\PC{0,40}".prop_map(Value::String).boxed(),
        Type::Dynamic => {
            let simple = prop_oneof![
                Just(Type::String),
                Just(Type::Number),
                Just(Type::list(Type::Bool)),
                Just(Type::object([("a", Type::Dynamic)])),
            ];
            simple
                .prop_flat_map(move |ty| {
                    // One level of open values inside open values is enough.
                    let value = match &ty {
                        Type::Object(_) => Just(Value::object([("a", Value::Null)])).boxed(),
                        ty => any_value(ty, unknowns),
                    };
                    (Just(ty), value)
                })
                .prop_map(|(ty, value)| Value::Dynamic(Box::new(Dynamic { ty, value })))
                .boxed()
        }
        Type::List(element) => {
            prop::collection::vec(any_value(element, unknowns), 0..4).prop_map(Value::List).boxed()
        }
        Type::Set(element) => {
            prop::collection::vec(any_value(element, unknowns), 0..4).prop_map(Value::Set).boxed()
        }
        Type::Map(element) => {
            prop::collection::btree_map("[a-z .\"]{0,6}", any_value(element, unknowns), 0..4)
                .prop_map(Value::Map)
                .boxed()
        }
        Type::Tuple(types) => types
            .iter()
            .map(|ty| any_value(ty, unknowns))
            .collect::<Vec<_>>()
            .prop_map(Value::Tuple)
            .boxed(),
        Type::Object(types) => {
            let names: Vec<String> = types.keys().cloned().collect();
            let values: Vec<_> = types.values().map(|ty| any_value(ty, unknowns)).collect();
            values.prop_map(move |values| Value::object(names.iter().cloned().zip(values))).boxed()
        }
    }
}

/// Numbers of every wire form: integers, exact floats and decimal text.
pub(crate) fn any_number() -> BoxedStrategy<Number> {
    let parse = |text: String| Number::parse(&text).expect("the pattern makes only numbers");
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f32>()
            .prop_filter("finite", |float| float.is_finite())
            .prop_map(|float| Number::from_f64(float.into()).expect("filtered to finite ones")),
        "-?[0-9]{1,40}(\\.[0-9]{1,160})?".prop_map(parse),
        "-?[0-9]{1,5}e-?[0-9]{1,6}".prop_map(parse),
    ]
    .boxed()
}
