//! Every combination of null, unknown and known attributes of `aibridge_proxy`.

use fakes::ca::TestCa;
use tfplugin::testing::{Covered, Scope};
use tfplugin::value::Value;

use crate::world::{block, deployment, session};

/// Pairs of attributes in pairs of states are some thousands; these are spread evenly over
/// them. The soak runs all.
const CASES: usize = 600;

#[expect(clippy::disallowed_methods, reason = "the soak sets more through the environment")]
fn cases() -> usize {
    let cases = std::env::var("TFPLUGIN_SUBSETS");
    cases.map_or(CASES, |it| it.parse().expect("TFPLUGIN_SUBSETS is a number"))
}

#[tokio::test]
async fn every_subset_is_planned_and_applied_or_refused_by_attribute() {
    let (coder, ca) = deployment();
    let session = session(&block(&coder.url(), &coder.token(), 0)).await;

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
        ("username", "alice".into()),
    ];
    let limit = cases();
    let covered = session.every_subset("aibridge_proxy", &known, Scope::Apply, limit).await;
    let Covered { cases, refused, planned, applied } = covered;
    assert_eq!(cases, refused + planned);
    assert!(cases == limit || cases > 4_000, "{covered:?}");
    // The URL of the proxy is required; nearly all others may be absent.
    assert!(planned > cases / 2 && applied > cases / 20, "{covered:?}");
    print(limit, &covered);

    // The access URL, the token and the pin stay, since there is one deployment.
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
        ("username", "bob".into()),
    ];
    let other = |name: &str| others.iter().find(|(other, _)| *other == name);
    let before = known.clone().map(|(name, value)| match other(name) {
        Some((_, other)) => (name, other.clone()),
        None => (name, value),
    });
    let updated = session.every_update("aibridge_proxy", &before, &known, limit).await;
    // The same cases are refused whatever is stored, and no case replaces the object.
    assert_eq!(updated, covered);
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test of fewer cases would pass unnoticed"
)]
fn print(limit: usize, covered: &Covered) {
    println!("{limit} subsets at most of aibridge_proxy: {covered:?}");
}
