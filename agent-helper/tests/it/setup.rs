//! What a set-up leaves behind, and what the next one makes of it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::{Duration, SystemTime};

use fakes::agent::Fault;
use fakes::ca::TestCa;
use fakes::coder::{Answer, RefusedPort};
use testkit::process::run;

use crate::stage::{PROXY_URL, Stage, UNIT};

#[test]
fn the_certificate_is_in_place_for_everybody() {
    let stage = Stage::new();
    stage.coder.set_version("v2.35.0+abcdef");
    let finished = stage.run(["setup"]).success();
    let path = stage.cert_path();
    let expected = format!("AI Bridge Proxy CA certificate saved to {}\n", path.display());
    assert_eq!(finished.stdout, expected);
    assert_eq!(finished.stderr, "");
    assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem());
    let bundle = stage.read("ca-bundle.pem");
    assert!(bundle.starts_with(&stage.ca.pem()));
    assert!(bundle.matches("BEGIN CERTIFICATE").count() > 20, "the system's roots are there too");
    for entry in fs::read_dir(stage.folder()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
        // Others read everything but the lock, which they could hold.
        let expected = if entry.file_name() == "AIBRIDGE" { 0o600 } else { 0o644 };
        assert_eq!(mode, expected, "{}", entry.path().display());
    }
    assert_eq!(fs::metadata(stage.folder()).unwrap().permissions().mode() & 0o7777, 0o755);
    let status = stage.status();
    assert_eq!(status["outcome"], "ok");
    assert_eq!(status["sha256"], stage.ca.sha256());
    assert_eq!(status["deployment_version"], "v2.35.0+abcdef");
    assert_eq!(
        status["source"],
        format!("{}/api/v2/aibridge/proxy/ca-cert.pem", stage.coder.url())
    );
    assert_eq!(status["last_success"], status["time"]);
    assert_eq!(status["seen"][0]["sha256"], stage.ca.sha256());
    assert_eq!(status["error"], serde_json::Value::Null);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
    assert_eq!(stage.agent.violations(), Vec::<String>::new());
    let requests = stage.coder.certificate_requests();
    assert_eq!(requests.len(), 1);
    requests[0].assert_token_in_header_only();
}

#[test]
fn a_second_run_touches_what_is_the_same_and_takes_no_completion_back() {
    let stage = Stage::set_up();
    let old = SystemTime::now() - Duration::from_secs(5000);
    let files = ["ca-cert.pem", "ca-bundle.pem", "settings.json"].map(|it| stage.folder().join(it));
    let before = files.each_ref().map(|it| {
        fs::File::open(it).unwrap().set_modified(old).unwrap();
        fs::metadata(it).unwrap().ino()
    });
    stage.run(["setup"]).success();
    for (file, inode) in files.iter().zip(before) {
        let metadata = fs::metadata(file).unwrap();
        assert_eq!(metadata.ino(), inode, "{}", file.display());
        assert!(
            metadata.modified().unwrap() > old + Duration::from_secs(1000),
            "{}",
            file.display()
        );
    }
    let starts = stage.agent.calls().iter().filter(|(method, _)| method == "SyncStart").count();
    assert_eq!(starts, 1);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
}

#[test]
fn a_rotated_ca_comes_first_and_the_former_stays() {
    let stage = Stage::set_up();
    let next = TestCa::new("AI Bridge CA 2");
    stage.coder.set_certificate(next.pem());
    stage.run(["setup"]).success();
    assert_eq!(stage.read("ca-cert.pem"), format!("{}{}", next.pem(), stage.ca.pem()));
    assert!(stage.read("ca-bundle.pem").starts_with(&stage.read("ca-cert.pem")));
    let seen = stage.status()["seen"].as_array().unwrap().len();
    assert_eq!(seen, 2);
    // A pin lets only its own certificate stay.
    stage.run(["setup", "--ca-pin-sha256", &next.sha256().to_uppercase()]).success();
    assert_eq!(stage.read("ca-cert.pem"), next.pem());
}

