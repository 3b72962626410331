//! The object whose attributes are all known.

use tfplugin::ty::Type;
use tfplugin::value::Value;

use super::super::configuration::two_to_the_64th;
use super::{NULL, any, line, list, number, pair, part, set};

pub(super) fn known(core: &str) -> Value {
    let odd = Type::object([("<a&b>", Type::Number), ("plain", Type::Dynamic)]);
    let tuple = vec![Type::Bool, Type::Number, Type::String, Type::Dynamic, Type::Tuple(vec![])];
    Value::object([
        ("any", Value::Null),
        (
            "any_list",
            any(
                Type::list(Type::list(Type::Number)),
                list([list([1.into()]), list([2.into(), 3.into()])]),
            ),
        ),
        ("any_map", any(Type::map(Type::String), Value::map([("a", "1".into())]))),
        ("any_number", any(Type::Number, number(two_to_the_64th(core)))),
        ("any_object", any(odd, Value::object([("<a&b>", 1.into()), ("plain", Value::Null)]))),
        ("any_set", any(Type::set(Type::String), set(["a".into(), "b".into()]))),
        ("any_text", any(Type::String, "x".into())),
        (
            "any_tuple",
            any(
                Type::Tuple(tuple),
                Value::Tuple(vec![
                    true.into(),
                    number("1.5"),
                    "x".into(),
                    Value::Null,
                    Value::Tuple(vec![]),
                ]),
            ),
        ),
        ("flag", false.into()),
        ("large_numbers", large_numbers()),
        (
            "map",
            Value::map([
                ("", "empty".into()),
                ("a", Value::Null),
                ("b c", "blank".into()),
                ("\u{e9}", "decomposed".into()),
            ]),
        ),
        ("map_of_lists", Value::map([("none", list([])), ("one", list([true.into()]))])),
        ("nested_list", list([part("b", "n"), part("a", NULL)])),
        ("nested_map", Value::map([("k", part("a", NULL))])),
        ("nested_set", set([part("a", NULL), part("b", "n")])),
        ("nested_single", part("a", NULL)),
        ("numbers", numbers()),
        ("object", pair("x", NULL)),
        ("secret", "hush-hush".into()),
        // In the order of the letters' numbers, and of the numbers.
        ("set", set(["Z".into(), "a".into(), "b".into(), "\u{e9}".into()])),
        (
            "set_of_numbers",
            set(["-1", "0.5", "1", "9", "10", "1000000000000000000000000000000"].map(number)),
        ),
        ("set_of_objects", set([pair("x", NULL), pair("y", 2), pair("z", 1)])),
        ("text", "known".into()),
        ("texts", texts()),
        ("tuple", Value::Tuple(vec![true.into(), Value::Null, "x".into()])),
        ("block_group", line(NULL, number("10000000000000000000000"))),
        ("block_list", list([line("b", NULL), line("a", 2)])),
        ("block_map", Value::map([("a", line(NULL, NULL)), ("b", line(NULL, 1))])),
        ("block_set", set([line("a", NULL), line("b", NULL)])),
        // A float in the core itself, which takes it for this decimal.
        ("block_single", line("s", number("1.4142135623730951"))),
    ])
}

fn large_numbers() -> Value {
    let one_and_zeros = |zeros| number(&format!("1{}", "0".repeat(zeros)));
    list([
        number("9223372036854775809"),
        number("18446744073709551615"),
        number("-9223372036854775809"),
        one_and_zeros(23),
        one_and_zeros(100),
        one_and_zeros(400),
        number("123456789012345678901234567890.5"),
    ])
}

fn numbers() -> Value {
    let whole: [i64; 23] = [
        0,
        0,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        4_294_967_295,
        4_294_967_296,
        i64::MAX,
        -1,
        -32,
        -33,
        -128,
        -129,
        -32_768,
        -32_769,
        -2_147_483_648,
        -2_147_483_649,
        i64::MIN,
        9_007_199_254_740_993,
        100,
    ];
    let fractions = ["0.5", "-1.5", "2.5", "0.1", "-0.3", "0.0000001"].map(number);
    // As far as 512 bits go.
    let long = [
        format!("0.{}5", "0".repeat(323)),
        format!("0.01{}3", "0".repeat(153)),
        "0.3".to_owned(),
        format!("0.{}5", "3".repeat(154)),
    ];
    let long = long.iter().map(|it| number(it));
    list(whole.map(Value::from).into_iter().chain(fractions).chain(long).chain([Value::Null]))
}

fn texts() -> Value {
    let zeros = |count| Value::from("0".repeat(count));
    list([
        "".into(),
        "a".into(),
        zeros(31),
        zeros(32),
        zeros(255),
        zeros(256),
        zeros(65_535),
        zeros(65_536),
        "\u{e9}".into(),
        "\u{e9}".into(),
        "\u{fb01}".into(),
        "\u{1f980}".into(),
        "\t\n\"\\".into(),
        "<&>".into(),
        "\u{2028}".into(),
        Value::Null,
    ])
}
