//! Plans and results that Terraform accepts and refuses.

use super::quote;
use crate::value::Value;

#[test]
fn quotes_are_short_and_keep_secrets() {
    assert_eq!(quote(&"a\"b".into(), false), r#""a\"b""#);
    assert_eq!(quote(&"hush".into(), true), "a sensitive value");
    assert_eq!(quote(&Value::Null, true), "null");
    assert_eq!(quote(&Value::List(vec![]), false), "a list");
    assert!(quote(&"é".repeat(1000).into(), false).chars().count() < 70);
}
