//! File systems that are full, small or read-only: real ones, in a name space
//! of mounts that ends with the test.

use std::fs;
use std::process::Command;

use testkit::process::{Finished, run};
use testkit::slow;

use crate::stage::Stage;

/// Runs shell commands and then the program (as `$@`) where `ai` is a mount.
fn mounted(stage: &Stage, options: &str, before: &str, args: &[&str]) -> Finished {
    let folder = stage.folder();
    fs::create_dir_all(&folder).unwrap();
    let base = stage.command(args.iter().copied());
    let folder = folder.display();
    let script = format!(
        "set -e\nmount -t tmpfs -o mode=755,{options} tmpfs {folder}\n{before}\nset +e\n\
         \"$@\"\ncode=$?\nls -A {folder}\ncat {folder}/status.json 2>/dev/null\nexit $code"
    );
    let mut command = Command::new("unshare");
    // Without root, a name space of users makes one.
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--mount", "sh", "-c", &script, "sh"]);
    command.arg(base.get_program()).args(base.get_args()).env_clear();
    command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
    run(command)
}

#[test]
fn a_file_system_that_is_full() {
    let Some(_ran) = slow::ring3("a_file_system_that_is_full") else { return };
    let stage = Stage::new();
    // The bundle alone is larger.
    let finished = mounted(&stage, "size=64k", "", &["setup"]).exited(18);
    assert!(finished.stderr.contains("No space left on device"), "{}", finished.stderr);
    assert!(finished.stdout.contains("AI Bridge Proxy setup failed: "), "{}", finished.stdout);
    assert!(!finished.stdout.contains("ca-cert.pem\n"), "{}", finished.stdout);
    assert!(!finished.stdout.contains(".new"), "litter: {}", finished.stdout);
    assert!(finished.stdout.contains("\"outcome\": \"failed\""), "{}", finished.stdout);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
}

#[test]
fn a_file_system_that_fills_up_keeps_the_last_good_certificate() {
    let Some(_ran) = slow::ring3("a_file_system_that_fills_up") else { return };
    let stage = Stage::new();
    let fill = format!(
        "\"$@\" > /dev/null\nrm {0}/ca-bundle.pem\ndd if=/dev/zero of={0}/filler bs=1k 2> /dev/null || true",
        stage.folder().display()
    );
    let finished = mounted(&stage, "size=2m", &fill, &["setup"]).exited(18);
    assert!(finished.stderr.contains("No space left on device"), "{}", finished.stderr);
    assert!(finished.stdout.contains("ca-cert.pem\n"), "{}", finished.stdout);
    assert!(!finished.stdout.contains(".new"), "litter: {}", finished.stdout);
}

#[test]
fn a_file_system_without_room_for_another_file() {
    let Some(_ran) = slow::ring3("a_file_system_without_room") else { return };
    let stage = Stage::new();
    // The root folder and the lock.
    let finished = mounted(&stage, "size=2m,nr_inodes=2", "", &["setup"]).exited(18);
    assert!(finished.stderr.contains("No space left on device"), "{}", finished.stderr);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
}

#[test]
fn a_file_system_that_is_read_only() {
    let Some(_ran) = slow::ring3("a_file_system_that_is_read_only") else { return };
    let stage = Stage::new();
    let remount =
        |before: &str| format!("{before}\nmount -o remount,ro {}", stage.folder().display());
    let finished = mounted(&stage, "size=2m", &remount(""), &["setup"]).exited(18);
    assert!(finished.stderr.contains("Read-only file system"), "{}", finished.stderr);
    assert!(finished.stderr.contains("hint: use `--cert-path "), "{}", finished.stderr);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
    // What was set up before goes on to work.
    let before = remount(&format!("{} setup > /dev/null", env!("CARGO_BIN_EXE_aibridge-agent")));
    mounted(&stage, "size=2m", &before, &["exec", "--", "true"]).success();
}

#[test]
fn a_limit_on_the_size_of_files() {
    let stage = Stage::new();
    let base = stage.command(["setup"]);
    let mut command = Command::new("sh");
    // Blocks of 512 bytes; the signal is ignored, so that the write is refused.
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"]);
    command.arg(base.get_program()).args(base.get_args()).env_clear();
    command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let finished = run(command).exited(18);
    assert!(finished.stderr.contains("File too large"), "{}", finished.stderr);
    assert!(!stage.cert_path().exists());
    assert_eq!(stage.outcome(), "failed");
    assert_eq!(stage.unit().as_deref(), Some("completed"));
}

#[test]
fn a_killed_holder_of_the_lock_releases_it() {
    let stage = Stage::new();
    stage.coder.set_answer(testkit::coder::Answer::Hang);
    let holder = stage.spawn(["setup"]);
    stage.coder.wait_requests(1);
    holder.signal(testkit::process::Signal::KILL);
    holder.wait();
    stage.coder.set_answer(testkit::coder::Answer::Certificate);
    stage.run(["setup", "--timeout", "5s"]).success();
}
