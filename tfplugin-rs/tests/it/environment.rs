//! Starts of the provider process in adverse environments: it works, or prints one line that
//! Terraform shows.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use fakes::plugin_host::COOKIE;
use testkit::process::{self, Process};
use testkit::slow;

use crate::instance::{assert_silent, configure, create, named};
use crate::running::Running;

/// The sample provider as the last command of a shell script, which gets the path of it as
/// its first argument.
fn under_shell(wrapper: &[&str], script: &str, temporary: &Path) -> Command {
    let (program, args) = wrapper.split_first().expect("a program");
    let mut command = Command::new(program);
    command.args(args).arg(format!("{script} && exec \"$0\""));
    command.arg(env!("CARGO_BIN_EXE_sample-provider")).env_clear();
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("TMPDIR", temporary).envs([COOKIE]);
    command
}

/// In a mount namespace of its own, so that no other process sees the mounts.
const UNSHARED: [&str; 5] = ["unshare", "--map-root-user", "--mount", "sh", "-ec"];

#[track_caller]
fn check_mounted(options: &str, reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("mount -t tmpfs -o {options} none \"$TMPDIR\"");
    let command = under_shell(&UNSHARED, &script, folder.path());
    let finished = process::run(command).exited(1);
    assert_eq!(finished.stdout.lines().count(), 1, "{finished:#?}");
    let start = "registry.terraform.io/aibridge-rs/sample cannot start: cannot make a folder";
    assert!(finished.stdout.starts_with(start), "{}", finished.stdout);
    for words in [reason, "(set TMPDIR to a folder that is writable and not full)"] {
        assert!(finished.stdout.contains(words), "{words}: {}", finished.stdout);
    }
}

#[test]
fn start_with_a_read_only_temporary_folder_fails_with_one_line() {
    let Some(_ran) = slow::ring3("sdk-environment-read-only") else { return };
    check_mounted("ro", "Read-only file system");
}

#[test]
fn start_with_a_full_temporary_folder_fails_with_one_line() {
    let Some(_ran) = slow::ring3("sdk-environment-full") else { return };
    // One inode, which the root of the mount takes.
    check_mounted("nr_inodes=1", "No space left on device");
}

#[test]
fn start_without_a_free_file_descriptor_fails_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for limit in 4..=8 {
        let command = under_shell(&["sh", "-ec"], &format!("ulimit -n {limit}"), folder.path());
        let finished = process::run(command).exited(1);
        assert_eq!(finished.stdout.lines().count(), 1, "{limit}: {finished:#?}");
        assert!(finished.stdout.split('|').count() < 4, "{limit}: {finished:#?}");
        for words in [" cannot start: ", "Too many open files"] {
            assert!(finished.stdout.contains(words), "{limit}: {finished:#?}");
        }
    }
}

#[tokio::test]
async fn provider_serves_two_hundred_concurrent_calls_with_sixty_four_file_descriptors() {
    let sample = Running::start_through(|provider| {
        let mut shell = Command::new("sh");
        shell.args(["-ec", "ulimit -n 64 && exec \"$0\""]).arg(provider);
        shell
    })
    .await;
    let client = sample.connect().await;
    configure(&client).await;
    let configs: Vec<_> = (0..200).map(|at| named(&format!("instance-{at}"))).collect();
    let creates = configs.iter().map(|config| create(&client, config));
    for answer in futures_util::future::join_all(creates).await {
        assert_silent(&answer.diagnostics);
    }
    sample.shut_down(client).await;
}

#[tokio::test]
async fn provider_does_not_read_its_standard_input() {
    // What the provider leaves of its input is what `cat` finds.
    let sample = Running::start_through(|provider| {
        let mut shell = Command::new("sh");
        let script = "printf 'unread\\n' | { \"$0\"; cat >&2; }";
        shell.args(["-ec", script]).arg(provider);
        shell
    })
    .await;
    let client = sample.connect().await;
    configure(&client).await;
    assert_silent(&create(&client, &named("one")).await.diagnostics);
    let finished = sample.shut_down(client).await;
    assert_eq!(finished.stderr, "unread\n");
}

#[test]
fn provider_starts_with_standard_input_and_error_closed() {
    let folder = tempfile::tempdir().unwrap();
    let script = "\"$0\" <&- 2>&-";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(env!("CARGO_BIN_EXE_sample-provider"));
    shell.env_clear().env("TMPDIR", folder.path()).envs([COOKIE]);
    let process = Process::spawn(shell);
    let line = process.wait_line("|grpc|");
    assert!(line.starts_with("1|6|unix|"), "{line}");
    // Its first client is this: it comes and goes, and the provider follows.
    let socket = line.split('|').nth(3).unwrap();
    let mut stream = std::os::unix::net::UnixStream::connect(socket).unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    drop(stream);
    let _ended = process.wait().exited(0);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}
