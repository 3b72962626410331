//! Many resources at once: one fetch each, and nothing to do afterwards.

use std::collections::BTreeSet;

use testkit::slow;
use testkit::terraform::Action;

use crate::configurations::configured;
use crate::world::World;

/// Fewer than in the soak: Terraform rewrites its whole state after each resource,
/// and three scripts make 35 KB of each, so the time grows with the square.
const RESOURCES: usize = 30;

const BODY: &str = r#"
variable "resources" {
  type = number
}
resource "aibridge_proxy" "many" {
  count     = var.resources
  proxy_url = "http://proxy-${count.index}.example.com:8888"
}
"#;

#[test]
fn many_resources_are_applied_with_one_fetch_each() {
    let Some(_marker) = slow::ring3("scale-resources") else { return };
    let (resources, parallelism) = size();
    for parallelism in parallelism {
        let world = World::new(&configured(BODY));
        let call = || {
            let call = world.call().var("resources", &resources.to_string());
            call.arg(format!("-parallelism={parallelism}"))
        };
        call().apply().success();
        assert_eq!(world.coder.requests().len(), resources, "one fetch for each resource");

        let state = world.workdir.call().show();
        let stored = state.resources();
        assert_eq!(stored.len(), resources);
        let sha256 = world.ca.sha256();
        assert!(stored.values().all(|it| it["ca_cert_sha256"] == sha256));
        let ids: BTreeSet<String> = stored.values().map(|it| it["id"].to_string()).collect();
        assert_eq!(ids.len(), resources, "each has an id of its own");

        let plan = call().plan().assert_empty();
        assert!(plan.actions().values().all(|action| *action == Action::NoOp));
    }
    print(resources);
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that made fewer would look alike"
)]
fn print(resources: usize) {
    println!("{resources} resources");
}

/// How many resources, and at which degrees of parallelism.
#[expect(clippy::disallowed_methods, reason = "the soak sets more through the environment")]
fn size() -> (usize, &'static [usize]) {
    match std::env::var("AIBRIDGE_TEST_RESOURCES") {
        Ok(number) => (number.parse().expect("AIBRIDGE_TEST_RESOURCES is a number"), &[1, 10, 200]),
        Err(_) => (RESOURCES, &[200]),
    }
}
