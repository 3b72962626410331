//! The life of the resource on a core: plan, apply, update, drift, a failed
//! read, destroy, import. The cores of `cores.rs` live it.

use fakes::ca::TestCa;
use fakes::coder::{Answer, Carrier};
use serde_json::{Map, Value};
use testkit::slow;
use testkit::terraform::{Action, Change, Terraform};

use crate::configurations::{PROXY, PROXY_URL, configured_late, resource};
use crate::world::World;

/// Attributes of the fetched certificate: with `id` the only ones that a plan may
/// leave unknown.
const FETCHED: [&str; 4] =
    ["ca_cert_not_after", "ca_cert_pem", "ca_cert_sha256", "ca_cert_subject"];

/// Lives the whole life on `terraform`.
pub(crate) fn check(terraform: &Terraform) {
    let world = World::on(terraform, &resource(&[]));
    world.call().validate().success();
    let created = check_create(&world);
    check_new_token(&world);
    check_rotation(&world);
    check_failed_read(&world);

    world.coder.set_answer(Answer::Certificate);
    world.coder.set_certificate(world.ca.pem());
    world.call().destroy().success();
    assert!(world.workdir.call().show().resources().is_empty());
    check_import(&world, created);
}

/// All but the certificate is known at plan, an apply fetches once, and then
/// nothing is left to do.
fn check_create(world: &World) -> Map<String, Value> {
    let plan = world.call().plan().success();
    let change = plan.change(PROXY);
    assert_eq!(change.action, Action::Create);
    let flags = change.after_unknown.as_object().expect("a create has flags");
    let mut unknown: Vec<&str> =
        flags.iter().filter(|(_, flag)| **flag == true).map(|(name, _)| name.as_str()).collect();
    unknown.sort_unstable();
    assert_eq!(unknown, [&FETCHED[..], &["id"]].concat());
    let auth_url = format!("http://coder:{}@proxy.example.com:8888", world.coder.token());
    assert_eq!(change.after["proxy_auth_url"], auth_url);
    assert_eq!(world.coder.requests().len(), 0, "a plan makes no request");

    world.call().apply_planned().success();
    let requests = world.coder.requests();
    assert_eq!(requests.len(), 1, "one fetch an apply: {requests:#?}");
    assert_eq!(requests[0].tokens, [(Carrier::Header, world.coder.token())]);
    world.call().plan().assert_empty();
    assert_eq!(world.workdir.call().output()["ca_cert_sha256"], world.ca.sha256());
    stored(world)
}

/// A new token is an update in place that leaves the scripts as they are.
fn check_new_token(world: &World) {
    world.coder.set_token(testkit::token::random());
    let plan = world.call().plan().success();
    let change = plan.change(PROXY);
    assert_eq!((change.action, &change.replace_paths), (Action::Update, &vec![]));
    assert_eq!(changed(change), ["env", "proxy_auth_url"]);
    world.call().apply().success();
    world.call().plan().assert_empty();
    let auth_url = stored(world)["proxy_auth_url"].to_string();
    assert!(auth_url.contains(&world.coder.token()), "{auth_url}");
}

/// A rotated CA is drift, and nothing to do.
fn check_rotation(world: &World) {
    let next = TestCa::new("AI Bridge Proxy CA, next");
    world.coder.set_certificate(next.pem());
    let plan = world.call().plan().success();
    assert_eq!(plan.change(PROXY).action, Action::NoOp);
    let drift = &plan.drift[PROXY];
    assert_eq!(drift.action, Action::Update);
    assert_eq!(drift.after["ca_cert_sha256"], next.sha256());
    assert_eq!(drift.before["ca_cert_sha256"], world.ca.sha256());
}

/// A failed read keeps the state, with one warning.
fn check_failed_read(world: &World) {
    world.coder.set_answer(Answer::LOGIN_PAGE);
    let plan = world.call().plan().assert_empty();
    assert_eq!(plan.run.warnings().len(), 1, "{:#?}", plan.run.diagnostics);
    assert!(plan.drift.is_empty());
}

