//! A marked token at trace level over every command: it is in no output, no
//! argument list and no file. `env` without `--no-secrets` and the environment
//! of a command under `exec` are where it belongs.

use std::fs;

use fakes::coder::{Answer, RefusedPort};
use testkit::process::{Finished, run};
use testkit::secret_scan::MarkedToken;

use crate::world::World;

#[test]
fn commands_never_show_the_token() {
    let world = World::new();
    let token = MarkedToken::of(&world.coder.token());
    let watch = token.watch_arguments();
    let file = world.temp.path().join("home-token");
    let refused = RefusedPort::take();
    let check = |what: &str, finished: &Finished| {
        token.assert_absent(&format!("stdout of {what}"), &finished.stdout);
        token.assert_absent(&format!("stderr of {what}"), &finished.stderr);
    };
    let commands: [&[&str]; 19] = [
        &["setup"],
        &["refresh"],
        &["setup", "--prebuild", "--bogus"],
        &["wait", "--as", "tool"],
        &["exec", "--", "true"],
        &["exec", "--as", "tool", "--", "true"],
        &["exec", "--wait", "--", "no-such-command"],
        &["env", "--no-secrets"],
        &["status"],
        &["status", "--json"],
        &["trust", "java"],
        &["trust", "install", "--dry-run"],
        &["sync", "list"],
        &["doctor", "--no-tools", "--timeout", "2s"],
        &["doctor", "--json", "--host", "api.openai.com", "--timeout", "2s"],
        &["completions", "zsh"],
        &["man", "doctor"],
        &["nonsense"],
        &["--help"],
    ];
    let answers = [
        Answer::Certificate,
        Answer::UNKNOWN_TOKEN,
        Answer::Redirect { status: 302, location: "https://elsewhere.example/".to_owned() },
        Answer::status(503),
    ];
    for answer in answers {
        world.coder.set_answer(answer.clone());
        for args in commands {
            for format in ["text", "json"] {
                let mut command = world.command(args.iter().copied());
                command
                    .env("AIBRIDGE_LOG_LEVEL", "trace")
                    .env("AIBRIDGE_LOG_FORMAT", format)
                    .env("AIBRIDGE_TIMEOUT", "200ms");
                check(&format!("{args:?} with {answer:?}"), &run(command));
            }
        }
    }
    // The same from a file, and with a deployment that cannot be reached.
    fs::write(&file, format!("{}\n", token.token())).unwrap();
    let mut command = world.command(["setup", "--log-level", "trace", "--timeout", "200ms"]);
    command.arg("--session-token-file").arg(&file).env("AIBRIDGE_ACCESS_URL", refused.url());
    check("set-up from a file", &run(command).exited(11));
    // A server that repeats what it was sent.
    let body = format!("{{\"message\":\"bad token {}\"}}", token.token()).into();
    world.coder.set_answer(Answer::Raw { status: 401, content_type: "application/json", body });
    check("a repeating server", &world.run(["setup", "--log-level", "trace"]).exited(13));
    token.assert_absent_below(&world.folder(), &[]);
    watch.finish();
}

#[test]
fn faults_in_json_format_are_one_object_a_line() {
    let world = World::new();
    world.coder.set_answer(Answer::UNKNOWN_TOKEN);
    let finished = world.run(["setup", "--log-format", "json", "--log-level", "trace"]).exited(13);
    let lines: Vec<serde_json::Value> =
        finished.stderr.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let last = lines.last().unwrap();
    assert_eq!(last["level"], "ERROR");
    assert_eq!(last["class"], "not_signed_in");
    assert_eq!(last["exit_code"], 13);
    assert!(last["hint"].is_string());
}
