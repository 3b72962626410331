//! The agent's coordination by hand, in the words of `coder exp sync`.

use expect_test::expect;
use fakes::agent::Fault;

use crate::stage::Stage;

#[test]
fn a_unit_from_want_to_complete() {
    let stage = Stage::new();
    let run = |args: &[&str]| {
        stage.run(["sync"].into_iter().chain(args.iter().copied())).success().stdout
    };
    assert_eq!(run(&["ping"]), "Success\n");
    assert_eq!(run(&["list"]), "No units registered\n");
    assert_eq!(run(&["want", "tool", "a", "b"]), "Unit \"tool\" declared dependencies: [a, b]\n");
    assert_eq!(run(&["ready", "tool"]), "false\n");
    assert_eq!(run(&["start", "a"]), "Success\n");
    assert_eq!(run(&["complete", "a"]), "Success\n");
    expect![[r#"
        Unit: tool
        Status: pending
        Ready: false

        Dependencies:
        DEPENDS ON  REQUIRED STATUS  CURRENT STATUS  SATISFIED
        a           completed        completed       true
        b           completed                        false
    "#]]
    .assert_eq(&run(&["status", "tool"]));
    expect![[r#"
        {
          "unit_name": "tool",
          "status": "pending",
          "is_ready": false,
          "dependencies": [
            {
              "depends_on": "a",
              "required_status": "completed",
              "current_status": "completed",
              "is_satisfied": true
            },
            {
              "depends_on": "b",
              "required_status": "completed",
              "current_status": "",
              "is_satisfied": false
            }
          ]
        }
    "#]]
    .assert_eq(&run(&["status", "tool", "-o", "json"]));
    let waiting = stage.spawn(["sync", "start", "tool"]);
    stage.agent.wait_for("a question", |it| {
        it.calls.iter().filter(|call| call.method == "SyncReady").count() >= 3
    });
    run(&["start", "b"]);
    run(&["complete", "b"]);
    assert_eq!(waiting.wait().success().stdout, "Success\n");
    assert_eq!(run(&["ready", "tool"]), "true\n");
    expect![[r#"
        UNIT  STATUS     READY
        a     completed  true
        b     completed  true
        tool  started    true
    "#]]
    .assert_eq(&run(&["list"]));
    assert_eq!(stage.agent.violations(), Vec::<String>::new());
}

#[test]
fn what_the_agent_refuses_is_said_in_its_words() {
    let stage = Stage::new();
    for (args, words) in [
        (&["sync", "complete", "nope"][..], "unit not found"),
        (&["sync", "want", "a", "a"], "cycle detected"),
        (&["sync", "start", ""], "unit name is required"),
    ] {
        let finished = stage.run(args.iter().copied()).exited(10);
        assert!(finished.stderr.contains(words), "{}", finished.stderr);
    }
    stage.run(["sync", "want", "tool", "never"]).success();
    stage.run(["sync", "start", "tool", "--timeout", "50ms"]).exited(20);
    assert_eq!(stage.agent.state("tool").as_deref(), Some("pending"));
}

#[test]
fn an_agent_that_lacks_it_is_no_agent() {
    let stage = Stage::new();
    stage.agent.set_fault(Fault::OldVersion);
    stage.run(["sync", "list"]).exited(19);
    stage.run(["sync", "ping"]).success();
    stage.agent.set_fault(Fault::ManagerUnavailable);
    stage.run(["sync", "start", "a"]).exited(19);
}
