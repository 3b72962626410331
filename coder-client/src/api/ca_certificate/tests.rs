//! The status table without I/O: what each answer comes to, and whether it is
//! worth another try. The same rows over real connections are in `tests/it`.

use proptest::prelude::{any, proptest};
use time::OffsetDateTime;

use super::{FaultClass, jitter, judge};
use crate::http::answer::tests::answer;
use crate::http::retry::Outcome;

const TRANSIENT: Outcome = Outcome::Transient { retry_after: None };

#[track_caller]
fn check(status: u16, body: &str, class: FaultClass, outcome: Outcome) {
    let fault =
        judge(&answer(status, &[], body), None, OffsetDateTime::UNIX_EPOCH).expect_err("a fault");
    assert_eq!((fault.class(), fault.outcome()), (class, outcome), "{status} {body}: {fault}");
}

#[test]
fn every_row_has_its_blame_and_its_retry_rule() {
    use FaultClass::{Certificate, Network, NotCoder, NotEnabled, NotLicensed, NotSignedIn};
    use Outcome::{Permanent, Suspicious};
    check(200, "", NotCoder, Suspicious);
    check(200, "<html>", NotCoder, Suspicious);
    check(200, r#"{"message":"x"}"#, NotCoder, Suspicious);
    check(200, "x", NotCoder, Suspicious);
    check(200, "-----BEGIN CERTIFICATE-----", Certificate, Permanent);
    check(401, r#"{"message":"x"}"#, NotSignedIn, Permanent);
    check(
        403,
        r#"{"message":"AI Bridge is a Premium feature. Contact sales!"}"#,
        NotLicensed,
        Permanent,
    );
    check(
        403,
        r#"{"message":"AI Gateway is a Premium feature. Contact sales!"}"#,
        NotLicensed,
        Permanent,
    );
    check(403, "<html>blocked</html>", NotCoder, Permanent);
    check(404, r#"{"message":"AI Bridge Proxy is not enabled."}"#, NotEnabled, Permanent);
    check(404, r#"{"message":"AI Gateway Proxy is not enabled."}"#, NotEnabled, Permanent);
    check(404, r#"{"message":"AI Gateway Proxy handler not mounted."}"#, NotEnabled, TRANSIENT);
    check(404, r#"{"message":"Route not found."}"#, NotEnabled, Permanent);
    check(404, "MITM CA certificate not configured\n", NotEnabled, Permanent);
    check(404, "CA certificate not configured\n", NotEnabled, Permanent);
    check(404, "<html>", NotCoder, Permanent);
    check(405, "", NotCoder, Permanent);
    for status in [408, 425, 429, 500, 502, 503, 504] {
        check(status, "", Network, TRANSIENT);
        check(status, "<html>", Network, TRANSIENT);
    }
}

#[test]
fn jitter_lies_between_0_and_1() {
    for _ in 0..100 {
        let jitter = jitter();
        assert!((0.0..=1.0).contains(&jitter), "{jitter}");
    }
}

proptest! {
    #[test]
    fn no_answer_panics(status in 200u16..600, body in any::<String>()) {
        let _verdict = judge(&answer(status, &[], &body), None, OffsetDateTime::UNIX_EPOCH);
    }
}
