//! The token on its way to a tool, without a trace in plan or state.

use std::fs;

use testkit::secret_scan::MarkedToken;
use testkit::slow;

use crate::configurations::with_ephemeral_token;
use crate::world::World;

#[test]
fn tool_gets_the_ephemeral_token_and_plan_and_state_do_not_hold_it() {
    let Some(_marker) = slow::ring3("ephemeral-tool") else { return };
    let world = World::new(&with_ephemeral_token());
    let token = MarkedToken::of(&world.coder.token());
    let watch = token.watch_arguments();
    let out = tempfile::tempdir().expect("a temporary folder");
    let out = out.path().join("seen");
    let call = || world.call().env("OUT", &out);

    let plan = call().plan().success();
    token.assert_absent("the plan's output", &plan.run.finished.stdout);
    // The plan file is compressed: its content is what `show` prints of it.
    let shown = call().arg("-json").arg(world.workdir.plan_file()).run("show").success();
    token.assert_absent("the plan", &shown.stdout);
    let run = call().apply_planned().success();
    token.assert_absent("the output of apply", &run.finished.stdout);

    let seen = fs::read_to_string(&out).expect("the tool ran");
    let auth_url = format!("http://coder:{}@proxy.example.com:8888", token.token());
    assert_eq!(seen, format!("{auth_url}\nlocalhost,127.0.0.1,::1\n"));
    assert_eq!(world.coder.requests().len(), 0, "it makes no request");
    call().plan().assert_empty();
    call().destroy().success();
    watch.finish();
    token.assert_absent_below(&world.workdir.path(), &[]);
}
