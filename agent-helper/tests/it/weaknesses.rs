//! The faults of the bash script that this program replaces, one test for each.
//! Some of these tests are in other files: links and foreign
//! folders in `files`, interrupted writes in `signals`, refused certificates in
//! `exit_codes`, rotation in `refresh`.

use std::fs;

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder, Routes};
use testkit::process::run;

use crate::world::{PROXY_URL, UNIT, World};

#[test]
fn setup_ignores_variables_with_generic_names() {
    let world = World::new();
    let elsewhere = FakeCoder::start();
    let other_path = world.temp.path().join("elsewhere.pem");
    let mut command = world.command(["setup"]);
    command.env("ACCESS_URL", elsewhere.url()).env("SESSION_TOKEN", "stolen");
    command.env("CERT_PATH", &other_path).env("PROXY_URL", elsewhere.url());
    run(command).success();
    assert!(elsewhere.requests().is_empty(), "the token goes where the settings say");
    assert!(!other_path.exists());
    assert!(world.cert_path().exists());
    let token = world.coder.certificate_requests()[0].token().map(str::to_owned);
    assert_eq!(token, Some(world.coder.token()));
}

/// Variables that are set for a tool must not decide which server gets the token.
#[test]
fn setup_ignores_trust_variables_of_other_programs() {
    let mut world = World::new();
    let [root, unrelated] = ["Company Root", "Unrelated"].map(TestCa::new);
    world.coder = FakeCoder::start_tls(&root);
    world.coder.set_certificate(world.ca.pem());
    let folder = world.temp.path().join("roots");
    fs::create_dir(&folder).unwrap();
    let [root_file, unrelated_file] =
        [("root.pem", &root), ("unrelated.pem", &unrelated)].map(|(name, ca)| {
            let path = folder.join(name);
            fs::write(&path, ca.pem()).unwrap();
            path
        });
    for (variable, value) in [("SSL_CERT_FILE", &root_file), ("SSL_CERT_DIR", &folder)] {
        let mut command = world.command(["setup", "--timeout", "5s"]);
        command.env(variable, value);
        let finished = run(command).exited(12);
        assert!(finished.stderr.contains("by an unknown CA"), "{variable}: {}", finished.stderr);
        assert!(world.coder.requests().is_empty(), "{variable}: the token stays here");
    }
    let mut command = world.command(["setup"]);
    command.env("SSL_CERT_FILE", &unrelated_file).env("AIBRIDGE_EXTRA_CA_FILE", &root_file);
    run(command).success();
}

#[test]
fn setup_never_executes_shell_characters_in_a_path() {
    let world = World::new();
    let folder = world.temp.path().join("a 'b' \"c\" $(touch pwned) `touch pwned` $HOME");
    let path = folder.join("ca-cert.pem");
    let mut command = world.command(["setup"]);
    command.env("AIBRIDGE_CERT_PATH", &path).current_dir(world.temp.path());
    run(command).success();
    assert_eq!(fs::read_to_string(&path).unwrap(), world.ca.pem());
    let agent = env!("CARGO_BIN_EXE_aibridge-agent");
    let mut command = world.command(["exec", "--", "sh", "-c"]);
    command.arg("eval \"$(\"$0\" env)\" && cat \"$NODE_EXTRA_CA_CERTS\"").arg(agent);
    command.env("AIBRIDGE_CERT_PATH", &path).current_dir(world.temp.path());
    // `exec` removes its own token from the environment; the inner `env` needs it.
    command.env("CODER_SESSION_TOKEN", world.coder.token());
    assert_eq!(run(command).success().stdout, world.ca.pem());
    assert!(!world.temp.path().join("pwned").exists());
}

#[test]
fn setup_keeps_last_certificate_when_deployment_returns_login_page() {
    let world = World::new();
    world.coder.set_answer(Answer::LOGIN_PAGE);
    let finished = world.run(["setup"]).exited(16);
    assert!(!finished.stdout.contains("saved to"), "{}", finished.stdout);
    assert!(!world.cert_path().exists());
}

