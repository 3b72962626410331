//! What `env` prints is what `exec` sets, and shells read it back.

use testkit::process::run;

use crate::stage::Stage;

#[test]
fn a_shell_reads_back_what_exec_sets() {
    let stage = Stage::set_up();
    let set = stage.run(["exec", "--", "env"]).success().stdout;
    let printed = stage.run(["env"]).success().stdout;
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &format!("{printed}env")]).env_clear().env("PATH", "/usr/bin:/bin");
    let read = run(command).success().stdout;
    let mut count = 0;
    for line in read.lines().filter(|it| !it.starts_with("PATH=") && !it.starts_with("PWD=")) {
        if line.starts_with("_=") || line.starts_with("SHLVL=") {
            continue;
        }
        assert!(set.lines().any(|it| it == line), "exec does not set {line}");
        count += 1;
    }
    assert!(count >= 18, "{read}");
}

#[test]
fn secrets_can_be_left_out() {
    let stage = Stage::set_up();
    let mut command = stage.command(["env", "--no-secrets", "--format", "json"]);
    command.env("AIBRIDGE_SESSION_TOKEN", "");
    let printed = run(command).success().stdout;
    let all: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(all["SSL_CERT_FILE"], stage.bundle_path().display().to_string());
    assert_eq!(all["HTTPS_PROXY"], serde_json::Value::Null);
}

#[test]
fn an_environment_that_does_not_work_yet_is_said() {
    let stage = Stage::new();
    let printed = stage.run(["env"]).success();
    assert!(printed.stderr.contains("no certificate and bundle"), "{}", printed.stderr);
    assert!(printed.stdout.contains("export HTTPS_PROXY='http://coder:"));
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let stage = Stage::set_up();
    let mut command = std::process::Command::new("sh");
    let program = env!("CARGO_BIN_EXE_aibridge-agent");
    let text = format!("({program} env; echo $? >&2) | true");
    let base = stage.command([]);
    command.args(["-c", &text]).env_clear();
    command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert_eq!(run(command).success().stderr, "0\n");
}
