//! What may be seen of a secret.

use super::Secret;

#[test]
fn secret_debug_is_constant() {
    for text in ["", "a", "abcdefghij-0123456789012345678901"] {
        assert_eq!(format!("{:?}", Secret::new(text)), "Secret([redacted])");
    }
}

#[test]
fn secret_inside_another_type_has_constant_debug() {
    assert_eq!(format!("{:?}", Some(Secret::new("tok"))), "Some(Secret([redacted]))");
}

#[test]
fn secret_exposes_and_compares_its_text() {
    assert_eq!(Secret::new("tok").expose(), "tok");
    assert_eq!(Secret::new("tok"), Secret::new(String::from("tok")));
    assert_ne!(Secret::new("tok"), Secret::new("tik"));
    assert!(Secret::new("").is_empty());
    assert!(!Secret::new(" ").is_empty());
}