#[test]
fn people_need_no_flags_afterwards() {
    let stage = Stage::new();
    let mut command = stage.command(["setup", "--proxy-url", PROXY_URL, "--no-proxy", ".corp"]);
    command.env_remove("AIBRIDGE_PROXY_URL");
    run(command).success();
    let stored = stage.read("settings.json");
    assert!(!stored.contains(&stage.coder.token()));
    let mut command = stage.command(["env", "--format", "json"]);
    command.env_remove("AIBRIDGE_PROXY_URL").env_remove("AIBRIDGE_ACCESS_URL");
    let printed = run(command).success().stdout;
    assert!(printed.contains("@proxy.example:8888"), "{printed}");
    assert!(printed.contains("localhost,127.0.0.1,::1,.corp"), "{printed}");
    // An empty flag ends a stored setting.
    stage.run(["setup", "--no-proxy", ""]).success();
    assert!(!stage.read("settings.json").contains(".corp"));
}

#[test]
fn terraforms_certificate_is_taken_if_the_network_fails() {
    let port = RefusedPort::take();
    let seed = TestCa::new("seed");
    let stage = Stage::set_up();
    let mut command = stage.command(["setup", "--timeout", "200ms"]);
    command.env("AIBRIDGE_ACCESS_URL", port.url()).env("AIBRIDGE_CA_SEED", seed.pem());
    let finished = run(command).success();
    assert!(finished.stdout.starts_with("AI Bridge Proxy CA certificate saved to "));
    let status = stage.status();
    assert_eq!(status["outcome"], "seeded");
    assert_eq!(status["source"], "terraform");
    assert_eq!(status["sha256"], seed.sha256());
    assert_eq!(status["error"]["class"], "network");
    assert!(stage.read("ca-cert.pem").starts_with(&seed.pem()));
    stage.run(["wait", "--timeout", "10s"]).success();
}

#[test]
fn a_refusal_is_never_papered_over() {
    let stage = Stage::new();
    let seed = stage.temp.path().join("seed.pem");
    fs::write(&seed, TestCa::new("seed").pem()).unwrap();
    for (answer, code) in [
        (Answer::NOT_LICENSED, 14),
        (Answer::NOT_ENABLED, 15),
        (Answer::LOGIN_PAGE, 16),
        (Answer::Pem(TestCa::expired("old").pem()), 17),
    ] {
        stage.coder.set_answer(answer);
        let mut command = stage.command(["setup", "--timeout", "200ms", "--ca-seed-file"]);
        command.arg(&seed);
        run(command).exited(code);
        assert!(!stage.cert_path().exists());
    }
}

#[test]
fn a_seed_of_no_use_is_said_and_changes_nothing() {
    let port = RefusedPort::take();
    let stage = Stage::set_up();
    for seed in [TestCa::expired("seed").pem(), "nonsense".to_owned()] {
        let mut command = stage.command(["setup", "--timeout", "200ms"]);
        command.env("AIBRIDGE_ACCESS_URL", port.url()).env("AIBRIDGE_CA_SEED", seed);
        let finished = run(command).exited(11);
        assert!(finished.stderr.contains("the seed certificate cannot be used"));
        assert_eq!(stage.outcome(), "stale");
        assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem());
    }
}

#[test]
fn a_prebuild_puts_every_failure_off() {
    let mut stage = Stage::new();
    stage.coder.set_answer(Answer::NO_TOKEN);
    let finished = stage.run(["setup", "--prebuild"]).success();
    assert!(finished.stdout.starts_with("AI Bridge Proxy setup put off"), "{}", finished.stdout);
    assert_eq!(finished.stderr, "", "nothing red in the dashboard");
    assert_eq!(stage.outcome(), "deferred");
    assert_eq!(stage.status()["error"]["exit_code"], 13);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
    stage.run(["wait", "--timeout", "10s"]).success();
    let mut command = stage.command(["setup", "--prebuild"]);
    command.env("AIBRIDGE_SESSION_TOKEN", "");
    run(command).success();
    let mut command = stage.command(["setup", "--prebuild", "--cert-path", "/proc/none/ca.pem"]);
    command.env_remove("AIBRIDGE_CERT_PATH");
    run(command).success();
    stage.run(["setup", "--prebuild", "--from-the-future"]).success();
    // The claim: a new agent start, the owner's token, the same script without the flag.
    stage.agent.restart();
    stage.coder.set_answer(Answer::Certificate);
    stage.run(["setup"]).success();
    assert_eq!(stage.outcome(), "ok");
    assert_eq!(stage.unit().as_deref(), Some("completed"));
}