/// An import gives the object that a create makes.
fn check_import(world: &World, mut created: Map<String, Value>) {
    let refused = world.call().import(PROXY, "proxy.example.com:8888").exited(1);
    assert!(refused.stderr.contains("has no scheme"), "{refused:#?}");
    world.call().import(PROXY, PROXY_URL).success();
    assert_eq!(world.call().plan().success().change(PROXY).action, Action::NoOp);
    let mut imported = stored(world);
    assert!(imported["ca_cert_sha256"].is_string(), "the import has read the certificate");
    for state in [&mut created, &mut imported] {
        assert!(state.remove("id").is_some_and(|id| id.is_string()), "each has an id of its own");
        // Another token since.
        state.remove("env");
        state.remove("proxy_auth_url");
    }
    assert_eq!(imported, created);
}

/// Attributes whose planned value differs from the stored one.
fn changed(change: &Change) -> Vec<&String> {
    let before = change.before.as_object().expect("an update has a state");
    let names = before.iter().filter(|(name, value)| {
        !FETCHED.contains(&name.as_str()) && change.after[name.as_str()] != **value
    });
    let mut names: Vec<&String> = names.map(|(name, _)| name).collect();
    names.sort();
    names
}

fn stored(world: &World) -> Map<String, Value> {
    let state = world.workdir.call().show();
    state.resource(PROXY).as_object().expect("an object").clone()
}

#[test]
fn attributes_change_in_place_and_back() {
    let Some(_marker) = slow::ring3("attributes-in-place") else { return };
    let world = World::new(&resource(&[]));
    world.call().apply().success();
    let before = stored(&world);

    let pem = format!("<<-PEM\n{}\nPEM", TestCa::new("company root").pem());
    let pin = format!("{:?}", world.ca.sha256());
    let others = [
        ("access_url", "\"http://coder.example.com\""),
        ("agent_id", "\"an-agent\""),
        ("ca_fetch", "\"off\""),
        ("ca_pin_sha256", &pin),
        ("cert_path", "\"/home/coder/proxy/ca.pem\""),
        ("extra_ca_certificates", &pem),
        ("helper", "{ path = \"/usr/bin/aibridge-agent\" }"),
        ("no_proxy", "[\"git.example.com\"]"),
        ("prebuild", "true"),
        ("proxy_url", "\"https://other.example.com:8443\""),
        ("session_token", "\"abcdefghij-0123456789012345678901\""),
        ("sync", "\"off\""),
        ("sync_unit", "\"another-unit\""),
        ("timeouts", "{ create = \"1m\", read = \"1s\" }"),
        ("username", "\"me\""),
    ];
    world.workdir.write("main.tf", &resource(&others));
    let plan = world.call().plan().success();
    let change = plan.change(PROXY);
    assert_eq!((change.action, &change.replace_paths), (Action::Update, &vec![]));
    world.call().apply_planned().success();
    world.call().plan().assert_empty();
    let after = stored(&world);
    assert_eq!(after["id"], before["id"]);
    for (name, _) in others {
        assert_ne!(after[name], before[name], "{name}");
    }

    world.workdir.write("main.tf", &resource(&[]));
    world.call().apply().success();
    assert_eq!(stored(&world), before);
}

#[test]
fn unknown_access_url_and_proxy_url_are_planned_and_applied() {
    let Some(_marker) = slow::ring3("unknown-urls") else { return };
    let world = World::new(&configured_late(
        r#"
resource "terraform_data" "host" {
  input = "proxy.example.com"
}
resource "aibridge_proxy" "this" {
  proxy_url = "http://${terraform_data.host.output}:8888"
}
"#,
    ));
    let plan = world.call().plan().success();
    assert_eq!(plan.change(PROXY).after_unknown["proxy_auth_url"], true);
    world.call().apply().success();
    world.call().plan().assert_empty();
}
