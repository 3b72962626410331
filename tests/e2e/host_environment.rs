//! A provisioner's environment stays out of a Coder build.

use fakes::coder::FakeCoder;
use testkit::slow;
use testkit::terraform::Call;

use crate::configurations::unconfigured;
use crate::world::World;

const BODY: &str = r#"
resource "aibridge_proxy" "this" {
  proxy_url = "http://proxy.example.com:8888"
}
output "proxy_auth_url" {
  value     = aibridge_proxy.this.proxy_auth_url
  sensitive = true
}
output "no_proxy" {
  value = aibridge_proxy.this.no_proxy_effective
}
"#;

#[test]
fn build_reads_coders_variables_alone_and_an_apply_outside_reads_the_reserved_ones_first() {
    let Some(_marker) = slow::ring3("host-environment") else { return };
    let world = World::new(&unconfigured(BODY));
    // The deployment whose URL and token the host has in its environment.
    let host = FakeCoder::start();
    host.set_certificate(world.ca.pem());
    let build = |token: &str| {
        on_host(&world, &host)
            .env("CODER_WORKSPACE_BUILD_ID", "9a0f0a0c-0000-4000-8000-000000000001")
            .env("CODER_AGENT_URL", "http://build.example.com")
            .env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", token)
    };
    let plan = build("owner00000-0000000000000000000000").plan().success();
    let auth_url = "http://coder:owner00000-0000000000000000000000@proxy.example.com:8888";
    assert_eq!(plan.outputs["proxy_auth_url"].after, auth_url);
    let no_proxy = plan.outputs["no_proxy"].after.to_string();
    assert!(no_proxy.contains("build.example.com"), "{no_proxy}");

    // A build without a token takes none from the host.
    let plan = build("").plan().success();
    assert_eq!(plan.outputs["proxy_auth_url"].after, "http://coder:@proxy.example.com:8888");
    build("").apply().success();
    assert_eq!((host.requests().len(), world.coder.requests().len()), (0, 0));
    build("").destroy().success();

    on_host(&world, &host)
        .env("CODER_AGENT_URL", world.coder.url())
        .env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", world.coder.token())
        .apply()
        .success();
    assert_eq!((host.requests().len(), world.coder.requests().len()), (1, 0));
}

fn on_host<'a>(world: &'a World, host: &FakeCoder) -> Call<'a> {
    world
        .workdir
        .call()
        .env("AIBRIDGE_ACCESS_URL", host.url())
        .env("AIBRIDGE_SESSION_TOKEN", host.token())
        .env("CODER_SESSION_TOKEN", host.token())
        .env("CODER_URL", host.url())
}
