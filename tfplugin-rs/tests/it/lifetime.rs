//! How the provider process starts and ends: signals, clients that disconnect, aborts.

use std::os::unix::fs::PermissionsExt as _;
use std::pin::pin;

use fakes::plugin_host::COOKIE;
use testkit::process::{Process, Signal};
use tfplugin::value::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::client::Client;
use crate::generated::plugin::Empty;
use crate::generated::tfplugin6::stop_provider;
use crate::instance::{self, assert_silent, configured, create, decode, instance, named};
use crate::running::{Running, command};

/// The test's end of an operation that waits for it.
struct Control {
    listener: UnixListener,
    path: String,
    _folder: tempfile::TempDir,
}

/// An operation that has announced itself.
struct Waiting(BufReader<UnixStream>);

impl Control {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("socket").to_str().expect("UTF-8").to_owned();
        let listener = UnixListener::bind(&path).expect("a socket");
        Self { listener, path, _folder: folder }
    }

    fn config(&self, name: &str) -> Value {
        instance([("name", Value::from(name)), ("socket", Value::from(self.path.as_str()))])
    }

    /// Sends a create, until it has announced itself.
    async fn create_in_flight<A>(&self, create: &mut (impl Future<Output = A> + Unpin)) -> Waiting {
        tokio::select! {
            _ = create => panic!("the create waits for the test"),
            waiting = self.operation("create") => waiting,
        }
    }

    async fn operation(&self, name: &str) -> Waiting {
        let (stream, _) = self.listener.accept().await.expect("an operation");
        let mut waiting = Waiting(BufReader::new(stream));
        waiting.expect_line(name).await;
        waiting
    }
}

impl Waiting {
    async fn expect_line(&mut self, expected: &str) {
        let mut line = String::new();
        self.0.read_line(&mut line).await.expect("a line");
        assert_eq!(line.trim_end(), expected);
    }

    /// Lets it end.
    async fn go(mut self) {
        self.0.write_all(b"go\n").await.expect("the operation waits");
        self.expect_line("done").await;
    }
}

async fn stop(client: &Client) {
    let answer: stop_provider::Response =
        client.provider("StopProvider", &stop_provider::Request {}).await;
    assert_eq!(answer.error, "");
}

#[tokio::test]
async fn create_that_is_interrupted_by_signals_returns_its_object() {
    for signal in [Signal::INT, Signal::TERM] {
        let (sample, client) = configured().await;
        let control = Control::new();
        let config = control.config("one");
        let user = async {
            let mut create = control.operation("create").await;
            // Twice, as a practitioner who is impatient does.
            sample.process.signal_group(signal);
            sample.process.signal_group(signal);
            stop(&client).await;
            create.expect_line("stopped").await;
            create.go().await;
        };
        let (created, ()) = tokio::join!(create(&client, &config), user);
        assert_silent(&created.diagnostics);
        let Value::Object(state) = decode(created.new_state) else { panic!("an object") };
        assert_eq!(state["id"], Value::from("instance-one"), "{signal:?}");
        // A stop ends no service: clean-up may follow.
        assert_silent(&create(&client, &named("afterwards")).await.diagnostics);
        sample.shut_down(client).await;
    }
}

/// HTTP/2 servers are wont to allow 100 or 200 calls at a time, and a stop that
/// queues behind them comes too late.
#[tokio::test]
async fn stop_reaches_two_hundred_and_fifty_creates_in_flight() {
    const CREATES: usize = 250;
    let (sample, client) = configured().await;
    let control = Control::new();
    let config = control.config("one");
    let planned = instance::plan(&client, &Value::Null, &config).await;
    let creates = (0..CREATES).map(|_| instance::apply(&client, &Value::Null, &planned, &config));
    let user = async {
        let mut waiting = Vec::new();
        for _ in 0..CREATES {
            waiting.push(control.operation("create").await);
        }
        stop(&client).await;
        for mut create in waiting {
            create.expect_line("stopped").await;
            create.go().await;
        }
    };
    let (created, ()) = tokio::join!(futures_util::future::join_all(creates), user);
    for created in created {
        assert_silent(&created.diagnostics);
    }
    sample.shut_down(client).await;
}

#[tokio::test]
async fn signal_right_after_the_handshake_line_does_not_end_the_provider() {
    for signal in [Signal::INT, Signal::TERM] {
        let sample = Running::start().await;
        sample.process.signal_group(signal);
        let client = sample.connect().await;
        instance::configure(&client).await;
        sample.shut_down(client).await;
    }
}

#[tokio::test]
async fn create_ends_although_its_client_has_disconnected() {
    let (sample, client) = configured().await;
    let control = Control::new();
    let config = control.config("one");
    let mut waiting = control.create_in_flight(&mut pin!(create(&client, &config))).await;
    drop(client);
    waiting.expect_line("stopped").await;
    assert!(sample.process.is_running());
    waiting.go().await;
    sample.finished().await;
}

#[tokio::test]
async fn idle_provider_exits_when_its_client_disconnects() {
    let (sample, client) = configured().await;
    drop(client);
    sample.finished().await;
}

#[tokio::test]
async fn shutdown_does_not_wait_for_a_create_that_never_ends() {
    let (sample, client) = configured().await;
    let control = Control::new();
    let config = control.config("one");
    let mut create = pin!(create(&client, &config));
    let waiting = control.create_in_flight(&mut create).await;
    let Empty {} =
        client.call("plugin.GRPCController/Shutdown", &Empty {}).await.expect("an answer");
    // The create never gets its `go`.
    sample.finished().await;
    drop(waiting);
}

