//! A marked token is in state and plan file alone: not in a log, an output, an
//! argument list, or another file.

use fakes::coder::Answer;
use testkit::secret_scan::MarkedToken;
use testkit::slow;
use testkit::terraform::Call;

use crate::configurations::{KNOWN_NO_PROXY, resource, with_data_sources, with_functions};
use crate::world::World;

#[test]
fn resource_shows_no_token_at_trace_level() {
    let Some(_marker) = slow::ring3("secrets-provider") else { return };
    let world = World::new(&resource(&[]));
    let token = MarkedToken::of(&world.coder.token());
    let watch = token.watch_arguments();

    let log = world.workdir.path().join("provider.log");
    let traced = || traced(world.call(), &log);
    let mut printed = Vec::new();
    let run = traced().apply().success();
    printed.push(("apply", run.finished));
    for answer in [Answer::LOGIN_PAGE, Answer::status(401), Answer::status(503)] {
        world.coder.set_answer(answer);
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

    let workdir = &world.workdir;
    let backup = workdir.path().join("terraform.tfstate.backup");
    token.assert_absent_below(
        &workdir.path(),
        &[&workdir.state_file(), &backup, &workdir.plan_file()],
    );
}

#[test]
fn data_sources_and_functions_show_no_token_at_trace_level() {
    let Some(_marker) = slow::ring3("secrets-other-kinds") else { return };
    for config in [with_data_sources(), with_functions(KNOWN_NO_PROXY)] {
        let world = World::new(&config);
        let token = MarkedToken::of(&world.coder.token());
        let watch = token.watch_arguments();
        let log = world.workdir.path().join("provider.log");
        let mut printed = vec![traced(world.call(), &log).apply().success().finished];
        // Refusals quote what was refused, but never this.
        world.coder.set_answer(Answer::status(401));
        printed.push(traced(world.call(), &log).plan().run.finished);
        let broken = world.call_with_token(&format!("{} broken", token.token()));
        printed.push(traced(broken, &log).plan().failure().run.finished);
        watch.finish();
        for finished in printed {
            token.assert_absent("standard output", &finished.stdout);
            token.assert_absent("standard error", &finished.stderr);
        }
        let log = std::fs::read(&log).expect("Terraform wrote the provider's log");
        token.assert_absent("the provider's log", &log);
        let state = world.workdir.call().show();
        for (address, values) in state.resources() {
            if address.starts_with("data.") {
                token.assert_absent(&address, values.to_string());
            }
        }
    }
}

/// The provider's lines alone: not what Terraform itself logs at trace level.
fn traced<'a>(call: Call<'a>, log: &std::path::Path) -> Call<'a> {
    call.env("TF_LOG_PROVIDER", "TRACE").env("TF_LOG_PATH", log)
}
