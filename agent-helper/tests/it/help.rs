//! Goldens of `--help` for every command: flags, variables and exit codes are
//! what scripts are written against.

use std::path::Path;
use std::process::Command;

use testkit::process::run;

#[track_caller]
fn check(name: &str, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aibridge-agent"));
    command.args(args).arg("--help").env_clear().env("COLUMNS", "100");
    let finished = run(command).success();
    assert_eq!(finished.stderr, "");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/help").join(name);
    testkit::golden::check(&golden, &finished.stdout);
}

#[test]
fn help_pages_match_their_goldens() {
    check("aibridge-agent.txt", &[]);
    for verb in [
        "setup",
        "refresh",
        "wait",
        "exec",
        "env",
        "status",
        "doctor",
        "sync",
        "completions",
        "man",
        "trust",
    ] {
        check(&format!("{verb}.txt"), &[verb]);
    }
    for verb in ["java", "install", "remove"] {
        check(&format!("trust-{verb}.txt"), &["trust", verb]);
    }
    for verb in ["ping", "start", "want", "complete", "ready", "status", "list"] {
        check(&format!("sync-{verb}.txt"), &["sync", verb]);
    }
}

#[test]
fn version_flag_prints_name_and_version_on_one_line() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aibridge-agent"));
    command.arg("--version").env_clear();
    let expected = format!("aibridge-agent {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run(command).success().stdout, expected);
}
