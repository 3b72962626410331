//! Every combination of null, unknown and known attributes of `aibridge_proxy`.

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use provider::Aibridge;
use tfplugin::testing::{Covered, Scope, Session};
use tfplugin::value::Value;

/// Pairs of attributes in pairs of states are some thousands; these are spread evenly. The
/// soak asks for all.
const CASES: usize = 600;

#[expect(clippy::disallowed_methods, reason = "a soak asks for more through the environment")]
fn cases() -> usize {
    let asked = std::env::var("TFPLUGIN_SUBSETS");
    asked.map_or(CASES, |it| it.parse().expect("TFPLUGIN_SUBSETS is a number"))
}

#[tokio::test]
async fn every_subset_is_planned_and_applied_or_refused_by_attribute() {
    let ca = TestCa::new("proxy");
    let coder = FakeCoder::start();
    coder.set_certificate(ca.pem());
    let session = Session::open(Aibridge::new(|_| None)).await;
    let block = [
        ("access_url", coder.url().into()),
        ("session_token", coder.token().into()),
        ("max_retries", 0.into()),
    ];
    assert!(session.configure(block).await.is_empty());

    let helper =
        Value::object([("path", "/opt/aibridge-agent".into()), ("platforms", Value::Null)]);
    let timeouts =
        Value::object([("create", "9s".into()), ("read", "4s".into()), ("update", "9s".into())]);
    let known = [
        ("access_url", coder.url().into()),
        ("agent_id", "0b2f3c1e-6d0f-4f1b-8a6e-2d2b1c6f7a01".into()),
        ("ca_fetch", "required".into()),
        ("ca_pin_sha256", ca.sha256().into()),
        ("cert_path", "/home/coder/proxy/ca-cert.pem".into()),
        ("extra_ca_certificates", TestCa::new("company").pem().into()),
        ("helper", helper),
        ("no_proxy", Value::List(vec!["internal.example.com".into()])),
        ("prebuild", true.into()),
        ("proxy_url", "https://proxy.example.com:8888".into()),
        ("session_token", coder.token().into()),
        ("sync", "required".into()),
        ("sync_unit", "proxy".into()),
        ("timeouts", timeouts),
        ("username", "somebody".into()),
    ];
    let limit = cases();
    let covered = session.every_subset("aibridge_proxy", &known, Scope::Apply, limit).await;
    let Covered { cases, refused, planned, applied } = covered;
    assert_eq!(cases, refused + planned);
    assert!(cases == limit || cases > 4_000, "{covered:?}");
    // The URL of the proxy is required; but for it nearly everything may be absent.
    assert!(planned > cases / 2 && applied > cases / 20, "{covered:?}");
    say(limit, &covered);

    // The deployment, which there is one of, and what is checked against it stay.
    let timeouts =
        Value::object([("create", "8s".into()), ("read", "3s".into()), ("update", "8s".into())]);
    let others = [
        ("ca_fetch", "auto".into()),
        ("cert_path", "/home/coder/other/ca-cert.pem".into()),
        ("extra_ca_certificates", TestCa::new("subsidiary").pem().into()),
        ("no_proxy", Value::List(vec!["external.example.com".into()])),
        ("prebuild", false.into()),
        ("proxy_url", "https://other.example.com:8889".into()),
        ("sync", "off".into()),
        ("sync_unit", "other".into()),
        ("timeouts", timeouts),
        ("username", "nobody".into()),
    ];
    let other = |name: &str| others.iter().find(|(other, _)| *other == name);
    let before = known.clone().map(|(name, value)| match other(name) {
        Some((_, other)) => (name, other.clone()),
        None => (name, value),
    });
    let updated = session.every_update("aibridge_proxy", &before, &known, limit).await;
    // What is refused is refused whatever is stored, and nothing replaces the object.
    assert_eq!(updated, covered);
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that tried fewer would look alike"
)]
fn say(limit: usize, covered: &Covered) {
    println!("{limit} subsets at most of aibridge_proxy: {covered:?}");
}