#[test]
fn setup_ignores_proxy_variables_and_curlrc() {
    let world = World::new();
    let proxy = FakeCoder::start();
    let home = world.temp.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::write(home.join(".curlrc"), format!("proxy = \"{}\"\n", proxy.url())).unwrap();
    let mut command = world.command(["setup"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    {
        command.env(name, proxy.url());
    }
    run(command).success();
    assert!(proxy.requests().is_empty());
    assert_eq!(world.coder.certificate_requests().len(), 1);
}

#[test]
fn setup_retries_a_transient_error_and_keeps_the_certificate() {
    for answer in
        [Answer::status(503), Answer::status(502), Answer::Disconnect, Answer::ResetInBody]
    {
        let world = World::set_up();
        world.coder.clear_requests();
        world.coder.script(vec![answer.clone(), Answer::Certificate]);
        world.run(["setup"]).success();
        assert_eq!(world.coder.certificate_requests().len(), 2, "{answer:?}");
        assert_eq!(world.outcome(), "ok", "{answer:?}");
        world.coder.set_answer(answer.clone());
        world.run(["setup", "--timeout", "300ms"]).exited(11);
        assert_eq!(world.read("ca-cert.pem"), world.ca.pem(), "{answer:?}");
    }
}

#[test]
fn setup_needs_no_bash_curl_or_coder_command() {
    let world = World::new();
    let mut command = world.command(["setup"]);
    command.env_remove("PATH").env_remove("HOME");
    let finished = run(command).success();
    assert_eq!(finished.stderr, "");
    assert_eq!(world.unit().as_deref(), Some("completed"));
    let mut command = world.command(["wait", "--as", "tool"]);
    command.env_remove("PATH").env_remove("HOME");
    run(command).success();
    assert_eq!(world.agent.state("tool").as_deref(), Some("started"));
}

#[test]
fn setup_reports_each_refusal_with_the_servers_message() {
    let world = World::new();
    let mut sentences = Vec::new();
    for (answer, words) in [
        (Answer::EXPIRED_TOKEN, "session has expired"),
        (Answer::NOT_LICENSED, "AI Gateway is a Premium feature"),
        (Answer::NOT_ENABLED, "AI Gateway Proxy is not enabled."),
        (Answer::NO_CERTIFICATE, "MITM CA certificate not configured"),
        (Answer::redirect_to_access_url("https://coder.example.com"), "https://coder.example.com"),
        (Answer::LOGIN_PAGE, "web page"),
    ] {
        world.coder.set_answer(answer.clone());
        let finished = world.run(["setup", "--timeout", "300ms"]);
        assert!(finished.stdout.contains(words), "{answer:?}: {}", finished.stdout);
        assert!(finished.stderr.contains("hint: "), "{answer:?}: {}", finished.stderr);
        sentences.push(finished.stdout);
    }
    let count = sentences.len();
    sentences.sort();
    sentences.dedup();
    assert_eq!(sentences.len(), count, "{sentences:#?}");
}

#[test]
fn setup_finds_the_certificate_on_each_of_its_paths() {
    for routes in [Routes::Both, Routes::Old, Routes::Alias] {
        let world = World::new();
        world.coder.set_routes(routes);
        world.run(["setup"]).success();
        assert_eq!(world.outcome(), "ok", "{routes:?}");
    }
    let world = World::new();
    world.coder.set_routes(Routes::Neither);
    world.run(["setup", "--timeout", "300ms"]).exited(15);
}

#[test]
fn two_instances_with_their_own_units_do_not_collide() {
    let world = World::set_up();
    let second = TestCa::new("second");
    world.coder.set_certificate(second.pem());
    let path = world.temp.path().join("second/ca-cert.pem");
    let mut command = world.command(["setup", "--sync-unit", "second-setup"]);
    command.env("AIBRIDGE_CERT_PATH", &path);
    run(command).success();
    assert_eq!(fs::read_to_string(path).unwrap(), second.pem());
    assert_eq!(world.read("ca-cert.pem"), world.ca.pem());
    for unit in [UNIT, "second-setup"] {
        assert_eq!(world.agent.state(unit).as_deref(), Some("completed"), "{unit}");
    }
}

#[test]
fn wait_exits_21_when_setup_left_an_earlier_certificate() {
    let mut world = World::set_up();
    world.agent.restart();
    world.coder.set_answer(Answer::NOT_ENABLED);
    world.run(["setup"]).exited(15);
    assert!(world.cert_path().exists());
    world.run(["wait", "--timeout", "10s"]).exited(21);
}

#[test]
fn wait_names_unit_and_timeout_when_no_setup_starts() {
    let world = World::new();
    let finished = world.run(["wait", "--timeout", "50ms"]).exited(20);
    assert!(
        finished.stderr.contains(&format!("unit `{UNIT}` did not end within 50ms")),
        "{}",
        finished.stderr
    );
}

#[test]
fn env_and_exec_refuse_an_empty_token() {
    let world = World::set_up();
    for args in [&["env"][..], &["exec", "--", "env"]] {
        let mut command = world.command(args.iter().copied());
        command.env("AIBRIDGE_SESSION_TOKEN", "");
        let finished = run(command).exited(10);
        assert!(!finished.stdout.contains("coder:@"), "{}", finished.stdout);
    }
}

#[test]
fn exec_sets_the_proxy_url_for_the_process_tree_only() {
    let world = World::set_up();
    let printed = world.run(["exec", "--", "sh", "-c", "env"]).success().stdout;
    assert!(printed.contains(&world.coder.token()));
    for entry in fs::read_dir(world.folder()).unwrap() {
        let text = fs::read(entry.unwrap().path()).unwrap();
        let token = world.coder.token();
        assert!(!text.windows(token.len()).any(|it| it == token.as_bytes()));
    }
    let shown = world.run(["env", "--no-secrets"]).success().stdout;
    assert!(!shown.contains("HTTPS_PROXY") && !shown.contains(PROXY_URL), "{shown}");
}