#[tokio::test]
async fn process_that_aborts_leaves_a_crash_report() {
    let (sample, client) = configured().await;
    let config = instance([("name", Value::from("x")), ("fault", Value::from("abort"))]);
    let planned = instance::plan(&client, &Value::Null, &config).await;
    let request = crate::generated::tfplugin6::apply_resource_change::Request {
        type_name: instance::INSTANCE.to_owned(),
        planned_state: planned.planned_state,
        config: instance::encode(&config),
        ..Default::default()
    };
    let broken: Result<crate::generated::tfplugin6::apply_resource_change::Response, _> =
        client.call("tfplugin6.Provider/ApplyResourceChange", &request).await;
    assert!(broken.is_err());
    let finished = sample.process.wait_async().await;
    assert_ne!(finished.code, Some(0));
    let report = finished.stderr.lines().find(|line| line.starts_with("panic: "));
    assert_eq!(report, Some("panic: panic in a destructor during cleanup"), "{}", finished.stderr);
}

#[tokio::test]
async fn debug_mode_serves_every_client_until_it_is_interrupted() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = command(folder.path());
        command.arg("--debug");
        let process = Process::spawn(command);
        let line = process.wait_line_async("TF_REATTACH_PROVIDERS=").await;
        let json =
            line.strip_prefix("TF_REATTACH_PROVIDERS='").and_then(|line| line.strip_suffix('\''));
        let config: serde_json::Value =
            serde_json::from_str(json.expect("quoted JSON")).expect("JSON");
        // OpenTofu names the same provider by its own registry.
        assert_eq!(
            config["registry.opentofu.org/aibridge-rs/sample"],
            config["registry.terraform.io/aibridge-rs/sample"]
        );
        let config = &config["registry.terraform.io/aibridge-rs/sample"];
        assert_eq!(config["Protocol"], "grpc");
        assert_eq!(config["ProtocolVersion"], 6);
        assert_eq!(config["Pid"], process.id());
        assert_eq!(config["Test"], true);
        assert_eq!(config["Addr"]["Network"], "unix");
        let path = config["Addr"]["String"].as_str().expect("a path");

        let attach = async || {
            let stream = UnixStream::connect(path).await.expect("a socket");
            Client::open(stream).await.expect("HTTP/2")
        };
        // One after the other and beside each other; none ends the process,
        // and a stop ends with the run that sent it.
        for _ in 0..2 {
            let first = attach().await;
            let second = attach().await;
            instance::configure(&first).await;
            instance::configure(&second).await;
            stop(&first).await;
            let Empty {} =
                first.call("plugin.GRPCController/Shutdown", &Empty {}).await.expect("an answer");
            assert_silent(&create(&second, &named("x")).await.diagnostics);
        }
        let third = attach().await;
        instance::configure(&third).await;
        process.signal(signal);
        process.wait_async().await.exited(0);
        assert!(std::fs::read_dir(folder.path()).expect("still there").next().is_none());
    }
}

#[test]
fn provider_prints_its_version_and_refuses_unknown_arguments() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut version = command(folder.path());
    version.arg("--version");
    assert_eq!(
        testkit::process::run(version).success().stdout,
        "terraform-provider-sample 1.2.3\n"
    );
    let mut unknown = command(folder.path());
    unknown.args(["--verbose"]).envs([COOKIE]);
    let finished = testkit::process::run(unknown).exited(2);
    assert_eq!(finished.stdout, "");
    assert!(finished.stderr.contains("unknown argument `--verbose`"), "{}", finished.stderr);
}

/// A start that fails prints one line that Terraform shows, and nothing that
/// it could take for a handshake.
#[track_caller]
fn check_failed_start(temporary: &std::path::Path, variables: &[(&str, &str)], reason: &str) {
    let mut command = command(temporary);
    command.envs([COOKIE]).envs(variables.iter().copied());
    let finished = testkit::process::run(command).exited(1);
    assert_eq!(finished.stdout.lines().count(), 1, "{}", finished.stdout);
    assert!(finished.stdout.split('|').count() < 4, "{}", finished.stdout);
    let start = "registry.terraform.io/aibridge-rs/sample cannot start: ";
    assert!(finished.stdout.starts_with(start), "{}", finished.stdout);
    assert!(finished.stdout.contains(reason), "{}", finished.stdout);
}

#[test]
fn provider_that_cannot_start_prints_one_line_with_the_cause() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let absent = folder.path().join("absent");
    check_failed_start(&absent, &[], "cannot make a folder for the plugin socket");
    check_failed_start(&absent, &[], "(set TMPDIR to a folder that is writable and not full)");

    let read_only = folder.path().join("read-only");
    std::fs::create_dir(&read_only).expect("a folder");
    std::fs::set_permissions(&read_only, std::fs::Permissions::from_mode(0o500)).expect("its mode");
    // Root may write in spite of the mode.
    if tempfile::tempdir_in(&read_only).is_err() {
        check_failed_start(&read_only, &[], "cannot make a folder for the plugin socket");
    }

    let long = folder.path().join("x".repeat(120));
    std::fs::create_dir(&long).expect("a folder");
    check_failed_start(&long, &[], "the system allows 107");
    check_failed_start(&long, &[], "(set TMPDIR to a folder with a shorter path)");

    let bars = folder.path().join("a|b|c|d");
    std::fs::create_dir(&bars).expect("a folder");
    check_failed_start(&bars, &[], "cannot be sent to the client");

    check_failed_start(folder.path(), &[("PLUGIN_CLIENT_CERT", "x")], "not a PEM certificate");
    let group = ("PLUGIN_UNIX_SOCKET_GROUP", "no-such-group");
    check_failed_start(
        folder.path(),
        &[group],
        "cannot open the plugin socket to group `no-such-group`",
    );
}
