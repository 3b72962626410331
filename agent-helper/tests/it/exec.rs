//! A tool behind the proxy: its variables, its signals and its exit code.

use std::fs;

use fakes::coder::Answer;
use fakes::gate::Gate;
use rustix::process::Signal;
use testkit::process::run;

use crate::world::{UNIT, World, script};

#[test]
fn exec_sets_variables_for_the_process_tree_only() {
    let world = World::set_up();
    for flags in [&["exec"][..], &["exec", "--wait"], &["exec", "--as", "tool"]] {
        let mut command =
            world.command(flags.iter().copied().chain(["--", "sh", "-c", "env | sort"]));
        command
            .env("NO_PROXY", "inner.example,localhost")
            .env("OTHER", "kept")
            .env("HTTP_PROXY", "x");
        let printed = run(command).success().stdout;
        let get = |name: &str| {
            printed
                .lines()
                .find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
                .map(str::to_owned)
        };
        let proxy = format!("http://coder:{}@proxy.example:8888", world.coder.token());
        let bundle = world.bundle_path().display().to_string();
        let cert = world.cert_path().display().to_string();
        for name in ["HTTPS_PROXY", "https_proxy"] {
            assert_eq!(get(name).as_ref(), Some(&proxy), "{flags:?}");
        }
        for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"] {
            assert_eq!(get(name).as_ref(), Some(&bundle), "{name}");
        }
        assert_eq!(get("NODE_EXTRA_CA_CERTS"), Some(cert));
        let excluded = "inner.example,localhost,127.0.0.1,::1";
        assert_eq!(get("NO_PROXY").as_deref(), Some(excluded));
        assert_eq!(get("no_proxy"), get("NO_PROXY"));
        assert_eq!(get("AIBRIDGE_SESSION_TOKEN"), None);
        assert_eq!(get("OTHER").as_deref(), Some("kept"));
        assert_eq!(get("HTTP_PROXY").as_deref(), Some("x"), "not ours to touch");
        assert_eq!(get("ALL_PROXY"), None);
    }
}

#[test]
fn exec_exits_21_without_certificate_and_bundle() {
    for missing in ["ca-cert.pem", "ca-bundle.pem"] {
        let world = World::set_up();
        fs::remove_file(world.folder().join(missing)).unwrap();
        let mark = world.temp.path().join("ran");
        for flags in [&["exec"][..], &["exec", "--wait"], &["exec", "--as", "tool"]] {
            let mut command = world.command(flags.iter().copied().chain(["--", "touch"]));
            command.arg(&mark);
            let finished = run(command).exited(21);
            assert!(finished.stderr.contains(missing), "{}", finished.stderr);
            assert!(!mark.exists());
        }
        assert_eq!(world.agent.state("tool").as_deref(), Some("completed"), "no dependent hangs");
    }
}

#[test]
fn exec_runs_nothing_when_a_setting_is_missing() {
    let world = World::set_up();
    let mut command = world.command(["exec", "--", "true"]);
    command.env("AIBRIDGE_SESSION_TOKEN", "");
    let finished = run(command).exited(10);
    assert!(finished.stderr.contains("no session token"), "{}", finished.stderr);
}

#[test]
fn exec_replaces_its_process_with_the_command() {
    let world = World::set_up();
    let process = world.spawn(["exec", "--", "sh", "-c", "echo $$"]);
    let id = process.id();
    assert_eq!(process.wait().success().stdout, format!("{id}\n"));
}

#[test]
fn exec_ends_with_the_commands_code_or_signal() {
    let world = World::set_up();
    for flags in [&["exec"][..], &["exec", "--as", "tool"]] {
        let run = |text| world.run(flags.iter().copied().chain(["--", "sh", "-c", text]));
        assert_eq!(run("exit 0").code, Some(0));
        assert_eq!(run("exit 42").code, Some(42));
        let killed = run("kill -KILL $$");
        assert!(killed.signal == Some(9) || killed.code == Some(137), "{killed:?}");
        let nowhere = world.run(flags.iter().copied().chain(["--", "./nowhere"]));
        assert_eq!(nowhere.code, Some(127));
    }
}

#[test]
fn exec_as_completes_its_unit_when_the_command_ends() {
    let world = World::set_up();
    let process =
        world.spawn(["exec", "--wait", "--as", "tool", "--", "sh", "-c", "echo up; cat <&3", "x"]);
    let finished = process.wait();
    assert_ne!(finished.code, Some(0), "there is no descriptor 3 to read");
    assert_eq!(world.agent.state("tool").as_deref(), Some("completed"));
    let calls = world.agent.calls();
    let of_tool: Vec<&str> = calls
        .iter()
        .filter(|(_, unit)| unit == "tool")
        .map(|(method, _)| method.as_str())
        .collect();
    assert_eq!(of_tool, ["SyncWant", "SyncStatus", "SyncStart", "SyncComplete"]);
}

