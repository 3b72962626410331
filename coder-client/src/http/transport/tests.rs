//! Classification of the TLS library's errors.

use rustls::{CertificateError, Error, InvalidMessage};
use rustls_pki_types::{ServerName, UnixTime};

use super::{TlsFault, TransportFault};
use crate::http::retry::Outcome;
use crate::http::{AnswerError, FaultClass};

#[track_caller]
fn check(err: &Error, expected: &TlsFault, is_permanent: bool) {
    let fault = TlsFault::from_rustls(err);
    assert_eq!(&fault, expected);
    let answer = AnswerError::Transport(TransportFault::Tls(fault));
    assert_eq!(answer.class(), FaultClass::Tls);
    assert_eq!(answer.outcome() == Outcome::Permanent, is_permanent, "{answer}");
    assert!(answer.hint().is_some());
}

#[test]
fn tls_error_is_classified_by_its_cause() {
    let certificate = |it| Error::InvalidCertificate(it);
    let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1));
    let unknown = TlsFault::UnknownIssuer { namesake: None };
    check(&certificate(CertificateError::UnknownIssuer), &unknown, true);
    for err in [
        CertificateError::BadSignature,
        CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id: vec![1, 2],
            public_key_algorithm_id: vec![3, 4],
        },
    ] {
        let namesake = TlsFault::UnknownIssuer { namesake: Some(err.to_string()) };
        check(&certificate(err), &namesake, true);
        assert!(namesake.to_string().starts_with(&format!("{unknown}; ")), "{namesake}");
        assert_eq!(namesake.hint(), unknown.hint());
    }
    check(&certificate(CertificateError::Expired), &TlsFault::Expired, false);
    check(
        &certificate(CertificateError::ExpiredContext { time, not_after: time }),
        &TlsFault::Expired,
        false,
    );
    check(&certificate(CertificateError::NotValidYet), &TlsFault::NotYetValid, false);
    let wrong = TlsFault::WrongHost { presented: vec!["a.example".into(), "b.example".into()] };
    check(
        &certificate(CertificateError::NotValidForNameContext {
            expected: ServerName::try_from("c.example").expect("a name"),
            presented: vec!["a.example".into(), "b.example".into()],
        }),
        &wrong,
        true,
    );
    assert!(wrong.to_string().contains("for `a.example`, `b.example`, not"), "{wrong}");
    check(&Error::InvalidMessage(InvalidMessage::InvalidContentType), &TlsFault::NotTls, true);
    let reason = Error::HandshakeNotComplete.to_string();
    check(&Error::HandshakeNotComplete, &TlsFault::Handshake { reason }, false);
}
