//! What can be checked without Java; Java itself reads the file in the ring of
//! real programs.

use fakes::ca::TestCa;

use super::*;

#[test]
fn truststore_of_the_same_certificates_has_the_same_bytes() {
    let [one, two] = ["one", "two"].map(TestCa::new);
    let both = truststore(&[one.der(), two.der()]);
    assert_eq!(both, truststore(&[one.der(), two.der()]));
    assert_ne!(both, truststore(&[one.der()]));
    for ca in [&one, &two] {
        let der: &[u8] = ca.der();
        assert!(both.windows(der.len()).any(|it| it == der), "the certificate stands in clear");
    }
}

#[test]
fn truststore_without_certificates_is_valid() {
    assert!(truststore(&[] as &[&[u8]]).starts_with(&[0x30]));
}
