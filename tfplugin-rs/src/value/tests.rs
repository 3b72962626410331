//! Equality, order and numbers.

use super::{Number, Value};

#[track_caller]
fn same_number(left: &str, right: &str) {
    let (left, right) = (Number::parse(left).unwrap(), Number::parse(right).unwrap());
    assert_eq!(left, right);
}

#[test]
fn numbers_compare_by_value() {
    same_number("1", "1.0");
    same_number("1", "1e0");
    same_number("100", "1e2");
    same_number("0.01", "1e-2");
    same_number("-0", "0");
    same_number("0.000", "0e99");
    same_number("007", "7");
    same_number("+5", "5");
    same_number("12300e-2", "123");
}