#[test]
fn exec_passes_signals_on_and_completes_its_unit() {
    let world = World::set_up();
    for (signal, code) in
        [(Signal::TERM, 15), (Signal::INT, 2), (Signal::HUP, 1), (Signal::USR1, 10)]
    {
        let tool = script(
            world.temp.path(),
            "tool",
            "for it in TERM INT HUP USR1; do trap \"echo got $it; exit 5\" $it; done\n\
             echo up\nwhile :; do read -r line < fifo; done\n",
        );
        make_fifo(&world.temp.path().join("fifo"));
        let mut command = world.command(["exec", "--as", "tool", "--"]);
        command.arg(&tool).current_dir(world.temp.path());
        let process = testkit::process::Process::spawn(command);
        process.wait_line("up");
        assert_eq!(world.agent.state("tool").as_deref(), Some("started"), "{code}");
        process.signal(signal);
        let finished = process.wait().exited(5);
        assert!(finished.stdout.contains("got "), "{}", finished.stdout);
        assert_eq!(world.agent.state("tool").as_deref(), Some("completed"));
        world.agent.with_units(|it| it.start("tool").unwrap());
    }
}

/// Makes a FIFO, instead of one that may be there.
fn make_fifo(path: &std::path::Path) {
    drop(fs::remove_file(path));
    let kind = rustix::fs::FileType::Fifo;
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, path, kind, mode, 0).unwrap();
}

#[test]
fn exec_as_fails_when_the_agent_goes_away_only_if_it_is_required() {
    for (mode, code) in [("auto", 0), ("required", 19)] {
        let mut world = World::set_up();
        let fifo = world.temp.path().join("fifo");
        make_fifo(&fifo);
        let args = ["exec", "--sync", mode, "--as", "tool", "--", "sh", "-c", "echo up; cat fifo"];
        let mut command = world.command(args);
        command.current_dir(world.temp.path());
        let process = testkit::process::Process::spawn(command);
        process.wait_line("up");
        world.agent.stop();
        fs::write(&fifo, "done").unwrap();
        process.wait().exited(code);
    }
}

#[test]
fn exec_wait_uses_the_settings_that_setup_has_stored() {
    let world = World::new();
    let gate = Gate::new();
    world.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    // The tool knows neither proxy nor deployment; the set-up will have stored both.
    let mut command = world.command(["exec", "--wait", "--", "sh", "-c", "echo $HTTPS_PROXY"]);
    command.env_remove("AIBRIDGE_PROXY_URL").env_remove("AIBRIDGE_ACCESS_URL");
    let tool = testkit::process::Process::spawn(command);
    world.agent.wait_for("a question", |it| !it.calls.is_empty());
    let setup = world.spawn(["setup"]);
    gate.wait_arrivals(1);
    gate.open();
    setup.wait().success();
    assert!(tool.wait().success().stdout.contains("@proxy.example:8888"));
}

#[test]
fn exec_wait_runs_nothing_after_a_failed_setup_and_completes_its_unit() {
    let world = World::set_up();
    world.coder.set_answer(Answer::NOT_ENABLED);
    world.run(["setup"]).exited(15);
    let mark = world.temp.path().join("ran");
    let mut command = world.command(["exec", "--wait", "--as", "tool", "--", "touch"]);
    command.arg(&mark);
    run(command).exited(21);
    assert!(!mark.exists());
    assert_eq!(world.agent.state("tool").as_deref(), Some("completed"));
    assert_eq!(world.unit().as_deref(), Some("completed"), "{UNIT}");
    // Without waiting, the command runs with the stale certificate.
    world.run(["exec", "--", "true"]).success();
}

#[test]
fn exec_wait_that_gets_a_signal_completes_its_unit() {
    let world = World::new();
    let process = world.spawn(["exec", "--wait", "--as", "tool", "--", "true"]);
    world.agent.wait_state("tool", "pending");
    process.signal(Signal::TERM);
    process.wait().exited(143);
    assert_eq!(world.agent.state("tool").as_deref(), Some("completed"));
}

#[test]
fn exec_leaves_ignored_signals_ignored_in_the_command() {
    let world = World::set_up();
    for flags in [&["exec"][..], &["exec", "--wait"], &["exec", "--as", "tool"]] {
        let tool = ["--", "grep", "SigIgn", "/proc/self/status"];
        let printed =
            run(world.command_ignoring("HUP INT", flags.iter().copied().chain(tool))).success();
        let set = printed.stdout.trim().rsplit('\t').next().unwrap();
        // The lowest bit is SIGHUP's, then come SIGINT's and SIGQUIT's.
        assert_eq!(u64::from_str_radix(set, 16).unwrap() & 0b111, 0b011, "{flags:?}: {set}");
    }
    assert_eq!(world.agent.state("tool").as_deref(), Some("completed"));
}
