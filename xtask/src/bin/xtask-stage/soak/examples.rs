//! The examples of compute with the real provider of that compute: valid, planned,
//! and applied with the provider mocked, since no container and no pod is to be started.

use anyhow::{Result, ensure};
use testkit::terraform::{Action, Mirror, Terraform, Workdir};
use xtask::configuration;
use xtask::tools::{self, DOCKER_COMMIT, KUBERNETES_COMMIT, Tool};

/// One example.
struct Example {
    stack: &'static str,
    provider: &'static str,
    commit: &'static str,
    /// What stands for the workspace in it.
    compute: &'static str,
    /// What it has to show once it is applied.
    test: &'static str,
}

const DOCKER: Example = Example {
    stack: "examples/stacks/docker-workspace",
    provider: "docker",
    commit: DOCKER_COMMIT,
    compute: "docker_container.workspace[0]",
    test: r#"
mock_provider "docker" {}

run "the_container_gets_the_variables_of_the_agent" {
  command = apply

  assert {
    condition = contains(
      nonsensitive(docker_container.workspace[0].env),
      "CODER_AGENT_SOCKET_SERVER_ENABLED=true",
    )
    error_message = "the agent's process should get the variable that enables its socket"
  }

  assert {
    condition     = length(nonsensitive(docker_container.workspace[0].env)) == 2
    error_message = "the container should also get the agent's token"
  }
}
"#,
};

const KUBERNETES: Example = Example {
    stack: "examples/stacks/kubernetes-workspace",
    provider: "kubernetes",
    commit: KUBERNETES_COMMIT,
    compute: "kubernetes_deployment_v1.workspace[0]",
    test: r#"
mock_provider "kubernetes" {}

run "the_pod_gets_the_variables_of_the_agent" {
  command = apply

  assert {
    condition = contains([
      for it in nonsensitive(
        kubernetes_deployment_v1.workspace[0].spec[0].template[0].spec[0].container[0].env
      ) : "${it.name}=${it.value}"
    ], "CODER_AGENT_SOCKET_SERVER_ENABLED=true")
    error_message = "the agent's process should get the variable that enables its socket"
  }

  assert {
    condition = length(nonsensitive(
      kubernetes_deployment_v1.workspace[0].spec[0].template[0].spec[0].container[0].env
    )) == 2
    error_message = "the container should also get the agent's token"
  }
}
"#,
};

/// Runs them.
pub(super) fn run() -> Result<()> {
    tools::get(&[Tool::Terraform, Tool::CoderProvider])?;
    tools::get(&[Tool::DockerProvider, Tool::KubernetesProvider])?;
    check(&DOCKER, &Mirror::with_both_providers().with_docker())?;
    check(&KUBERNETES, &Mirror::with_both_providers().with_kubernetes())
}

fn check(example: &Example, mirror: &Mirror) -> Result<()> {
    let Example { stack, provider, commit, compute, test } = example;
    let workdir = Workdir::new(&Terraform::default(), mirror);
    configuration::copy_modules(&workdir);
    configuration::copy(&workdir, stack)?;
    workdir.write("soak.tftest.hcl", test);
    workdir.call().init().success();
    workdir.call().validate().success();
    let plan = workdir.call().plan().success();
    ensure!(plan.change(compute).action == Action::Create, "{compute} is not to be made");
    // Until the agent's script is known, the provider for Kubernetes checks no value of
    // the block that contains it. With a mock it does, since a mock only invents answers.
    let tested = workdir.call().arg("-no-color").run("test").success();
    ensure!(tested.stdout.contains("1 passed, 0 failed"), "{}", tested.stdout);
    println!("{stack}: valid, planned, and applied with a mock of {provider} {commit}");
    Ok(())
}
