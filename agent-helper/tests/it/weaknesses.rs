//! What the bash script that this program replaces gets wrong, one test for
//! each fault. Those that need more room have it elsewhere: links and foreign
//! folders in `files`, interrupted writes in `signals`, refused certificates in
//! `exit_codes`, rotation in `refresh`.

use std::fs;

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder, Routes};
use testkit::process::run;

use crate::stage::{PROXY_URL, Stage, UNIT};

#[test]
fn variables_of_generic_names_do_not_hijack_the_settings() {
    let stage = Stage::new();
    let elsewhere = FakeCoder::start();
    let other_path = stage.temp.path().join("elsewhere.pem");
    let mut command = stage.command(["setup"]);
    command.env("ACCESS_URL", elsewhere.url()).env("SESSION_TOKEN", "stolen");
    command.env("CERT_PATH", &other_path).env("PROXY_URL", elsewhere.url());
    run(command).success();
    assert!(elsewhere.requests().is_empty(), "the token goes where the settings say");
    assert!(!other_path.exists());
    assert!(stage.cert_path().exists());
    let token = stage.coder.certificate_requests()[0].token().map(str::to_owned);
    assert_eq!(token, Some(stage.coder.token()));
}

/// Whoever sets these for a tool would otherwise say whom the token is sent to.
#[test]
fn variables_of_generic_names_do_not_hijack_whom_is_believed() {
    let mut stage = Stage::new();
    let [root, unrelated] = ["Company Root", "Unrelated"].map(TestCa::new);
    stage.coder = FakeCoder::start_tls(&root);
    stage.coder.set_certificate(stage.ca.pem());
    let folder = stage.temp.path().join("roots");
    fs::create_dir(&folder).unwrap();
    let [root_file, unrelated_file] =
        [("root.pem", &root), ("unrelated.pem", &unrelated)].map(|(name, ca)| {
            let path = folder.join(name);
            fs::write(&path, ca.pem()).unwrap();
            path
        });
    for (variable, value) in [("SSL_CERT_FILE", &root_file), ("SSL_CERT_DIR", &folder)] {
        let mut command = stage.command(["setup", "--timeout", "5s"]);
        command.env(variable, value);
        let finished = run(command).exited(12);
        assert!(finished.stderr.contains("by an unknown CA"), "{variable}: {}", finished.stderr);
        assert!(stage.coder.requests().is_empty(), "{variable}: the token stays here");
    }
    let mut command = stage.command(["setup"]);
    command.env("SSL_CERT_FILE", &unrelated_file).env("AIBRIDGE_EXTRA_CA_FILE", &root_file);
    run(command).success();
}

#[test]
fn shell_characters_in_a_path_are_never_executed() {
    let stage = Stage::new();
    let folder = stage.temp.path().join("a 'b' \"c\" $(touch pwned) `touch pwned` $HOME");
    let path = folder.join("ca-cert.pem");
    let mut command = stage.command(["setup"]);
    command.env("AIBRIDGE_CERT_PATH", &path).current_dir(stage.temp.path());
    run(command).success();
    assert_eq!(fs::read_to_string(&path).unwrap(), stage.ca.pem());
    let agent = env!("CARGO_BIN_EXE_aibridge-agent");
    let mut command = stage.command(["exec", "--", "sh", "-c"]);
    command.arg("eval \"$(\"$0\" env)\" && cat \"$NODE_EXTRA_CA_CERTS\"").arg(agent);
    command.env("AIBRIDGE_CERT_PATH", &path).current_dir(stage.temp.path());
    // `exec` takes its own token away; the inner `env` needs it again.
    command.env("CODER_SESSION_TOKEN", stage.coder.token());
    assert_eq!(run(command).success().stdout, stage.ca.pem());
    assert!(!stage.temp.path().join("pwned").exists());
}

#[test]
fn a_login_page_is_not_saved_as_a_certificate() {
    let stage = Stage::new();
    stage.coder.set_answer(Answer::LOGIN_PAGE);
    let finished = stage.run(["setup"]).exited(16);
    assert!(!finished.stdout.contains("saved to"), "{}", finished.stdout);
    assert!(!stage.cert_path().exists());
}

