//! The files of a set-up, and how the next one uses them.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::{Duration, SystemTime};

use fakes::agent::Fault;
use fakes::ca::TestCa;
use fakes::coder::{Answer, RefusedPort};
use testkit::process::run;

use crate::world::{PROXY_URL, UNIT, World};

#[test]
fn setup_writes_files_that_every_user_can_read() {
    let world = World::new();
    world.coder.set_version("v2.35.0+abcdef");
    let finished = world.run(["setup"]).success();
    let path = world.cert_path();
    let expected = format!("AI Bridge Proxy CA certificate saved to {}\n", path.display());
    assert_eq!(finished.stdout, expected);
    assert_eq!(finished.stderr, "");
    assert_eq!(world.read("ca-cert.pem"), world.ca.pem());
    let bundle = world.read("ca-bundle.pem");
    assert!(bundle.starts_with(&world.ca.pem()));
    assert!(bundle.matches("BEGIN CERTIFICATE").count() > 20, "the system's roots are there too");
    for entry in fs::read_dir(world.folder()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
        // Other users can read every file but the lock, which they could hold.
        let expected = if entry.file_name() == "AIBRIDGE" { 0o600 } else { 0o644 };
        assert_eq!(mode, expected, "{}", entry.path().display());
    }
    assert_eq!(fs::metadata(world.folder()).unwrap().permissions().mode() & 0o7777, 0o755);
    let status = world.status();
    assert_eq!(status["outcome"], "ok");
    assert_eq!(status["sha256"], world.ca.sha256());
    assert_eq!(status["deployment_version"], "v2.35.0+abcdef");
    assert_eq!(
        status["source"],
        format!("{}/api/v2/aibridge/proxy/ca-cert.pem", world.coder.url())
    );
    assert_eq!(status["last_success"], status["time"]);
    assert_eq!(status["seen"][0]["sha256"], world.ca.sha256());
    assert_eq!(status["error"], serde_json::Value::Null);
    assert_eq!(world.unit().as_deref(), Some("completed"));
    assert_eq!(world.agent.violations(), Vec::<String>::new());
    let requests = world.coder.certificate_requests();
    assert_eq!(requests.len(), 1);
    requests[0].assert_token_in_header_only();
}

#[test]
fn second_setup_touches_unchanged_files_and_keeps_the_unit_completed() {
    let world = World::set_up();
    let old = SystemTime::now() - Duration::from_secs(5000);
    let files = ["ca-cert.pem", "ca-bundle.pem", "settings.json"].map(|it| world.folder().join(it));
    let before = files.each_ref().map(|it| {
        fs::File::open(it).unwrap().set_modified(old).unwrap();
        fs::metadata(it).unwrap().ino()
    });
    world.run(["setup"]).success();
    for (file, inode) in files.iter().zip(before) {
        let metadata = fs::metadata(file).unwrap();
        assert_eq!(metadata.ino(), inode, "{}", file.display());
        assert!(
            metadata.modified().unwrap() > old + Duration::from_secs(1000),
            "{}",
            file.display()
        );
    }
    let starts = world.agent.calls().iter().filter(|(method, _)| method == "SyncStart").count();
    assert_eq!(starts, 1);
    assert_eq!(world.unit().as_deref(), Some("completed"));
}

#[test]
fn setup_puts_a_rotated_ca_first_and_keeps_the_former() {
    let world = World::set_up();
    let next = TestCa::new("AI Bridge CA 2");
    world.coder.set_certificate(next.pem());
    world.run(["setup"]).success();
    assert_eq!(world.read("ca-cert.pem"), format!("{}{}", next.pem(), world.ca.pem()));
    assert!(world.read("ca-bundle.pem").starts_with(&world.read("ca-cert.pem")));
    let seen = world.status()["seen"].as_array().unwrap().len();
    assert_eq!(seen, 2);
    // A pin lets only its own certificate stay.
    world.run(["setup", "--ca-pin-sha256", &next.sha256().to_uppercase()]).success();
    assert_eq!(world.read("ca-cert.pem"), next.pem());
}

