//! A marked token shows up nowhere but where it must: state, plan file, and outputs that
//! were asked for.

use fakes::coder::Answer;
use testkit::binaries;
use testkit::secret_scan::MarkedToken;
use testkit::slow;
use testkit::terraform::{Call, Mirror, Terraform};

use crate::fixture::{DATA_SOURCES, Deployment, FUNCTIONS};

#[test]
fn a_whole_life_at_trace_level_shows_no_token() {
    let Some(_marker) = slow::ring3("secrets-provider") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    let token = MarkedToken::of(&deployment.coder.token());
    let watch = token.watch_arguments();

    let log = deployment.workdir.path().join("provider.log");
    let traced = || traced(deployment.call(), &log);
    let mut printed = Vec::new();
    let run = traced().apply().success();
    printed.push(("apply", run.finished));
    for answer in [Answer::LOGIN_PAGE, Answer::status(401), Answer::status(503)] {
        deployment.coder.set_answer(answer);
        printed.push(("plan", traced().plan().success().run.finished));
    }
    printed.push(("destroy", traced().destroy().success().finished));
    watch.finish();

    for (what, finished) in printed {
        token.assert_absent(what, &finished.stdout);
        token.assert_absent(what, &finished.stderr);
    }
    let log = std::fs::read(&log).expect("Terraform wrote the provider's log");
    assert!(!log.is_empty(), "nothing was logged, so nothing was tested");
    token.assert_absent("the provider's log", &log);

    let workdir = &deployment.workdir;
    let backup = workdir.path().join("terraform.tfstate.backup");
    token.assert_absent_below(
        &workdir.path(),
        &[&workdir.state_file(), &backup, &workdir.plan_file()],
    );
}

#[test]
fn data_sources_and_functions_show_no_token() {
    let Some(_marker) = slow::ring3("secrets-other-kinds") else { return };
    for config in [DATA_SOURCES, FUNCTIONS] {
        let mirror = Mirror::new().with_aibridge(&binaries::provider());
        let deployment = Deployment::new(&Terraform::everyday(), &mirror, config);
        let token = MarkedToken::of(&deployment.coder.token());
        let watch = token.watch_arguments();
        let log = deployment.workdir.path().join("provider.log");
        let mut printed = vec![traced(deployment.call(), &log).apply().success().finished];
        // Refusals quote what was refused, but never this.
        deployment.coder.set_answer(Answer::status(401));
        printed.push(traced(deployment.call(), &log).plan().run.finished);
        let broken = deployment.call_with_token(&format!("{} broken", token.token()));
        printed.push(traced(broken, &log).plan().failure().run.finished);
        watch.finish();
        for finished in printed {
            token.assert_absent("standard output", &finished.stdout);
            token.assert_absent("standard error", &finished.stderr);
        }
        let log = std::fs::read(&log).expect("Terraform wrote the provider's log");
        token.assert_absent("the provider's log", &log);
        let state = deployment.workdir.call().show();
        for (address, values) in state.resources() {
            if address.starts_with("data.") {
                token.assert_absent(&address, values.to_string());
            }
        }
    }
}

/// The provider's lines alone: what Terraform itself logs at trace level is not ours.
fn traced<'a>(call: Call<'a>, log: &std::path::Path) -> Call<'a> {
    call.env("TF_LOG_PROVIDER", "TRACE").env("TF_LOG_PATH", log)
}
