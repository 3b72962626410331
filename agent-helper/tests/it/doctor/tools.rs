//! The installed tools against the fake proxy.

use testkit::process::run;
use testkit::secret_scan::MarkedToken;

use super::{Diagnosis, DoctorWorld};
use crate::world::script;

/// Runs `doctor` with tools from one folder only.
fn diagnose(world: &DoctorWorld, path: &std::path::Path) -> Diagnosis {
    let mut command = world.command(["doctor", "--json", "--host", "api.openai.com"]);
    command.env("PATH", path);
    Diagnosis::of(run(command))
}

#[test]
fn doctor_skips_tools_that_are_not_installed() {
    let world = DoctorWorld::healthy();
    let found = diagnose(&world, world.base.temp.path());
    for tool in ["curl", "git", "Node", "Python requests", "Go", "Java"] {
        found.has("skipped", "tools", tool, "not installed");
    }
    found.no_fault();
}

#[test]
fn doctor_runs_tools_with_the_variables_of_exec_and_redacts_their_output() {
    let world = DoctorWorld::healthy();
    let bin = world.base.temp.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let printed = world.base.temp.path().join("printed");
    let text = format!(
        "export > {}\necho \"curl: (60) SSL certificate problem at $HTTPS_PROXY\" >&2\nexit 60\n",
        printed.display()
    );
    script(&bin, "curl", &text);
    let found = diagnose(&world, &bin);
    found.fails_first("tools", "curl", 17, "SSL certificate problem at http://coder:[redacted]@");
    let environment = std::fs::read_to_string(printed).unwrap();
    let bundle = world.base.bundle_path().display().to_string();
    assert!(environment.contains(&bundle), "{environment}");
    assert!(!environment.contains("AIBRIDGE_SESSION_TOKEN="), "{environment}");
    let token = MarkedToken::of(&world.base.coder.token());
    token.assert_absent("stdout of doctor", &found.finished.stdout);
}

#[test]
fn doctor_runs_java_with_its_truststore() {
    let world = DoctorWorld::healthy();
    let bin = world.base.temp.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    script(&bin, "java", "echo \"status 404 $1\"\ntest -f Doctor.java\n");
    diagnose(&world, &bin).has("skipped", "tools", "Java", "`aibridge-agent trust java`");
    run(world.command(["trust", "java"])).success();
    let found = diagnose(&world, &bin);
    let expected = format!("trustStore={}/", world.base.folder().display());
    found.no_fault().has("pass", "tools", "Java", &expected);
}

#[test]
fn doctor_never_logs_the_token() {
    for world in [DoctorWorld::healthy(), DoctorWorld::with_tls(true)] {
        let token = MarkedToken::of(&world.base.coder.token());
        let watch = token.watch_arguments();
        for format in ["text", "json"] {
            let mut command = world.command(["doctor", "--host", "api.openai.com"]);
            command.env("AIBRIDGE_LOG_LEVEL", "trace").env("AIBRIDGE_LOG_FORMAT", format);
            let finished = run(command);
            assert!(finished.stdout.contains("api.openai.com leaf"), "{}", finished.stdout);
            token.assert_absent("stdout", &finished.stdout);
            token.assert_absent("stderr", &finished.stderr);
        }
        watch.finish();
        token.assert_absent_below(&world.base.folder(), &[]);
    }
}

#[test]
fn doctor_runs_tools_only_if_a_host_is_intercepted_and_trusted() {
    let world = DoctorWorld::healthy();
    world.proxy.set_hosts(&[]);
    world.proxy.map("api.openai.com:443", world.base.coder.address());
    let found = diagnose(&world, world.base.temp.path());
    found.has("skipped", "tools", "tools", "no request is sent");
}

#[test]
fn doctor_reports_the_error_of_a_tool_that_does_not_trust_the_certificate() {
    let world = DoctorWorld::healthy();
    let bin = world.base.temp.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    script(&bin, "node", "echo 'SELF_SIGNED_CERT_IN_CHAIN: self-signed certificate' >&2; exit 1\n");
    let found = diagnose(&world, &bin);
    let fault = found.fails_first("tools", "Node", 17, "SELF_SIGNED_CERT_IN_CHAIN");
    assert!(fault.check("tools", "Node")["hint"].as_str().unwrap().contains("NODE_OPTIONS"));
}
