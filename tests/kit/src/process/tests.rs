//! Real children of `/bin/sh`.

use std::process::Command;

use super::{Process, Signal, run};

fn sh(script: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]);
    command
}

#[test]
fn process_output_and_exit_code_are_captured() {
    let finished = run(sh("echo out; echo err >&2; exit 7")).exited(7);
    assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), ("out\n", "err\n"));
}

#[test]
fn process_gets_its_whole_input() {
    let input = "x".repeat(1 << 20);
    let finished = Process::spawn_with_input(sh("cat"), input.clone()).wait().success();
    assert_eq!(finished.stdout, input);
}

#[test]
fn process_is_signalled_after_its_announced_line() {
    let process = Process::spawn(sh(
        "trap 'echo bye; exit 3' TERM; echo ready 1; while :; do read x < /dev/zero; done",
    ));
    assert_eq!(process.wait_line("ready"), "ready 1");
    assert!(process.is_running());
    drop(process);

    let process = Process::spawn(sh("echo ready; exec cat /dev/zero > /dev/null"));
    process.wait_line("ready");
    process.signal_group(Signal::TERM);
    assert_eq!(process.wait().signal, Some(15));
}

#[tokio::test]
async fn process_is_awaited_in_async_tests() {
    let process = Process::spawn(sh("echo ready >&2"));
    assert_eq!(process.wait_line_async("ready").await, "ready");
    process.wait_async().await.success();
}

#[test]
fn process_group_is_killed_with_its_handle() {
    let process = Process::spawn(sh("tail -f /dev/null & echo ready; wait"));
    process.wait_line("ready");
    let seen = std::sync::Arc::clone(&process.seen);
    drop(process);
    // The grandchild holds both pipes as well as its shell did: both closed
    // means that neither is left.
    seen.wait("the end of the group", |seen| (seen.closed == 2).then_some(()));
}
