//! Classes and texts that operators read.

use super::{AnswerError, FaultClass};
use crate::http::retry::Outcome;

#[test]
fn fault_classes_have_stable_names() {
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
fn access_url_mismatch_names_both_urls() {
    let err = AnswerError::AccessUrlMismatch {
        requested: "http://a".into(),
        configured: "https://b".into(),
    };
    assert_eq!(err.to_string(), "the deployment at `http://a` has the access URL `https://b`");
    assert_eq!(err.hint().as_deref(), Some("set the access URL to `https://b`"));
    assert_eq!(err.outcome(), Outcome::Permanent);
}
