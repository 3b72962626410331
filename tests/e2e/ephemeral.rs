//! The token on its way to a tool, without a trace in plan or state.

use std::fs;

use testkit::binaries;
use testkit::secret_scan::MarkedToken;
use testkit::slow;
use testkit::terraform::{Mirror, Terraform};

use crate::fixture::{Deployment, EPHEMERAL};

#[test]
fn a_tool_gets_the_token_and_nothing_keeps_it() {
    let Some(_marker) = slow::ring3("ephemeral-tool") else { return };
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    let deployment = Deployment::new(&Terraform::everyday(), &mirror, EPHEMERAL);
    let token = MarkedToken::of(&deployment.coder.token());
    let watch = token.watch_arguments();
    let out = tempfile::tempdir().expect("a temporary folder");
    let out = out.path().join("seen");
    let call = || deployment.call().env("OUT", &out);

    let plan = call().plan().success();
    token.assert_absent("the plan's output", &plan.run.finished.stdout);
    // The plan file is compressed: what it holds is what `show` tells of it.
    let shown = call().arg("-json").arg(deployment.workdir.plan_file()).run("show").success();
    token.assert_absent("the plan", &shown.stdout);
    let run = call().apply_planned().success();
    token.assert_absent("the output of apply", &run.finished.stdout);

    let seen = fs::read_to_string(&out).expect("the tool ran");
    let auth_url = format!("http://coder:{}@proxy.example.com:8888", token.token());
    assert_eq!(seen, format!("{auth_url}\nlocalhost,127.0.0.1,::1\n"));
    assert_eq!(deployment.coder.requests().len(), 0, "it asks nobody");
    call().plan().assert_empty();
    call().destroy().success();
    watch.finish();
    token.assert_absent_below(&deployment.workdir.path(), &[]);
}

#[test]
fn its_secrets_stay_out_of_what_is_stored() {
    let Some(_marker) = slow::ring3("ephemeral-refused") else { return };
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    let output = "output \"leak\" {\n  value = ephemeral.aibridge_proxy_auth.this.env\n}\n";
    let config = format!("{EPHEMERAL}\n{output}");
    let deployment = Deployment::new(&Terraform::everyday(), &mirror, &config);
    let refused = deployment.call().plan().failure();
    let text: Vec<String> = refused.run.errors().iter().map(|it| it.text()).collect();
    assert!(text.iter().any(|it| it.contains("phemeral")), "{text:#?}");
}

#[test]
fn a_wrong_argument_is_refused_at_its_line() {
    let Some(_marker) = slow::ring3("ephemeral-bad-input") else { return };
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    let config = EPHEMERAL.replace("http://proxy.example.com:8888", "proxy.example.com:8888");
    let deployment = Deployment::new(&Terraform::everyday(), &mirror, &config);

    let run = deployment.call().validate().failure();
    let errors = run.errors();
    let [error] = errors.as_slice() else { panic!("one error expected: {errors:#?}") };
    assert_eq!(error.attribute.as_deref(), Some("proxy_url"), "{error:#?}");
    assert!(error.detail.contains("`http://proxy.example.com:8888`"), "{error:#?}");
}
