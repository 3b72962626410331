//! Every failure of a set-up with its exit code, once without and once with an
//! earlier certificate: the unit is completed, the status records the failure, and
//! an earlier certificate is unchanged.

use std::fs;

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder, RefusedPort};
use fakes::contract::certificate_endpoint::{self, Meaning};
use fakes::gate::Gate;
use testkit::process::run;

use crate::world::{UNIT, World};

/// One failure: the deployment's answer, the arguments and the variables.
pub(crate) struct Failure {
    name: &'static str,
    code: i32,
    class: &'static str,
    /// The text on stdout after "AI Bridge Proxy setup failed: ".
    reason: &'static str,
    answer: Option<Answer>,
    args: &'static [&'static str],
    env: Vec<(&'static str, String)>,
}

impl Failure {
    pub(crate) fn answer(
        name: &'static str,
        code: i32,
        class: &'static str,
        answer: Answer,
    ) -> Self {
        let reason = "unexpected response";
        let answer = Some(answer);
        // The timeout ends the retries.
        let args = &["--timeout", "300ms"];
        Self { name, code, class, reason, answer, args, env: Vec::new() }
    }

    pub(crate) fn env(
        name: &'static str,
        (code, class, reason): (i32, &'static str, &'static str),
        env: &[(&'static str, &str)],
    ) -> Self {
        let env = env.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { name, code, class, reason, answer: None, args: &[], env }
    }

    fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }
}

/// Every answer without a usable certificate.
fn answers() -> Vec<Failure> {
    let all = [contract(), broken_connections(), large_answers(), certificates()];
    all.into_iter().flatten().collect()
}

/// The rows of the endpoint's contract.
fn contract() -> Vec<Failure> {
    let rows = certificate_endpoint::ROWS.iter().filter(|it| it.meaning != Meaning::Accepted);
    let failures = rows.map(|row| {
        let class = row.meaning.class();
        let answer = Answer::Row(*row);
        let failure = Failure::answer(row.name, class.exit_code(), class.word(), answer);
        match row.meaning {
            Meaning::EmptyBody => failure.because("downloaded certificate is empty.\n"),
            Meaning::BadCertificate => failure.because("cannot fetch"),
            _ => failure,
        }
    });
    failures.collect()
}

fn broken_connections() -> Vec<Failure> {
    let broken = |name, answer| {
        Failure::answer(name, 11, "network", answer).because("could not connect to http://")
    };
    vec![
        Failure::answer("429 with a wait", 11, "network", Answer::rate_limited(Some(1))),
        broken("hang", Answer::Hang),
        broken("reset in the body", Answer::ResetInBody),
        broken("closed", Answer::Disconnect),
        broken("cut", Answer::TruncatedBody),
        // Some bytes and then none: the timeout ends the request.
        broken("a byte a second", slow(3)),
    ]
}

fn large_answers() -> Vec<Failure> {
    let other = |name, answer| Failure::answer(name, 16, "not_coder", answer);
    vec![other("5 MB", large()), other("endless", Answer::EndlessBody)]
}

fn certificates() -> Vec<Failure> {
    let [one, two] = ["one", "two"].map(TestCa::new);
    let pem = |name, text: String| {
        Failure::answer(name, 17, "certificate", Answer::Pem(text)).because("cannot fetch")
    };
    vec![
        pem("not a CA", TestCa::not_a_ca("leaf").pem()),
        pem("no basic constraints", TestCa::no_basic_constraints("ca").pem()),
        pem("cannot sign", TestCa::no_cert_sign("ca").pem()),
        pem("expired", TestCa::expired("ca").pem()),
        pem("not yet valid", TestCa::not_yet_valid("ca").pem()),
        pem("two", format!("{}{}", one.pem(), two.pem())),
        pem("key", one.key_pem()),
        pem("certificate and key", format!("{}{}", one.pem(), one.key_pem())),
    ]
}

/// The headers, then this many bytes and no more.
fn slow(bytes: usize) -> Answer {
    let gate = Gate::new();
    gate.let_pass(bytes);
    Answer::Slow(gate)
}

fn large() -> Answer {
    let body = format!("{}{}", "x".repeat(5 << 20), TestCa::new("ca").pem());
    Answer::Raw { status: 200, content_type: "application/x-pem-file", body: body.into() }
}

fn settings() -> Vec<Failure> {
    let fault = |reason| (10, "settings", reason);
    let pin = "00".repeat(32);
    let no_token = fault("`AIBRIDGE_SESSION_TOKEN`: no session token");
    vec![
        Failure::env("token", no_token, &[("AIBRIDGE_SESSION_TOKEN", "")]),
        Failure::env("URL", fault("`AIBRIDGE_ACCESS_URL`"), &[("AIBRIDGE_ACCESS_URL", "coder")]),
        Failure::env("proxy", fault("`AIBRIDGE_PROXY_URL`"), &[("AIBRIDGE_PROXY_URL", "ftp://x")]),
        Failure::env("pin", fault("`AIBRIDGE_CA_PIN_SHA256`"), &[("AIBRIDGE_CA_PIN_SHA256", "x")]),
        Failure::env("timeout", fault("`AIBRIDGE_TIMEOUT`"), &[("AIBRIDGE_TIMEOUT", "soon")]),
        Failure::env("sync", fault("`AIBRIDGE_SYNC`"), &[("AIBRIDGE_SYNC", "perhaps")]),
        Failure::env(
            "blank in token",
            fault("session token: contains characters"),
            &[("AIBRIDGE_SESSION_TOKEN", "two words")],
        ),
        Failure::env(
            "no token file",
            fault("session token file `/nowhere/token` cannot be read"),
            &[("AIBRIDGE_SESSION_TOKEN", ""), ("AIBRIDGE_SESSION_TOKEN_FILE", "/nowhere/token")],
        ),
        Failure::env(
            "no extra CA",
            fault("extra CA file `/nowhere/ca` cannot be read"),
            &[("AIBRIDGE_EXTRA_CA_FILE", "/nowhere/ca")],
        ),
        Failure::env(
            "bad extra CA",
            fault("extra CA file `/etc/hostname`"),
            &[("AIBRIDGE_EXTRA_CA_FILE", "/etc/hostname")],
        ),
        Failure::env(
            "pinned",
            (17, "certificate", "cannot fetch"),
            &[("AIBRIDGE_CA_PIN_SHA256", &pin)],
        ),
    ]
}

/// Runs a set-up that fails, and checks its output, unit, files and status.
#[track_caller]
pub(crate) fn check(world: &World, failure: &Failure) {
    let name = failure.name;
    let had = [world.cert_path(), world.bundle_path()].map(|it| fs::read(it).ok());
    if let Some(answer) = &failure.answer {
        world.coder.set_answer(answer.clone());
    }
    let mut command = world.command(["setup"]);
    command.args(failure.args).envs(failure.env.iter().map(|(name, value)| (*name, value)));
    let finished = run(command);
    assert_eq!(finished.code, Some(failure.code), "{name}: {finished:?}");
    let line = format!("AI Bridge Proxy setup failed: {}", failure.reason);
    assert!(finished.stdout.contains(&line), "{name}: {} has no {line}", finished.stdout);
    assert!(finished.stderr.contains("error: "), "{name}: {}", finished.stderr);
    assert_eq!(world.unit().as_deref(), Some("completed"), "{name}");
    let has = [world.cert_path(), world.bundle_path()].map(|it| fs::read(it).ok());
    assert!(had == has, "{name}: the certificate was changed");
    let status = world.status();
    // An expired certificate, or one that does not fit the pin, is not kept in use.
    let is_good = had[0].is_some() && !failure.env.iter().any(|(_, it)| *it == "00".repeat(32));
    let outcome = if is_good { "stale" } else { "failed" };
    assert_eq!(status["outcome"], outcome, "{name}");
    assert_eq!(status["error"]["class"], failure.class, "{name}");
    assert_eq!(status["error"]["exit_code"], failure.code, "{name}");
    // A dependent gets the result at once.
    let waited = world.run(["wait", "--timeout", "10s"]);
    assert_eq!(waited.code, Some(21), "{name}: {waited:?}");
    world.coder.set_answer(Answer::Certificate);
}

#[test]
fn setup_without_a_certificate_fails_after_every_bad_response() {
    for failure in answers() {
        check(&World::new(), &failure);
    }
}

#[test]
fn setup_keeps_the_last_good_certificate_after_every_bad_response() {
    let world = World::set_up();
    for failure in answers() {
        check(&world, &failure);
    }
}

#[test]
fn setup_without_a_certificate_fails_after_every_wrong_setting() {
    for failure in settings() {
        check(&World::new(), &failure);
    }
}

#[test]
fn setup_keeps_the_last_good_certificate_after_every_wrong_setting() {
    let world = World::set_up();
    for failure in settings() {
        check(&world, &failure);
    }
}

#[test]
fn setup_fails_with_network_when_the_connection_is_refused() {
    let port = RefusedPort::take();
    let reason = "could not connect to http://127.0.0.1:";
    for world in [World::new(), World::set_up()] {
        let url = port.url();
        let url = [("AIBRIDGE_ACCESS_URL", url.as_str()), ("AIBRIDGE_TIMEOUT", "300ms")];
        check(&world, &Failure::env("refused", (11, "network", reason), &url));
    }
}

#[test]
fn setup_trusts_a_deployment_once_its_root_is_an_extra_ca() {
    let web = TestCa::new("web root");
    let coder = FakeCoder::start_tls(&web);
    coder.set_certificate(TestCa::new("AI Bridge CA").pem());
    let world = World::new();
    let env = [("AIBRIDGE_ACCESS_URL", coder.url()), ("AIBRIDGE_SESSION_TOKEN", coder.token())];
    let pairs = env.each_ref().map(|(name, value)| (*name, value.as_str()));
    let reason = "could not connect to https://";
    check(&world, &Failure::env("unknown root", (12, "tls", reason), &pairs));
    let extra = world.temp.path().join("web.pem");
    fs::write(&extra, web.pem()).unwrap();
    let mut command = world.command(["setup", "--extra-ca-file"]);
    command.arg(&extra).envs(env);
    run(command).success();
    assert!(world.read("ca-bundle.pem").contains(web.pem().trim()));
}

#[test]
fn commands_without_a_setup_have_their_exit_codes() {
    let world = World::new();
    world.run(["nonsense"]).exited(2);
    world.run(["wait", "--timeout", "soon"]).exited(10);
    world.run(["wait", "--timeout", "50ms"]).exited(20);
    world.run(["exec", "--", "true"]).exited(21);
    let world = World::set_up();
    world.run(["exec", "--", "no-such-command"]).exited(127);
    world.run(["exec", "--", "/etc"]).exited(126);
    world.run(["exec", "--", "sh", "-c", "exit 7"]).exited(7);
}

#[test]
fn setup_with_an_unknown_flag_completes_the_unit_and_exits_2() {
    let world = World::set_up();
    let line = ["--log-format", "json", "setup", "--from-the-future", "1", "--unit=tool"];
    world.run(line.into_iter().chain(["--cert-path", "/proc/none/ca.pem"])).exited(2);
    assert_eq!(world.agent.state("tool").as_deref(), Some("completed"));
    let finished = world.run(["setup", "--unit", UNIT, "--from-the-future", "1"]).exited(2);
    assert!(finished.stdout.contains("AI Bridge Proxy setup failed: unexpected argument"));
    assert_eq!(world.unit().as_deref(), Some("completed"));
    assert_eq!(world.outcome(), "stale");
    assert_eq!(world.status()["error"]["class"], "usage");
}

#[test]
fn commands_exit_19_when_required_coordination_is_missing() {
    let mut world = World::new();
    world.agent.stop();
    let finished = world.run(["setup", "--sync", "required"]).exited(19);
    assert!(finished.stdout.contains("AI Bridge Proxy setup failed: no coordination"));
    assert_eq!(world.outcome(), "failed");
    assert_eq!(world.status()["error"]["class"], "coordination");
    world.run(["wait", "--sync", "required", "--timeout", "10s"]).exited(19);
    world.run(["sync", "ping"]).exited(19);
    // Coordination that is not required does not fail the set-up.
    let finished = world.run(["setup"]).success();
    assert!(finished.stderr.contains("no coordination over agent socket"), "{}", finished.stderr);
    world.run(["setup", "--sync", "off"]).success();
}
