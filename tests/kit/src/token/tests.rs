//! The format is Coder's, and no two tokens are alike.

use super::{is_well_formed, random};

#[test]
fn tokens_are_well_formed_and_differ() {
    let (one, other) = (random(), random());
    assert!(is_well_formed(&one) && is_well_formed(&other));
    assert_ne!(one, other);
}

#[test]
fn other_texts_are_not_well_formed() {
    for text in [
        "",
        "a-b",
        "AAAAAAAAAA-",
        "AAAAAAAAAA_bbbbbbbbbbbbbbbbbbbbbb",
        "AAAAAAAAA!-bbbbbbbbbbbbbbbbbbbbbb",
    ] {
        assert!(!is_well_formed(text), "{text}");
    }
}
