//! The object whose attributes may be unknown.

use tfplugin::ty::Type;
use tfplugin::value::{Number, Refinements, Unknown, Value};

use super::super::different::PROMISING_FORMAT;
use super::{NULL, any, line, list, number, pair, part, set};

/// Before the source has made anything up.
pub(super) fn open() -> Value {
    let unknown = Value::unknown;
    let text = |prefix: &str| {
        refined(Refinements { string_prefix: Some(prefix.to_owned()), ..not_null() })
    };
    let between = |least: &str, most: &str| {
        let bound = |text: &str| Some((Number::parse(text).unwrap(), true));
        refined(Refinements { number_lower: bound(least), number_upper: bound(most), ..not_null() })
    };
    let length = || between("0", "9223372036854775807");
    let up_to_three =
        refined(Refinements { length_lower: Some(1), length_upper: Some(3), ..not_null() });
    let with_text = Type::object([("text", Type::String)]);
    Value::object([
        ("any", unknown()),
        ("any_list", any(Type::list(Type::String), up_to_three)),
        ("any_map", any(Type::map(Type::String), unknown())),
        ("any_number", any(Type::Number, length())),
        ("any_object", any(with_text, Value::object([("text", text("pre-"))]))),
        ("any_set", any(Type::set(Type::String), set(["x".into(), unknown()]))),
        ("any_text", any(Type::String, unknown())),
        ("any_tuple", pair_of(Type::String, [unknown(), unknown()])),
        ("flag", unknown()),
        ("large_numbers", Value::Null),
        ("map", unknown()),
        ("map_of_lists", Value::map([("a", refined(not_null()))])),
        ("nested_list", unknown()),
        ("nested_map", Value::map([("a", part(unknown(), NULL))])),
        ("nested_set", set([part("a", NULL), part(unknown(), NULL)])),
        ("nested_single", part(unknown(), NULL)),
        (
            "numbers",
            list([
                unknown(),
                refined(not_null()),
                refined(not_null()),
                length(),
                between("1", "5"),
                between("0.1", "18446744073709551615"),
            ]),
        ),
        ("object", pair(unknown(), unknown())),
        ("secret", unknown()),
        ("set", set(["a".into(), "b".into(), unknown()])),
        ("set_of_numbers", refined(not_null())),
        ("set_of_objects", set([pair(unknown(), 1)])),
        ("text", unknown()),
        (
            "texts",
            list([
                unknown(),
                refined(not_null()),
                text("prefix-"),
                // No more than fits one byte of length.
                text(&"0".repeat(127)),
                // What follows could change the last letter.
                refined(not_null()),
                text("{"),
                text("["),
                refined(not_null()),
                refined(not_null()),
                refined(not_null()),
                unknown(),
            ]),
        ),
        ("tuple", Value::Tuple(vec![unknown(), unknown(), "x".into()])),
        ("block_group", line(NULL, NULL)),
        ("block_list", unknown()),
        ("block_map", Value::map([("a", line(NULL, unknown()))])),
        ("block_set", set([line(unknown(), NULL)])),
        ("block_single", line(unknown(), NULL)),
    ])
}

/// The same where not even the types of the source's attributes are known.
pub(super) fn open_untyped(core: &str) -> Value {
    let unknown = Value::unknown;
    let Value::Object(mut object) = open() else { panic!("an object") };
    let mut differs = |name: &str, value| assert!(object.insert(name.to_owned(), value).is_some());
    differs("any_map", unknown());
    differs("any_number", any(Type::Number, refined(not_null())));
    differs("any_text", unknown());
    differs("any_tuple", pair_of(Type::Dynamic, [unknown(), unknown()]));
    let formatted = if PROMISING_FORMAT.contains(&core) { refined(not_null()) } else { unknown() };
    for (name, at, value) in [("numbers", 3, refined(not_null())), ("texts", 7, formatted)] {
        let Some(Value::List(items)) = object.get_mut(name) else { panic!("a list") };
        items[at] = value;
    }
    Value::Object(object)
}

/// When the source has set its values.
pub(super) fn settled() -> Value {
    let made = || Value::from("made");
    let texts = [
        "made",
        "made",
        "prefix-made",
        "",
        "\u{e9}made",
        "{\"text\":\"made\"}",
        "[\"made\"]",
        "made-x",
        "MADE",
        "abc-1",
        "x",
    ];
    let mut texts = texts.map(Value::from);
    texts[3] = format!("{}made", "0".repeat(300)).into();
    let with_text = Type::object([("text", Type::String)]);
    let strings = || Type::list(Type::String);
    Value::object([
        ("any", any(Type::String, "any".into())),
        ("any_list", any(strings(), list(["a".into()]))),
        ("any_map", any(Type::map(Type::String), Value::map([("k", "v".into())]))),
        ("any_number", any(Type::Number, 2.into())),
        ("any_object", any(with_text, Value::object([("text", "pre-made".into())]))),
        ("any_set", any(Type::set(Type::String), set([made(), "x".into()]))),
        ("any_text", any(Type::String, made())),
        (
            "any_tuple",
            any(
                Type::Tuple(vec![Type::String, Type::String]),
                Value::Tuple(vec!["any".into(), made()]),
            ),
        ),
        ("flag", true.into()),
        ("large_numbers", Value::Null),
        ("map", Value::map([("k", "v".into())])),
        ("map_of_lists", Value::map([("a", list([true.into()]))])),
        ("nested_list", list([part("x", NULL), part("y", NULL)])),
        ("nested_map", Value::map([("a", part("made", NULL))])),
        ("nested_set", set([part("a", NULL), part("made", NULL)])),
        ("nested_single", part("made", NULL)),
        ("numbers", list([7.into(), 7.into(), 7.into(), 2.into(), 1.into(), number("0.1")])),
        ("object", pair("made", 7)),
        ("secret", made()),
        ("set", set(["a".into(), "b".into(), made()])),
        ("set_of_numbers", set([1.into()])),
        ("set_of_objects", set([pair("made", 1)])),
        ("text", made()),
        ("texts", list(texts)),
        ("tuple", Value::Tuple(vec![true.into(), 7.into(), "x".into()])),
        ("block_group", line(NULL, NULL)),
        ("block_list", list([line("x", NULL), line("y", NULL)])),
        ("block_map", Value::map([("a", line(NULL, 7))])),
        ("block_set", set([line("made", NULL)])),
        ("block_single", line("made", NULL)),
    ])
}

fn not_null() -> Refinements {
    Refinements { null: Some(false), ..Refinements::default() }
}

fn refined(refinements: Refinements) -> Value {
    Value::Unknown(Unknown::refined(refinements))
}

/// A tuple of something open, and something of that type.
fn pair_of(second: Type, values: [Value; 2]) -> Value {
    any(Type::Tuple(vec![Type::Dynamic, second]), Value::Tuple(values.into()))
}
