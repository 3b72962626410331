//! A tool behind the proxy: what it gets, what it keeps, how it ends.

use std::fs;

use fakes::coder::Answer;
use fakes::gate::Gate;
use rustix::process::Signal;
use testkit::process::run;

use crate::stage::{Stage, UNIT, script};

#[test]
fn the_variables_are_there_for_the_process_tree_only() {
    let stage = Stage::set_up();
    for flags in [&["exec"][..], &["exec", "--wait"], &["exec", "--as", "tool"]] {
        let mut command =
            stage.command(flags.iter().copied().chain(["--", "sh", "-c", "env | sort"]));
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
        let proxy = format!("http://coder:{}@proxy.example:8888", stage.coder.token());
        let bundle = stage.bundle_path().display().to_string();
        let cert = stage.cert_path().display().to_string();
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
fn without_certificate_and_bundle_nothing_runs() {
    for missing in ["ca-cert.pem", "ca-bundle.pem"] {
        let stage = Stage::set_up();
        fs::remove_file(stage.folder().join(missing)).unwrap();
        let mark = stage.temp.path().join("ran");
        for flags in [&["exec"][..], &["exec", "--wait"], &["exec", "--as", "tool"]] {
            let mut command = stage.command(flags.iter().copied().chain(["--", "touch"]));
            command.arg(&mark);
            let finished = run(command).exited(21);
            assert!(finished.stderr.contains(missing), "{}", finished.stderr);
            assert!(!mark.exists());
        }
        assert_eq!(stage.agent.state("tool").as_deref(), Some("completed"), "nobody hangs");
    }
}

#[test]
fn settings_that_lack_something_run_nothing() {
    let stage = Stage::set_up();
    let mut command = stage.command(["exec", "--", "true"]);
    command.env("AIBRIDGE_SESSION_TOKEN", "");
    let finished = run(command).exited(10);
    assert!(finished.stderr.contains("no session token"), "{}", finished.stderr);
}

#[test]
fn the_process_becomes_the_command() {
    let stage = Stage::set_up();
    let process = stage.spawn(["exec", "--", "sh", "-c", "echo $$"]);
    let id = process.id();
    assert_eq!(process.wait().success().stdout, format!("{id}\n"));
}

#[test]
fn codes_and_signals_of_the_command_are_ours() {
    let stage = Stage::set_up();
    for flags in [&["exec"][..], &["exec", "--as", "tool"]] {
        let run = |text| stage.run(flags.iter().copied().chain(["--", "sh", "-c", text]));
        assert_eq!(run("exit 0").code, Some(0));
        assert_eq!(run("exit 42").code, Some(42));
        let killed = run("kill -KILL $$");
        assert!(killed.signal == Some(9) || killed.code == Some(137), "{killed:?}");
        let nowhere = stage.run(flags.iter().copied().chain(["--", "./nowhere"]));
        assert_eq!(nowhere.code, Some(127));
    }
}

#[test]
fn a_unit_lasts_as_long_as_the_command() {
    let stage = Stage::set_up();
    let process =
        stage.spawn(["exec", "--wait", "--as", "tool", "--", "sh", "-c", "echo up; cat <&3", "x"]);
    let finished = process.wait();
    assert_ne!(finished.code, Some(0), "there is no descriptor 3 to read");
    assert_eq!(stage.agent.state("tool").as_deref(), Some("completed"));
    let calls = stage.agent.calls();
    let of_tool: Vec<&str> = calls
        .iter()
        .filter(|(_, unit)| unit == "tool")
        .map(|(method, _)| method.as_str())
        .collect();
    assert_eq!(of_tool, ["SyncWant", "SyncStatus", "SyncStart", "SyncComplete"]);
}

#[test]
fn signals_are_passed_on_and_the_unit_is_completed() {
    let stage = Stage::set_up();
    for (signal, code) in
        [(Signal::TERM, 15), (Signal::INT, 2), (Signal::HUP, 1), (Signal::USR1, 10)]
    {
        let tool = script(
            stage.temp.path(),
            "tool",
            "for it in TERM INT HUP USR1; do trap \"echo got $it; exit 5\" $it; done\n\
             echo up\nwhile :; do read -r line < fifo; done\n",
        );
        make_fifo(&stage.temp.path().join("fifo"));
        let mut command = stage.command(["exec", "--as", "tool", "--"]);
        command.arg(&tool).current_dir(stage.temp.path());
        let process = testkit::process::Process::spawn(command);
        process.wait_line("up");
        assert_eq!(stage.agent.state("tool").as_deref(), Some("started"), "{code}");
        process.signal(signal);
        let finished = process.wait().exited(5);
        assert!(finished.stdout.contains("got "), "{}", finished.stdout);
        assert_eq!(stage.agent.state("tool").as_deref(), Some("completed"));
        stage.agent.with_units(|it| it.start("tool").unwrap());
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
fn an_agent_that_goes_away_matters_only_if_it_is_required() {
    for (mode, code) in [("auto", 0), ("required", 19)] {
        let mut stage = Stage::set_up();
        let fifo = stage.temp.path().join("fifo");
        make_fifo(&fifo);
        let args = ["exec", "--sync", mode, "--as", "tool", "--", "sh", "-c", "echo up; cat fifo"];
        let mut command = stage.command(args);
        command.current_dir(stage.temp.path());
        let process = testkit::process::Process::spawn(command);
        process.wait_line("up");
        stage.agent.stop();
        fs::write(&fifo, "done").unwrap();
        process.wait().exited(code);
    }
}

#[test]
fn it_waits_for_the_set_up_and_reads_what_that_stored() {
    let stage = Stage::new();
    let gate = Gate::new();
    stage.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    // The tool knows neither proxy nor deployment; the set-up will have stored both.
    let mut command = stage.command(["exec", "--wait", "--", "sh", "-c", "echo $HTTPS_PROXY"]);
    command.env_remove("AIBRIDGE_PROXY_URL").env_remove("AIBRIDGE_ACCESS_URL");
    let tool = testkit::process::Process::spawn(command);
    stage.agent.wait_for("a question", |it| !it.calls.is_empty());
    let setup = stage.spawn(["setup"]);
    gate.wait_arrivals(1);
    gate.open();
    setup.wait().success();
    assert!(tool.wait().success().stdout.contains("@proxy.example:8888"));
}

#[test]
fn a_failed_set_up_runs_nothing_and_releases_the_dependents() {
    let stage = Stage::set_up();
    stage.coder.set_answer(Answer::NOT_ENABLED);
    stage.run(["setup"]).exited(15);
    let mark = stage.temp.path().join("ran");
    let mut command = stage.command(["exec", "--wait", "--as", "tool", "--", "touch"]);
    command.arg(&mark);
    run(command).exited(21);
    assert!(!mark.exists());
    assert_eq!(stage.agent.state("tool").as_deref(), Some("completed"));
    assert_eq!(stage.unit().as_deref(), Some("completed"), "{UNIT}");
    // Without waiting, the stale certificate is good enough to try.
    stage.run(["exec", "--", "true"]).success();
}

#[test]
fn a_wait_that_is_interrupted_completes_the_unit() {
    let stage = Stage::new();
    let process = stage.spawn(["exec", "--wait", "--as", "tool", "--", "true"]);
    stage.agent.wait_state("tool", "pending");
    process.signal(Signal::TERM);
    process.wait().exited(143);
    assert_eq!(stage.agent.state("tool").as_deref(), Some("completed"));
}

#[test]
fn what_was_ignored_stays_ignored_in_the_command() {
    let stage = Stage::set_up();
    for flags in [&["exec"][..], &["exec", "--wait"], &["exec", "--as", "tool"]] {
        let tool = ["--", "grep", "SigIgn", "/proc/self/status"];
        let printed = run(stage.deaf("HUP INT", flags.iter().copied().chain(tool))).success();
        let set = printed.stdout.trim().rsplit('\t').next().unwrap();
        // The lowest bit is SIGHUP's, then come SIGINT's and SIGQUIT's.
        assert_eq!(u64::from_str_radix(set, 16).unwrap() & 0b111, 0b011, "{flags:?}: {set}");
    }
    assert_eq!(stage.agent.state("tool").as_deref(), Some("completed"));
}