#[test]
fn one_instance_a_folder() {
    let stage = Stage::set_up();
    let before = stage.read("status.json");
    let other = stage.folder().join("other.pem");
    let mut command = stage.command(["setup", "--sync-unit", UNIT, "--cert-path"]);
    command.arg(&other);
    let finished = run(command).exited(10);
    assert!(finished.stdout.contains("this folder belongs to the instance with certificate"));
    stage.run(["setup", "--sync-unit", "another"]).exited(10);
    // The other instance's files are as they were, and its own waiters are released.
    assert_eq!(stage.read("status.json"), before);
    assert!(!other.exists());
    assert_eq!(stage.agent.state("another").as_deref(), Some("completed"));
}

#[test]
fn settings_that_nobody_can_read_are_written_anew() {
    let stage = Stage::set_up();
    let whole = stage.read("settings.json");
    fs::write(stage.folder().join("settings.json"), &whole[..20]).unwrap();
    let finished = stage.run(["setup"]).success();
    assert!(finished.stderr.contains("is not the JSON that `setup` writes"), "{}", finished.stderr);
    assert_eq!(stage.read("settings.json"), whole);
}

#[test]
fn a_bundle_that_was_removed_comes_back_even_if_the_set_up_fails() {
    let stage = Stage::set_up();
    let bundle = stage.read("ca-bundle.pem");
    fs::remove_file(stage.bundle_path()).unwrap();
    stage.coder.set_answer(Answer::NOT_ENABLED);
    stage.run(["setup"]).exited(15);
    assert_eq!(stage.read("ca-bundle.pem"), bundle);
}

#[test]
fn what_happens_on_the_socket_never_fails_a_set_up() {
    let garbled = [
        Fault::CloseOnAccept,
        Fault::CloseMidFrame,
        Fault::Garbage,
        Fault::Oversized,
        Fault::ManagerUnavailable,
        Fault::Error("cycle detected".to_owned()),
    ];
    for fault in garbled {
        let stage = Stage::new();
        stage.agent.set_fault(fault.clone());
        let finished = stage.run(["setup"]).success();
        assert!(finished.stderr.contains("no coordination"), "{fault:?}: {}", finished.stderr);
        assert_eq!(stage.outcome(), "ok", "{fault:?}");
        assert_eq!(stage.run(["setup", "--sync", "required"]).code, Some(19), "{fault:?}");
    }
}

#[test]
fn two_at_once_follow_each_other() {
    let stage = Stage::new();
    let gate = fakes::gate::Gate::new();
    stage.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    let first = stage.spawn(["setup"]);
    gate.wait_arrivals(1);
    // The second one finds the lock held, and ends by its own deadline.
    let second = stage.run(["setup", "--timeout", "100ms"]).exited(11);
    let lock = stage.folder().join("AIBRIDGE").display().to_string();
    let held = format!("held the lock `{lock}` for 100ms");
    assert!(second.stdout.contains("another process"), "{}", second.stdout);
    assert!(second.stdout.contains(&held), "{}", second.stdout);
    assert!(second.stderr.contains("wait for its end"), "{}", second.stderr);
    assert_eq!(stage.outcome(), "running");
    gate.open();
    first.wait().success();
    assert_eq!(stage.outcome(), "ok");
}

#[test]
fn empty_flags_end_what_an_earlier_script_had_stored() {
    let stage = Stage::new();
    let extra = stage.temp.path().join("extra.pem");
    let other = TestCa::new("company root");
    fs::write(&extra, other.pem()).unwrap();
    let mut first = stage.command(["setup", "--no-proxy", "git.internal", "--ca-pin-sha256"]);
    first.arg(stage.ca.sha256()).arg("--extra-ca-file").arg(&extra);
    run(first).success();
    assert!(stage.read("ca-bundle.pem").contains(&other.pem()));
    let stored = stage.read("settings.json");
    assert!(stored.contains("git.internal") && stored.contains(&stage.ca.sha256()), "{stored}");

    let flags = ["--no-proxy", "", "--ca-pin-sha256", "", "--extra-ca-file", ""];
    let paths = ["--ca-seed-file", "", "--session-token-file", "", "--socket-path", ""];
    stage.run(["setup"].into_iter().chain(flags).chain(paths)).success();
    assert!(!stage.read("ca-bundle.pem").contains(&other.pem()));
    let stored = stage.read("settings.json");
    assert!(!stored.contains("git.internal") && !stored.contains(&stage.ca.sha256()), "{stored}");
}
