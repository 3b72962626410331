//! The example of a Docker workspace with Docker's own provider: valid, and
//! applied with that provider mocked, since no container is to be started.

use anyhow::{Result, ensure};
use testkit::terraform::{Mirror, Terraform, Workdir};

use crate::demo;
use crate::tools::{self, DOCKER_COMMIT, Tool};

const STACK: &str = "examples/stacks/docker-workspace";

/// What every plan of the example has to show.
const TEST: &str = r#"
mock_provider "docker" {}

run "the_container_gets_the_variables_of_the_agent" {
  command = apply

  assert {
    condition     = contains(nonsensitive(docker_container.workspace[0].env), "CODER_AGENT_SOCKET_SERVER_ENABLED=true")
    error_message = "the agent's process should be told to serve its socket"
  }

  assert {
    condition     = length(nonsensitive(docker_container.workspace[0].env)) == 2
    error_message = "the container should get the agent's token, too"
  }
}
"#;

/// Runs it.
pub(super) fn run() -> Result<()> {
    let store = tools::get(&[Tool::Terraform, Tool::CoderProvider, Tool::DockerProvider])?;
    let mirror = Mirror::everyday().with_docker();
    let workdir = Workdir::new(&Terraform::everyday(), &mirror);
    demo::copy_modules(&workdir);
    demo::copy_configuration(&workdir, STACK)?;
    workdir.write("soak.tftest.hcl", TEST);
    workdir.call().init().success();
    workdir.call().validate().success();
    let tested = workdir.call().arg("-no-color").run("test").success();
    ensure!(tested.stdout.contains("1 passed, 0 failed"), "{}", tested.stdout);
    println!("{STACK}: valid, and applied with a mock of Docker's provider {DOCKER_COMMIT}");
    drop(store);
    Ok(())
}