#[test]
fn ambient_proxies_and_curls_own_file_are_not_obeyed() {
    let stage = Stage::new();
    let proxy = FakeCoder::start();
    let home = stage.temp.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::write(home.join(".curlrc"), format!("proxy = \"{}\"\n", proxy.url())).unwrap();
    let mut command = stage.command(["setup"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    {
        command.env(name, proxy.url());
    }
    run(command).success();
    assert!(proxy.requests().is_empty());
    assert_eq!(stage.coder.certificate_requests().len(), 1);
}

#[test]
fn one_transient_error_neither_fails_the_start_nor_deletes_the_certificate() {
    for answer in
        [Answer::status(503), Answer::status(502), Answer::Disconnect, Answer::ResetInBody]
    {
        let stage = Stage::set_up();
        stage.coder.clear_requests();
        stage.coder.script(vec![answer.clone(), Answer::Certificate]);
        stage.run(["setup"]).success();
        assert_eq!(stage.coder.certificate_requests().len(), 2, "{answer:?}");
        assert_eq!(stage.outcome(), "ok", "{answer:?}");
        stage.coder.set_answer(answer.clone());
        stage.run(["setup", "--timeout", "300ms"]).exited(11);
        assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem(), "{answer:?}");
    }
}

#[test]
fn nothing_of_the_image_is_needed_neither_bash_nor_curl_nor_the_coder_cli() {
    let stage = Stage::new();
    let mut command = stage.command(["setup"]);
    command.env_remove("PATH").env_remove("HOME");
    let finished = run(command).success();
    assert_eq!(finished.stderr, "");
    assert_eq!(stage.unit().as_deref(), Some("completed"));
    let mut command = stage.command(["wait", "--as", "tool"]);
    command.env_remove("PATH").env_remove("HOME");
    run(command).success();
    assert_eq!(stage.agent.state("tool").as_deref(), Some("started"));
}

#[test]
fn each_refusal_has_a_sentence_of_its_own_with_the_servers_words() {
    let stage = Stage::new();
    let mut sentences = Vec::new();
    for (answer, words) in [
        (Answer::EXPIRED_TOKEN, "session has expired"),
        (Answer::NOT_LICENSED, "AI Gateway is a Premium feature"),
        (Answer::NOT_ENABLED, "AI Gateway Proxy is not enabled."),
        (Answer::NO_CERTIFICATE, "MITM CA certificate not configured"),
        (Answer::redirect_to_access_url("https://coder.example.com"), "https://coder.example.com"),
        (Answer::LOGIN_PAGE, "web page"),
    ] {
        stage.coder.set_answer(answer.clone());
        let finished = stage.run(["setup", "--timeout", "300ms"]);
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
fn the_newer_path_alone_is_enough() {
    for routes in [Routes::Both, Routes::Old, Routes::Alias] {
        let stage = Stage::new();
        stage.coder.set_routes(routes);
        stage.run(["setup"]).success();
        assert_eq!(stage.outcome(), "ok", "{routes:?}");
    }
    let stage = Stage::new();
    stage.coder.set_routes(Routes::Neither);
    stage.run(["setup", "--timeout", "300ms"]).exited(15);
}

#[test]
fn two_instances_with_units_of_their_own_do_not_collide() {
    let stage = Stage::set_up();
    let second = TestCa::new("second");
    stage.coder.set_certificate(second.pem());
    let path = stage.temp.path().join("second/ca-cert.pem");
    let mut command = stage.command(["setup", "--sync-unit", "second-setup"]);
    command.env("AIBRIDGE_CERT_PATH", &path);
    run(command).success();
    assert_eq!(fs::read_to_string(path).unwrap(), second.pem());
    assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem());
    for unit in [UNIT, "second-setup"] {
        assert_eq!(stage.agent.state(unit).as_deref(), Some("completed"), "{unit}");
    }
}

#[test]
fn a_stale_file_does_not_pass_for_a_set_up() {
    let mut stage = Stage::set_up();
    stage.agent.restart();
    stage.coder.set_answer(Answer::NOT_ENABLED);
    stage.run(["setup"]).exited(15);
    assert!(stage.cert_path().exists());
    stage.run(["wait", "--timeout", "10s"]).exited(21);
}

#[test]
fn a_waiter_for_a_set_up_that_never_comes_is_told_which_and_after_what() {
    let stage = Stage::new();
    let finished = stage.run(["wait", "--timeout", "50ms"]).exited(20);
    assert!(
        finished.stderr.contains(&format!("unit `{UNIT}` did not end within 50ms")),
        "{}",
        finished.stderr
    );
}

#[test]
fn an_empty_token_makes_no_proxy_url() {
    let stage = Stage::set_up();
    for args in [&["env"][..], &["exec", "--", "env"]] {
        let mut command = stage.command(args.iter().copied());
        command.env("AIBRIDGE_SESSION_TOKEN", "");
        let finished = run(command).exited(10);
        assert!(!finished.stdout.contains("coder:@"), "{}", finished.stdout);
    }
}

#[test]
fn the_tokens_url_ends_with_the_commands_process_tree() {
    let stage = Stage::set_up();
    let printed = stage.run(["exec", "--", "sh", "-c", "env"]).success().stdout;
    assert!(printed.contains(&stage.coder.token()));
    for entry in fs::read_dir(stage.folder()).unwrap() {
        let text = fs::read(entry.unwrap().path()).unwrap();
        let token = stage.coder.token();
        assert!(!text.windows(token.len()).any(|it| it == token.as_bytes()));
    }
    let shown = stage.run(["env", "--no-secrets"]).success().stdout;
    assert!(!shown.contains("HTTPS_PROXY") && !shown.contains(PROXY_URL), "{shown}");
}
