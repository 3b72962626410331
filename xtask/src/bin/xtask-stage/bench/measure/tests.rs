//! Quartiles, ratios, and whose turn it is.

use std::cell::RefCell;

use super::*;

#[track_caller]
fn check(samples: &[f64], expected: (f64, f64, f64)) {
    let spread = Spread::of(samples);
    assert_eq!((spread.low, spread.median, spread.high), expected, "{samples:?}");
}

#[test]
fn spread_is_median_and_quartiles() {
    check(&[7.0], (7.0, 7.0, 7.0));
    check(&[3.0, 1.0, 2.0], (1.5, 2.0, 2.5));
    check(&[4.0, 1.0, 3.0, 2.0], (1.75, 2.5, 3.25));
    check(&[1.0, 1.0, 1.0, 1.0, 100.0], (1.0, 1.0, 1.0));
}

#[test]
fn ratios_and_differences_are_taken_round_by_round() {
    assert_eq!(Spread::of_ratios(&[1.0, 4.0, 3.0], &[2.0, 8.0, 6.0]).median, 0.5);
    assert_eq!(beyond(&[3.0, 5.0], &[1.0, 1.5]), [2.0, 3.5]);
}

#[test]
fn interleave_discards_the_first_round() {
    let order = RefCell::new(String::new());
    let contestant = |name: char| -> Contestant<'_> {
        let order = &order;
        let mut calls = 0.0;
        Box::new(move || {
            order.borrow_mut().push(name);
            calls += 1.0;
            Ok(calls)
        })
    };
    let samples = interleave(2, [contestant('a'), contestant('b')]).unwrap();
    assert_eq!(samples, [[2.0, 3.0], [2.0, 3.0]]);
    assert_eq!(*order.borrow(), "abbaab");
}
