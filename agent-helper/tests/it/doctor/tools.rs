//! The installed tools against the fake proxy.

use testkit::process::run;
use testkit::secret_scan::MarkedToken;

use super::{Clinic, Found};
use crate::stage::script;

/// Looks with tools from one folder only.
fn look(clinic: &Clinic, path: &std::path::Path) -> Found {
    let mut command = clinic.command(["doctor", "--json", "--host", "api.openai.com"]);
    command.env("PATH", path);
    Found::of(run(command))
}

#[test]
fn what_is_not_installed_is_skipped() {
    let clinic = Clinic::healthy();
    let found = look(&clinic, clinic.stage.temp.path());
    for tool in ["curl", "git", "Node", "Python requests", "Go", "Java"] {
        found.has("skipped", "tools", tool, "not installed");
    }
    found.no_fault();
}

#[test]
fn a_tool_runs_with_the_environment_of_exec_and_its_words_are_redacted() {
    let clinic = Clinic::healthy();
    let bin = clinic.stage.temp.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let told = clinic.stage.temp.path().join("told");
    let text = format!(
        "export > {}\necho \"curl: (60) SSL certificate problem at $HTTPS_PROXY\" >&2\nexit 60\n",
        told.display()
    );
    script(&bin, "curl", &text);
    let found = look(&clinic, &bin);
    found.fails_first("tools", "curl", 17, "SSL certificate problem at http://coder:[redacted]@");
    let environment = std::fs::read_to_string(told).unwrap();
    let bundle = clinic.stage.bundle_path().display().to_string();
    assert!(environment.contains(&bundle), "{environment}");
    assert!(!environment.contains("AIBRIDGE_SESSION_TOKEN="), "{environment}");
    let token = MarkedToken::of(&clinic.stage.coder.token());
    token.assert_absent("stdout of doctor", &found.finished.stdout);
}

#[test]
fn java_is_tried_with_its_truststore() {
    let clinic = Clinic::healthy();
    let bin = clinic.stage.temp.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    script(&bin, "java", "echo \"status 404 $1\"\ntest -f Doctor.java\n");
    look(&clinic, &bin).has("skipped", "tools", "Java", "`aibridge-agent trust java`");
    run(clinic.command(["trust", "java"])).success();
    let found = look(&clinic, &bin);
    let expected = format!("trustStore={}/", clinic.stage.folder().display());
    found.no_fault().has("pass", "tools", "Java", &expected);
}

#[test]
fn the_token_is_in_no_trace_of_a_whole_look() {
    for clinic in [Clinic::healthy(), Clinic::with_tls(true)] {
        let token = MarkedToken::of(&clinic.stage.coder.token());
        let watch = token.watch_arguments();
        for format in ["text", "json"] {
            let mut command = clinic.command(["doctor", "--host", "api.openai.com"]);
            command.env("AIBRIDGE_LOG_LEVEL", "trace").env("AIBRIDGE_LOG_FORMAT", format);
            let finished = run(command);
            assert!(finished.stdout.contains("api.openai.com leaf"), "{}", finished.stdout);
            token.assert_absent("stdout", &finished.stdout);
            token.assert_absent("stderr", &finished.stderr);
        }
        watch.finish();
        token.assert_absent_below(&clinic.stage.folder(), &[]);
    }
}

#[test]
fn tools_are_run_only_once_a_host_is_intercepted_and_believed() {
    let clinic = Clinic::healthy();
    clinic.proxy.set_hosts(&[]);
    clinic.proxy.map("api.openai.com:443", clinic.stage.coder.address());
    let found = look(&clinic, clinic.stage.temp.path());
    found.has("skipped", "tools", "tools", "nothing is sent");
}

#[test]
fn a_certificate_that_a_tool_does_not_believe_is_told() {
    let clinic = Clinic::healthy();
    let bin = clinic.stage.temp.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    script(&bin, "node", "echo 'SELF_SIGNED_CERT_IN_CHAIN: self-signed certificate' >&2; exit 1\n");
    let found = look(&clinic, &bin);
    let fault = found.fails_first("tools", "Node", 17, "SELF_SIGNED_CERT_IN_CHAIN");
    assert!(fault.look("tools", "Node")["hint"].as_str().unwrap().contains("NODE_OPTIONS"));
}
