//! Judging without I/O. The rows of the status table, over real connections, are
//! in `tests/it`.

use proptest::prelude::{any, proptest};
use time::OffsetDateTime;

use super::{jitter, judge};
use crate::http::answer::tests::answer;

#[test]
fn jitter_lies_between_zero_and_one() {
    for _ in 0..100 {
        let jitter = jitter();
        assert!((0.0..=1.0).contains(&jitter), "{jitter}");
    }
}

proptest! {
    #[test]
    fn arbitrary_response_never_panics(status in 200u16..600, body in any::<String>()) {
        let _verdict = judge(&answer(status, &[], &body), None, OffsetDateTime::UNIX_EPOCH);
    }
}