#[test]
fn commands_after_setup_need_no_flags() {
    let world = World::new();
    let mut command = world.command(["setup", "--proxy-url", PROXY_URL, "--no-proxy", ".corp"]);
    command.env_remove("AIBRIDGE_PROXY_URL");
    run(command).success();
    let stored = world.read("settings.json");
    assert!(!stored.contains(&world.coder.token()));
    let mut command = world.command(["env", "--format", "json"]);
    command.env_remove("AIBRIDGE_PROXY_URL").env_remove("AIBRIDGE_ACCESS_URL");
    let printed = run(command).success().stdout;
    assert!(printed.contains("@proxy.example:8888"), "{printed}");
    assert!(printed.contains("localhost,127.0.0.1,::1,.corp"), "{printed}");
    // An empty flag ends a stored setting.
    world.run(["setup", "--no-proxy", ""]).success();
    assert!(!world.read("settings.json").contains(".corp"));
}

#[test]
fn setup_uses_terraforms_certificate_when_the_network_fails() {
    let port = RefusedPort::take();
    let seed = TestCa::new("seed");
    let world = World::set_up();
    let mut command = world.command(["setup", "--timeout", "200ms"]);
    command.env("AIBRIDGE_ACCESS_URL", port.url()).env("AIBRIDGE_CA_SEED", seed.pem());
    let finished = run(command).success();
    assert!(finished.stdout.starts_with("AI Bridge Proxy CA certificate saved to "));
    let status = world.status();
    assert_eq!(status["outcome"], "seeded");
    assert_eq!(status["source"], "terraform");
    assert_eq!(status["sha256"], seed.sha256());
    assert_eq!(status["error"]["class"], "network");
    assert!(world.read("ca-cert.pem").starts_with(&seed.pem()));
    world.run(["wait", "--timeout", "10s"]).success();
}

#[test]
fn setup_uses_no_seed_when_the_deployment_refuses() {
    let world = World::new();
    let seed = world.temp.path().join("seed.pem");
    fs::write(&seed, TestCa::new("seed").pem()).unwrap();
    for (answer, code) in [
        (Answer::NOT_LICENSED, 14),
        (Answer::NOT_ENABLED, 15),
        (Answer::LOGIN_PAGE, 16),
        (Answer::Pem(TestCa::expired("old").pem()), 17),
    ] {
        world.coder.set_answer(answer);
        let mut command = world.command(["setup", "--timeout", "200ms", "--ca-seed-file"]);
        command.arg(&seed);
        run(command).exited(code);
        assert!(!world.cert_path().exists());
    }
}

#[test]
fn setup_warns_about_a_seed_that_cannot_be_used() {
    let port = RefusedPort::take();
    let world = World::set_up();
    for seed in [TestCa::expired("seed").pem(), "nonsense".to_owned()] {
        let mut command = world.command(["setup", "--timeout", "200ms"]);
        command.env("AIBRIDGE_ACCESS_URL", port.url()).env("AIBRIDGE_CA_SEED", seed);
        let finished = run(command).exited(11);
        assert!(finished.stderr.contains("the seed certificate cannot be used"));
        assert_eq!(world.outcome(), "stale");
        assert_eq!(world.read("ca-cert.pem"), world.ca.pem());
    }
}

#[test]
fn prebuild_ends_deferred_with_exit_0_on_every_failure() {
    let mut world = World::new();
    world.coder.set_answer(Answer::NO_TOKEN);
    let finished = world.run(["setup", "--prebuild"]).success();
    assert!(finished.stdout.starts_with("AI Bridge Proxy setup put off"), "{}", finished.stdout);
    assert_eq!(finished.stderr, "", "nothing red in the dashboard");
    assert_eq!(world.outcome(), "deferred");
    assert_eq!(world.status()["error"]["exit_code"], 13);
    assert_eq!(world.unit().as_deref(), Some("completed"));
    world.run(["wait", "--timeout", "10s"]).success();
    let mut command = world.command(["setup", "--prebuild"]);
    command.env("AIBRIDGE_SESSION_TOKEN", "");
    run(command).success();
    let mut command = world.command(["setup", "--prebuild", "--cert-path", "/proc/none/ca.pem"]);
    command.env_remove("AIBRIDGE_CERT_PATH");
    run(command).success();
    world.run(["setup", "--prebuild", "--from-the-future"]).success();
    // The claim: a new agent start, the owner's token, the same script without the flag.
    world.agent.restart();
    world.coder.set_answer(Answer::Certificate);
    world.run(["setup"]).success();
    assert_eq!(world.outcome(), "ok");
    assert_eq!(world.unit().as_deref(), Some("completed"));
}

