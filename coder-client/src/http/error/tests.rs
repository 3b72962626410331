//! Classes and texts that operators read.

use super::{AnswerError, FaultClass};
use crate::http::retry::Outcome;

#[test]
fn classes_have_stable_names() {
    for (class, name) in [
        (FaultClass::Network, "network"),
        (FaultClass::Tls, "tls"),
        (FaultClass::NotSignedIn, "not_signed_in"),
        (FaultClass::NotLicensed, "not_licensed"),
        (FaultClass::NotEnabled, "not_enabled"),
        (FaultClass::NotCoder, "not_coder"),
        (FaultClass::Certificate, "certificate"),
    ] {
        assert_eq!(class.as_str(), name);
    }
}

#[test]
fn mismatches_name_both_urls() {
    let err =
        AnswerError::AccessUrlMismatch { asked: "http://a".into(), answered: "https://b".into() };
    assert_eq!(err.to_string(), "the deployment at `http://a` wants to be called `https://b`");
    assert_eq!(err.hint().as_deref(), Some("set the access URL to `https://b`"));
    assert_eq!(err.outcome(), Outcome::Permanent);
}
