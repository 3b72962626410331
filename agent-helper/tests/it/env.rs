//! What `env` prints is what `exec` sets, and shells read it back.

use testkit::process::run;

use crate::world::World;

#[test]
fn shell_reads_back_from_env_what_exec_sets() {
    let world = World::set_up();
    let set = world.run(["exec", "--", "env"]).success().stdout;
    let printed = world.run(["env"]).success().stdout;
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
fn env_no_secrets_leaves_the_token_out() {
    let world = World::set_up();
    let mut command = world.command(["env", "--no-secrets", "--format", "json"]);
    command.env("AIBRIDGE_SESSION_TOKEN", "");
    let printed = run(command).success().stdout;
    let all: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(all["SSL_CERT_FILE"], world.bundle_path().display().to_string());
    assert_eq!(all["HTTPS_PROXY"], serde_json::Value::Null);
}

#[test]
fn env_warns_when_certificate_and_bundle_are_missing() {
    let world = World::new();
    let printed = world.run(["env"]).success();
    assert!(printed.stderr.contains("no certificate and bundle"), "{}", printed.stderr);
    assert!(printed.stdout.contains("export HTTPS_PROXY='http://coder:"));
}

#[test]
fn env_exits_0_when_its_reader_has_closed_stdout() {
    let world = World::set_up();
    let mut command = std::process::Command::new("sh");
    let program = env!("CARGO_BIN_EXE_aibridge-agent");
    let text = format!("({program} env; echo $? >&2) | true");
    let base = world.command([]);
    command.args(["-c", &text]).env_clear();
    command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert_eq!(run(command).success().stderr, "0\n");
}
