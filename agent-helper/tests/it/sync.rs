//! The agent's coordination by hand, in the words of `coder exp sync`.

use expect_test::expect;
use fakes::agent::Fault;

use crate::world::World;

#[test]
fn sync_takes_a_unit_from_want_to_complete() {
    let world = World::new();
    let run = |args: &[&str]| {
        world.run(["sync"].into_iter().chain(args.iter().copied())).success().stdout
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
    let waiting = world.spawn(["sync", "start", "tool"]);
    world.agent.wait_for("a question", |it| {
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
    assert_eq!(world.agent.violations(), Vec::<String>::new());
}

#[test]
fn sync_reports_the_agents_refusal_in_its_words() {
    let world = World::new();
    for (args, words) in [
        (&["sync", "complete", "nope"][..], "unit not found"),
        (&["sync", "want", "a", "a"], "cycle detected"),
        (&["sync", "start", ""], "unit name is required"),
    ] {
        let finished = world.run(args.iter().copied()).exited(10);
        assert!(finished.stderr.contains(words), "{}", finished.stderr);
    }
    world.run(["sync", "want", "tool", "never"]).success();
    world.run(["sync", "start", "tool", "--timeout", "50ms"]).exited(20);
    assert_eq!(world.agent.state("tool").as_deref(), Some("pending"));
}

#[test]
fn sync_exits_19_when_the_agent_has_no_units() {
    let world = World::new();
    world.agent.set_fault(Fault::OldVersion);
    world.run(["sync", "list"]).exited(19);
    world.run(["sync", "ping"]).success();
    world.agent.set_fault(Fault::ManagerUnavailable);
    world.run(["sync", "start", "a"]).exited(19);
}
