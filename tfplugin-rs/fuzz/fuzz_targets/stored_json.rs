//! Arbitrary bytes, as `tests/it/fuzzed.rs` takes them.

#![no_main]

#[expect(dead_code, reason = "each target uses its own part")]
#[path = "../../tests/it/fuzzed.rs"]
mod fuzzed;
#[path = "../../tests/sample/kinds.rs"]
mod kinds;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _answer = fuzzed::stored_json(data);
});