#[test]
fn setup_refuses_the_folder_of_another_instance() {
    let world = World::set_up();
    let before = world.read("status.json");
    let other = world.folder().join("other.pem");
    let mut command = world.command(["setup", "--sync-unit", UNIT, "--cert-path"]);
    command.arg(&other);
    let finished = run(command).exited(10);
    assert!(finished.stdout.contains("this folder belongs to the instance with certificate"));
    world.run(["setup", "--sync-unit", "another"]).exited(10);
    // The other instance's files are as they were, and its own waiters are released.
    assert_eq!(world.read("status.json"), before);
    assert!(!other.exists());
    assert_eq!(world.agent.state("another").as_deref(), Some("completed"));
}

#[test]
fn setup_replaces_stored_settings_that_cannot_be_read() {
    let world = World::set_up();
    let whole = world.read("settings.json");
    fs::write(world.folder().join("settings.json"), &whole[..20]).unwrap();
    let finished = world.run(["setup"]).success();
    assert!(finished.stderr.contains("is not the JSON that `setup` writes"), "{}", finished.stderr);
    assert_eq!(world.read("settings.json"), whole);
}

#[test]
fn failed_setup_writes_a_removed_bundle_again() {
    let world = World::set_up();
    let bundle = world.read("ca-bundle.pem");
    fs::remove_file(world.bundle_path()).unwrap();
    world.coder.set_answer(Answer::NOT_ENABLED);
    world.run(["setup"]).exited(15);
    assert_eq!(world.read("ca-bundle.pem"), bundle);
}

#[test]
fn setup_never_fails_over_the_socket_unless_it_is_required() {
    let garbled = [
        Fault::CloseOnAccept,
        Fault::CloseMidFrame,
        Fault::Garbage,
        Fault::Oversized,
        Fault::ManagerUnavailable,
        Fault::Error("cycle detected".to_owned()),
    ];
    for fault in garbled {
        let world = World::new();
        world.agent.set_fault(fault.clone());
        let finished = world.run(["setup"]).success();
        assert!(finished.stderr.contains("no coordination"), "{fault:?}: {}", finished.stderr);
        assert_eq!(world.outcome(), "ok", "{fault:?}");
        assert_eq!(world.run(["setup", "--sync", "required"]).code, Some(19), "{fault:?}");
    }
}

#[test]
fn second_setup_waits_for_the_lock_of_the_first() {
    let world = World::new();
    let gate = fakes::gate::Gate::new();
    world.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    let first = world.spawn(["setup"]);
    gate.wait_arrivals(1);
    // The second one finds the lock held, and ends by its own deadline.
    let second = world.run(["setup", "--timeout", "100ms"]).exited(11);
    let lock = world.folder().join("AIBRIDGE").display().to_string();
    let held = format!("held the lock `{lock}` for 100ms");
    assert!(second.stdout.contains("another process"), "{}", second.stdout);
    assert!(second.stdout.contains(&held), "{}", second.stdout);
    assert!(second.stderr.contains("wait for its end"), "{}", second.stderr);
    assert_eq!(world.outcome(), "running");
    gate.open();
    first.wait().success();
    assert_eq!(world.outcome(), "ok");
}

#[test]
fn setup_with_empty_flags_forgets_stored_settings() {
    let world = World::new();
    let extra = world.temp.path().join("extra.pem");
    let other = TestCa::new("company root");
    fs::write(&extra, other.pem()).unwrap();
    let mut first = world.command(["setup", "--no-proxy", "git.internal", "--ca-pin-sha256"]);
    first.arg(world.ca.sha256()).arg("--extra-ca-file").arg(&extra);
    run(first).success();
    assert!(world.read("ca-bundle.pem").contains(&other.pem()));
    let stored = world.read("settings.json");
    assert!(stored.contains("git.internal") && stored.contains(&world.ca.sha256()), "{stored}");

    let flags = ["--no-proxy", "", "--ca-pin-sha256", "", "--extra-ca-file", ""];
    let paths = ["--ca-seed-file", "", "--session-token-file", "", "--socket-path", ""];
    world.run(["setup"].into_iter().chain(flags).chain(paths)).success();
    assert!(!world.read("ca-bundle.pem").contains(&other.pem()));
    let stored = world.read("settings.json");
    assert!(!stored.contains("git.internal") && !stored.contains(&world.ca.sha256()), "{stored}");
}
