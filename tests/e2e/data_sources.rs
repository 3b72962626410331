//! Data sources: read at plan, or refused with the argument that is unknown.

use fakes::ca::TestCa;
use serde_json::json;
use testkit::slow;
use testkit::terraform::Action;

use crate::configurations::{PROXY, configured_late, with_data_sources};
use crate::world::World;

#[test]
fn data_sources_are_known_at_plan_and_follow_a_rotation() {
    let Some(_marker) = slow::ring3("data-sources") else { return };
    let world = World::new(&with_data_sources());
    let plan = world.call().plan().success();
    assert_eq!(plan.change(PROXY).after["ca_pin_sha256"], world.ca.sha256());
    world.call().apply_planned().success();
    world.call().plan().assert_empty();
    let outputs = world.workdir.call().output();
    assert_eq!(outputs["certificate"], world.ca.pem());
    let base_url = format!("{}/api/v2/ai-gateway/openai/v1", world.coder.url());
    assert_eq!(outputs["base_url"], base_url);
    let proxy = json!({ "available": true, "enabled": true, "entitled": true });
    assert_eq!(outputs["proxy"], proxy);

    let next = TestCa::new("AI Bridge Proxy CA, next");
    world.coder.set_certificate(next.pem());
    let plan = world.call().plan().success();
    assert_eq!(plan.change(PROXY).action, Action::Update);
    world.call().apply_planned().success();
    world.call().plan().assert_empty();
    let state = world.workdir.call().show();
    assert_eq!(state.resource(PROXY)["ca_cert_sha256"], next.sha256());
}

#[test]
fn data_source_of_an_unknown_provider_names_the_argument_and_a_way_out() {
    let Some(_marker) = slow::ring3("data-sources-unknown-provider") else { return };
    let world = World::new(&configured_late("\ndata \"aibridge_deployment\" \"this\" {}\n"));
    let plan = world.call().plan().failure();
    let errors = plan.run.errors();
    let [error] = errors.as_slice() else { panic!("one error expected: {errors:#?}") };
    assert_eq!(error.address.as_deref(), Some("data.aibridge_deployment.this"));
    assert_eq!(error.summary, "Provider is not configured yet");
    assert!(error.detail.contains("access_url"), "{error:#?}");

    // The advice that it gives.
    world.call().arg("-target=terraform_data.access").apply().success();
    world.call().apply().success();
    world.call().plan().assert_empty();
}
