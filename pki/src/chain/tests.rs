//! Chains of sound and unsound CAs.

use fakes::ca::TestCa;
use time::{Duration, OffsetDateTime};

use super::*;

const HOST: &str = "api.openai.com";

#[track_caller]
fn judged(chain: &fakes::ca::Leaf, host: &str, trusted: &[&TestCa]) -> Result<(), ChainFault> {
    let pem: String = trusted.iter().map(|it| it.pem()).collect();
    judge(chain.chain(), host, roots(pem.as_bytes()), OffsetDateTime::now_utc())
}

#[test]
fn leaf_is_trusted_only_with_its_ca_its_name_and_its_dates() {
    let (ca, other) = (TestCa::new("ours"), TestCa::new("other"));
    let leaf = ca.leaf(HOST);
    assert_eq!(judged(&leaf, HOST, &[&other, &ca]), Ok(()));
    assert_eq!(judged(&leaf, HOST, &[&other]), Err(ChainFault::UnknownIssuer));
    assert_eq!(judged(&leaf, HOST, &[]), Err(ChainFault::NoRoots));
    let wrong = judged(&leaf, "api.anthropic.com", &[&ca]).unwrap_err();
    assert!(wrong.to_string().contains(HOST), "{wrong}");
    let now = OffsetDateTime::now_utc();
    let day = Duration::days(1);
    let old = ca.server_cert_between(&[HOST], now - day * 9, now - day);
    assert_eq!(judged(&old, HOST, &[&ca]), Err(ChainFault::Expired));
    let new = ca.server_cert_between(&[HOST], now + day, now + day * 9);
    assert_eq!(judged(&new, HOST, &[&ca]), Err(ChainFault::NotYetValid));
    // The same name with another key is another CA.
    for namesake in [TestCa::new("ours"), TestCa::ed25519("ours")] {
        assert_eq!(judged(&leaf, HOST, &[&namesake]), Err(ChainFault::UnknownIssuer));
    }
}

#[test]
fn missing_root_of_an_intermediate_is_named() {
    let now = OffsetDateTime::now_utc();
    let root = TestCa::new("company root");
    let middle = root.intermediate("middle");
    let lower = middle.intermediate("lower");
    let read = |ca: &TestCa| authorities(ca.pem().as_bytes(), now).remove(0);
    let [root, middle, lower] = [&root, &middle, &lower].map(read);
    assert_eq!(missing_root(&root, &[]), None);
    assert_eq!(missing_root(&lower, &[]).as_deref(), Some("CN=middle"));
    let without_root = [lower.clone(), middle.clone()];
    assert_eq!(missing_root(&lower, &without_root).as_deref(), Some("CN=company root"));
    assert_eq!(missing_root(&lower, &[middle, root]), None);
}
