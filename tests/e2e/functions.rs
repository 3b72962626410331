//! Functions beside the resource that gives the same.

use serde_json::json;
use testkit::slow;
use testkit::terraform::{Plan, Terraform};

use crate::configurations::{KNOWN_NO_PROXY, with_functions};
use crate::world::World;

#[test]
fn functions_give_what_the_resource_has_and_errors_name_their_argument() {
    let Some(_marker) = slow::ring3("functions") else { return };
    let world = World::on(&Terraform::default(), &with_functions(KNOWN_NO_PROXY));
    let plan = world.call().plan().success();
    for output in ["is_same_url", "is_same_env", "is_sensitive"] {
        assert_eq!(plan.outputs[output].after, json!(true), "{output}: known at plan, and true");
    }

    // An unknown argument gives an unknown result.
    world.workdir.write("main.tf", &with_functions("[terraform_data.git.output]"));
    let plan = world.call().plan().success();
    assert_eq!(plan.outputs["is_same_env"].after_unknown, json!(true));
    world.call().apply().success();
    let outputs = world.workdir.call().output();
    assert_eq!(outputs["is_same_env"], json!(true));
    assert_eq!(outputs["no_proxy"], "localhost,127.0.0.1,::1,git.example.com");
    world.call().plan().assert_empty();

    let plan = world.call().var("proxy_url", "http://proxy.example.com/path").plan().failure();
    assert_named(&plan, "proxy_url", "the proxy URL has the path `/path`");
    let config = with_functions(KNOWN_NO_PROXY).replace("no_proxy   = [", "noproxy    = [");
    world.workdir.write("main.tf", &config);
    assert_named(&world.call().plan().failure(), "options", "no option `noproxy`");
}

/// Fails unless an error names `parameter` and holds `words`.
#[track_caller]
fn assert_named(plan: &Plan, parameter: &str, words: &str) {
    let errors: Vec<String> = plan.run.errors().iter().map(|it| it.text()).collect();
    let summary = format!("Invalid value for \"{parameter}\" parameter");
    let is_named = |it: &String| it.contains(&summary) && it.contains(words);
    assert!(errors.iter().any(is_named), "{errors:#?}");
}
