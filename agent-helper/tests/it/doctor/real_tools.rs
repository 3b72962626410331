//! Real curl, git, Node, Python and Go against the fake proxy, as `doctor`
//! runs them: with the files of a set-up they reach it; without the CA in the
//! bundle each one fails with a certificate error.

use std::fs;

use testkit::process::run;
use testkit::secret_scan::MarkedToken;
use testkit::slow;

use super::{Diagnosis, DoctorWorld};
use crate::world::script;

const TOOLS: [&str; 5] = ["curl", "git", "Node", "Python requests", "Go"];

fn diagnose(world: &DoctorWorld) -> Diagnosis {
    let path = testkit::tools::path_with_clients(&world.base.temp.path().join("bin"));
    let mut command = world.command(["doctor", "--json", "--host", "api.openai.com"]);
    command.env("PATH", path);
    Diagnosis::of(run(command))
}

#[test]
fn doctor_runs_real_tools_that_reach_the_proxy() {
    let Some(_ran) = slow::ring3("real_tools_reach_the_proxy") else { return };
    let world = DoctorWorld::healthy();
    let token = MarkedToken::of(&world.base.coder.token());
    run(world.command(["trust", "java"])).success();
    let watch = token.watch_arguments();
    let found = diagnose(&world);
    found.no_fault();
    // Tried where there is a JDK.
    assert_ne!(found.check("tools", "Java")["verdict"], "fail");
    for tool in TOOLS {
        found.has("pass", "tools", tool, "reached `api.openai.com` through the proxy");
    }
    // Each sent one request, for no path of a model, and none of them a key.
    let seen = world.proxy.interceptions();
    for request in &seen {
        assert_eq!(request.method, "GET", "{request:?}");
        assert!(request.path.starts_with("/aibridge-doctor"), "{request:?}");
        let has_key = |(name, _): &(String, String)| name == "authorization" || name == "x-api-key";
        assert!(!request.headers.iter().any(has_key), "{request:?}");
        assert_eq!(request.token, token.token());
    }
    assert!(seen.len() >= TOOLS.len(), "{seen:?}");
    watch.finish();
    token.assert_absent("stdout of doctor", &found.finished.stdout);
}

#[test]
fn doctor_connects_by_hand_in_a_node_that_reads_no_proxy_variable() {
    let Some(_ran) = slow::ring3("a_node_that_reads_no_proxy_variable") else { return };
    for world in [DoctorWorld::healthy(), DoctorWorld::with_tls(true)] {
        let bin = world.base.temp.path().join("old");
        fs::create_dir(&bin).unwrap();
        let claim = bin.join("old.js");
        fs::write(&claim, "Object.defineProperty(process.versions, 'node', { value: '20.1.0' });")
            .unwrap();
        let node = testkit::tools::node();
        let text = format!(
            "unset NODE_USE_ENV_PROXY\nexec {} --require {} \"$@\"\n",
            node.display(),
            claim.display()
        );
        script(&bin, "node", &text);
        let mut command = world.command(["doctor", "--json", "--host", "api.openai.com"]);
        command.env("PATH", &bin);
        let found = Diagnosis::of(run(command));
        found.has("pass", "tools", "Node", "status 404; connected explicitly, because Node 20.1.0");
        let seen = world.proxy.wait_interceptions(1);
        assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("GET", "/aibridge-doctor"));
    }
}

#[test]
fn real_tools_reach_a_listener_with_tls() {
    let Some(_ran) = slow::ring3("a_listener_with_tls_is_reached") else { return };
    let world = DoctorWorld::with_tls(true);
    let found = diagnose(&world);
    for tool in ["git", "Go", "Python requests"] {
        found.has("pass", "tools", tool, "reached");
    }
    // curl checks the certificate of a proxy by the system's store alone.
    let curl = found.check("tools", "curl");
    if curl["verdict"] == "fail" {
        assert!(curl["hint"].as_str().unwrap().contains("--proxy-cacert"), "{curl:#}");
    }
    found.has("warn", "trust", "curl", "the proxy's own listener");
}

#[test]
fn doctor_reports_real_tools_without_the_ca_as_certificate_faults() {
    let Some(_ran) = slow::ring3("real_tools_without_the_ca") else { return };
    let world = DoctorWorld::healthy();
    // The files of a stale image: the bundle and the certificate of another CA.
    let other = fakes::ca::TestCa::new("other");
    let bundle = world.base.read("ca-bundle.pem").replace(&world.base.ca.pem(), &other.pem());
    fs::write(world.base.bundle_path(), bundle).unwrap();
    let found = diagnose(&world);
    found.fails_first("files", "bundle", 21, "does not hold");
    for tool in ["curl", "git", "Python requests", "Go"] {
        let check = found.check("tools", tool);
        assert_eq!(check["verdict"], "fail", "{check:#}");
        assert_eq!(check["exit_code"], 17, "{check:#}");
    }
    // Node adds the CA's file to its own roots, and that file is correct.
    found.has("pass", "tools", "Node", "reached");
}
