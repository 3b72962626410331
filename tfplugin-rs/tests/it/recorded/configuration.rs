//! The configuration that makes a core send every kind of value.
//!
//! Unknown values come from the provider itself, so that their types are known and what
//! they turn out to be is the same on every run. Objects depend on each other in a row, so
//! that the order of requests is the same too.

use testkit::tools::OLDEST_CORE;

use super::kinds::ADDRESS;
use crate::cli::config_for;

/// What differs between the first configuration and the second.
pub(super) struct Edition {
    /// The source's seed: its change makes what the source makes up unknown again.
    seed: &'static str,
    /// The aged resource in the spelling of its schema.
    aged: &'static str,
}

pub(super) const FIRST: Edition = Edition { seed: "first", aged: "  gone = \"x\"\n  size = \"5\"" };
pub(super) const SECOND: Edition = Edition { seed: "second", aged: "  size = 5" };

/// A whole number that a float holds too, in more digits than its shortest decimal has.
/// The oldest core itself rounds it between plan and apply, so it gets the one before.
pub(super) fn two_to_the_64th(core: &str) -> &'static str {
    if core == OLDEST_CORE { "18446744073709551615" } else { "18446744073709551616" }
}

pub(super) fn configuration(edition: &Edition, core: &str) -> String {
    let Edition { seed, aged } = edition;
    let number = two_to_the_64th(core);
    let body = format!(
        "{PROVIDER}resource \"kinds_source\" \"it\" {{\n  seed = {seed:?}\n}}\n\
         resource \"kinds_known\" \"it\" {{\n  any_number = {number}\n{KNOWN}}}\n\
         resource \"kinds_unknown\" \"it\" {{\n{UNKNOWN}}}\n\
         resource \"kinds_aged\" \"it\" {{\n{aged}\n  depends_on = [kinds_unknown.it]\n}}\n"
    );
    config_for(ADDRESS, &body)
}

/// Configured with a text that is unknown before the first apply.
const PROVIDER: &str = r#"
resource "terraform_data" "text" {
  input = "configured"
}

provider "kinds" {
  number = 0.1
  text   = terraform_data.text.output
}
"#;

const KNOWN: &str = r#"
  any_list   = tolist([[1], [2, 3]])
  any_map    = tomap({ a = "1" })
  any_object = { "<a&b>" = 1, plain = null }
  any_set    = toset(["b", "a"])
  any_text   = "x"
  any_tuple  = [true, 1.5, "x", null, []]

  flag         = false
  map          = { "" = "empty", "e\u0301" = "decomposed", "b c" = "blank", a = null }
  map_of_lists = { none = [], one = [true] }

  large_numbers = [
    9223372036854775809, 18446744073709551615, -9223372036854775809, 1e23, 1e100, 1e400,
    123456789012345678901234567890.5,
  ]
  numbers = [
    0, -0, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, 9223372036854775807,
    -1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649, -9223372036854775808,
    9007199254740993, 1e2, 0.5, -1.5, 2.50, 0.1, -0.3, 1e-7, 5e-324,
    1 - 0.99, 0.1 + 0.2, 1 / 3, null,
  ]

  object         = { a = "x", b = null }
  secret         = sensitive("hush-hush")
  set            = ["b", "a", "e\u0301", "\u00e9", "Z", "a"]
  set_of_numbers = [10, 9, -1, 0.5, 1e30, 1.0, 1]
  set_of_objects = [{ a = "z", b = 1 }, { a = "y", b = 2 }, { a = "x", b = null }]

  texts = [
    "", "a", format("%031d", 0), format("%032d", 0), format("%0255d", 0), format("%0256d", 0),
    format("%065535d", 0), format("%065536d", 0),
    "e\u0301", "\u00e9", "\ufb01", "\U0001f980", "\t\n\"\\", "<&>", "\u2028", null,
  ]

  text  = "known"
  tuple = [true, null, "x"]

  nested_list   = [{ key = "b", note = "n" }, { key = "a" }]
  nested_map    = { k = { key = "a" } }
  nested_set    = [{ key = "b", note = "n" }, { key = "a" }]
  nested_single = { key = "a" }

  block_group {
    size = 1e22
  }
  block_list {
    name = "b"
  }
  block_list {
    name = "a"
    size = 2
  }
  block_map "b" {
    size = 1
  }
  block_map "a" {
  }
  block_set {
    name = "b"
  }
  block_set {
    name = "a"
  }
  block_single {
    name = "s"
    size = pow(2, 0.5)
  }

  depends_on = [kinds_source.it]
"#;

const UNKNOWN: &str = r#"
  any        = kinds_source.it.any
  any_list   = kinds_source.it.flag ? tolist(["a"]) : tolist(["a", "b", "c"])
  any_map    = kinds_source.it.map
  any_number = length(kinds_source.it.list)
  any_object = { text = "pre-${kinds_source.it.text}" }
  any_set    = toset([kinds_source.it.text, "x"])
  any_text   = kinds_source.it.text
  any_tuple  = [kinds_source.it.any, kinds_source.it.text]

  flag         = kinds_source.it.flag
  map          = kinds_source.it.map
  map_of_lists = { a = kinds_source.it.flag ? [true] : [true, false] }

  numbers = [
    kinds_source.it.number,
    abs(kinds_source.it.number),
    coalesce(kinds_source.it.number, 1),
    length(kinds_source.it.list),
    kinds_source.it.flag ? 1 : 5,
    kinds_source.it.flag ? 0.1 : 18446744073709551615,
  ]

  object         = { a = kinds_source.it.text, b = kinds_source.it.number }
  secret         = kinds_source.it.text
  set            = [kinds_source.it.text, "b", "a"]
  set_of_numbers = kinds_source.it.flag ? [1] : [1, 2]
  set_of_objects = [{ a = kinds_source.it.text, b = 1 }]
  text           = "${kinds_source.it.text}"

  texts = [
    kinds_source.it.text,
    coalesce(kinds_source.it.text, "x"),
    "prefix-${kinds_source.it.text}",
    "${format("%0300d", 0)}${kinds_source.it.text}",
    "e\u0301${kinds_source.it.text}",
    jsonencode({ text = kinds_source.it.text }),
    jsonencode([kinds_source.it.text]),
    format("%s-x", kinds_source.it.text),
    upper(kinds_source.it.text),
    kinds_source.it.flag ? "abc-1" : "abc-2",
    kinds_source.it.flag ? "x" : null,
  ]

  tuple = [kinds_source.it.flag, kinds_source.it.number, "x"]

  nested_list   = [for it in kinds_source.it.list : { key = it }]
  nested_map    = { for it in ["a"] : it => { key = kinds_source.it.text } }
  nested_set    = [{ key = kinds_source.it.text }, { key = "a" }]
  nested_single = { key = kinds_source.it.text }

  dynamic "block_list" {
    for_each = kinds_source.it.list
    content {
      name = block_list.value
    }
  }
  block_map "a" {
    size = kinds_source.it.number
  }
  block_set {
    name = kinds_source.it.text
  }
  block_single {
    name = kinds_source.it.text
  }

  depends_on = [kinds_known.it]
"#;
