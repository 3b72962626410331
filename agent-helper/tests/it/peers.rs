//! Deployments that a set-up cannot trust, reach or believe: what needs a
//! server of its own. The answers of one that is Coder are in `exit_codes`.

use fakes::ca::{Leaf, TestCa};
use fakes::coder::{Answer, CERTIFICATE_PATH, FakeCoder};
use testkit::process::run;
use time::{Duration, OffsetDateTime};

use crate::exit_codes::{Failure, check};
use crate::world::{OTHER_USER, World};

const CONNECT: &str = "could not connect to ";

/// Fails against a deployment with this certificate, whose root is known.
#[track_caller]
fn check_tls(name: &'static str, web: &TestCa, leaf: &Leaf, reason: &str) {
    let coder = FakeCoder::start_tls_with(leaf);
    coder.set_certificate(TestCa::new("AI Bridge CA").pem());
    for is_set_up in [false, true] {
        let world = World::new();
        let root = world.temp.path().join("web.pem");
        std::fs::write(&root, web.pem()).unwrap();
        if is_set_up {
            world.run(["setup", "--extra-ca-file", root.to_str().unwrap()]).success();
        }
        let env = [
            ("AIBRIDGE_ACCESS_URL", coder.url()),
            ("AIBRIDGE_EXTRA_CA_FILE", root.to_str().unwrap().to_owned()),
            // Wrong dates are tried again until then.
            ("AIBRIDGE_TIMEOUT", "1s".to_owned()),
        ];
        let env = env.each_ref().map(|(name, value)| (*name, value.as_str()));
        check(&world, &Failure::env(name, (12, "tls", CONNECT), &env));
        let message = world.status()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(reason), "{name}: {message}");
        assert!(coder.requests().is_empty(), "{name}: no token before trust");
    }
}

#[test]
fn setup_fails_with_tls_when_the_deployments_certificate_has_expired() {
    let web = TestCa::new("web root");
    let now = OffsetDateTime::now_utc();
    let ended =
        web.server_cert_between(&["127.0.0.1"], now - Duration::days(9), now - Duration::days(1));
    check_tls("expired", &web, &ended, "expired");
}

#[test]
fn setup_fails_with_tls_when_the_deployments_certificate_is_not_valid_yet() {
    let web = TestCa::new("web root");
    let now = OffsetDateTime::now_utc();
    let early =
        web.server_cert_between(&["127.0.0.1"], now + Duration::days(1), now + Duration::days(9));
    check_tls("not yet valid", &web, &early, "not valid");
}

#[test]
fn setup_fails_with_tls_when_the_deployments_certificate_names_another_host() {
    let web = TestCa::new("web root");
    check_tls("wrong host", &web, &web.leaf("coder.example.com"), "127.0.0.1");
}

#[test]
fn setup_fails_with_tls_when_the_deployments_root_is_unknown() {
    let web = TestCa::new("web root");
    check_tls("unknown root", &TestCa::new("web root"), &web.leaf("127.0.0.1"), "");
}

#[test]
fn setup_fails_with_network_when_the_name_cannot_be_resolved() {
    for world in [World::new(), World::set_up()] {
        let env = [("AIBRIDGE_ACCESS_URL", "http://coder.invalid"), ("AIBRIDGE_TIMEOUT", "500ms")];
        check(
            &world,
            &Failure::env(
                "DNS",
                (11, "network", "could not connect to http://coder.invalid"),
                &env,
            ),
        );
    }
}

#[test]
fn setup_refuses_a_redirect_to_another_origin_and_sends_no_token() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = FakeCoder::start();
        elsewhere.set_certificate(TestCa::new("theirs").pem());
        for world in [World::new(), World::set_up()] {
            let location = format!("{}{CERTIFICATE_PATH}", elsewhere.url());
            let answer = Answer::Redirect { status, location };
            check(&world, &Failure::answer("cross-origin", 16, "not_coder", answer));
        }
        assert!(elsewhere.requests().is_empty(), "{status}");
    }
}

#[test]
fn setup_honours_retry_after_within_its_timeout() {
    let world = World::new();
    world.coder.script(vec![Answer::rate_limited(Some(1)), Answer::Certificate]);
    let before = std::time::Instant::now();
    world.run(["setup"]).success();
    assert!(before.elapsed() >= std::time::Duration::from_millis(900), "{:?}", before.elapsed());
    assert_eq!(world.outcome(), "ok");
    // A wait beyond the timeout is not begun.
    let world = World::set_up();
    world.coder.set_answer(Answer::rate_limited(Some(3600)));
    let before = std::time::Instant::now();
    world.run(["setup", "--timeout", "30s"]).exited(11);
    assert!(before.elapsed() < std::time::Duration::from_secs(20), "{:?}", before.elapsed());
    assert_eq!(world.outcome(), "stale");
}

#[test]
fn setup_retries_until_a_late_deployment_answers() {
    let world = World::new();
    let late = Answer::NOT_MOUNTED;
    world.coder.script(vec![late.clone(), late, Answer::Certificate]);
    world.run(["setup"]).success();
    assert_eq!(world.coder.certificate_requests().len(), 3);
}

#[test]
fn setup_goes_on_when_the_socket_belongs_to_another_user() {
    let world = World::new();
    let theirs = world.temp.path().join("theirs");
    let setup = |sync: &str| {
        let mut command = world.command_of_other_user(["setup", "--sync", sync])?;
        command.env("AIBRIDGE_CERT_PATH", theirs.join("ai/ca-cert.pem"));
        std::fs::create_dir_all(&theirs).unwrap();
        std::os::unix::fs::chown(&theirs, Some(OTHER_USER), Some(OTHER_USER)).unwrap();
        Some(run(command))
    };
    let Some(finished) = setup("auto") else { return };
    let finished = finished.success();
    assert!(
        finished.stderr.contains("permission to open the agent socket is denied"),
        "{}",
        finished.stderr
    );
    assert!(theirs.join("ai/ca-cert.pem").exists());
    setup("required").unwrap().exited(19);
    assert!(world.agent.calls().is_empty());
}
