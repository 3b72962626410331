//! Which chains a given set of roots accepts.

use fakes::ca::TestCa;
use rustls_pki_types::{ServerName, UnixTime};

use super::*;
use crate::chain::roots;

const HOST: &str = "proxy.example.com";

#[track_caller]
fn verify(trusted: &[&TestCa], ca: &TestCa) -> Result<(), Error> {
    let pem: String = trusted.iter().map(|it| it.pem()).collect();
    let leaf = ca.leaf(HOST);
    let (leaf, intermediates) = leaf.chain().split_first().expect("a leaf");
    GivenRoots::new(roots(pem.as_bytes())).check(&Presented {
        leaf,
        intermediates,
        server_name: &ServerName::try_from(HOST).expect("a name"),
        ocsp_response: &[],
        now: UnixTime::now(),
    })
}

#[test]
fn chain_is_accepted_only_if_a_given_root_issued_it() {
    let (ca, other) = (TestCa::new("ours"), TestCa::new("other"));
    let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
    assert_eq!(verify(&[&other, &ca], &ca), Ok(()));
    assert_eq!(verify(&[&other], &ca), Err(unknown.clone()));
    assert_eq!(verify(&[], &ca), Err(unknown));
}
