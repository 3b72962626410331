//! Any bytes, as `tests/it/fuzzed.rs` takes them.

#![no_main]

#[path = "../../tests/it/everything.rs"]
mod everything;
#[expect(dead_code, reason = "each target uses its own part")]
#[path = "../../tests/it/fuzzed.rs"]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _answer = fuzzed::messagepack(data);
});
