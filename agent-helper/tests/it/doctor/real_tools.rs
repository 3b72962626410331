//! Real curl, git, Node, Python and Go against the fake proxy, as `doctor`
//! runs them: with the files of a set-up they reach it, without the CA in the
//! bundle each one says so.

use std::fs;

use testkit::process::run;
use testkit::secret_scan::MarkedToken;
use testkit::slow;

use super::{Clinic, Found};
use crate::stage::script;

const TOOLS: [&str; 5] = ["curl", "git", "Node", "Python requests", "Go"];

fn look(clinic: &Clinic) -> Found {
    let path = testkit::tools::path_with_clients(&clinic.stage.temp.path().join("bin"));
    let mut command = clinic.command(["doctor", "--json", "--host", "api.openai.com"]);
    command.env("PATH", path);
    Found::of(run(command))
}

#[test]
fn real_tools_reach_the_proxy_and_a_wrong_bundle_is_told_by_each() {
    let Some(_ran) = slow::ring3("real_tools_reach_the_proxy") else { return };
    let clinic = Clinic::healthy();
    let token = MarkedToken::of(&clinic.stage.coder.token());
    run(clinic.command(["trust", "java"])).success();
    let watch = token.watch_arguments();
    let found = look(&clinic);
    found.no_fault();
    // Tried where there is a JDK.
    assert_ne!(found.look("tools", "Java")["verdict"], "fail");
    for tool in TOOLS {
        found.has("pass", "tools", tool, "reached `api.openai.com` through the proxy");
    }
    // Each sent one request, for no path of a model, and none of them a key.
    let seen = clinic.proxy.interceptions();
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
fn a_node_that_reads_no_proxy_variable_is_shown_the_way() {
    let Some(_ran) = slow::ring3("a_node_that_reads_no_proxy_variable") else { return };
    for clinic in [Clinic::healthy(), Clinic::with_tls(true)] {
        let bin = clinic.stage.temp.path().join("old");
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
        let mut command = clinic.command(["doctor", "--json", "--host", "api.openai.com"]);
        command.env("PATH", &bin);
        let found = Found::of(run(command));
        found.has("pass", "tools", "Node", "status 404; the way by hand, for Node 20.1.0");
        let seen = clinic.proxy.wait_interceptions(1);
        assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("GET", "/aibridge-doctor"));
    }
}

#[test]
fn a_listener_with_tls_is_reached_by_real_tools_too() {
    let Some(_ran) = slow::ring3("a_listener_with_tls_is_reached") else { return };
    let clinic = Clinic::with_tls(true);
    let found = look(&clinic);
    for tool in ["git", "Go", "Python requests"] {
        found.has("pass", "tools", tool, "reached");
    }
    // curl checks the certificate of a proxy by the system's store alone.
    let curl = found.look("tools", "curl");
    if curl["verdict"] == "fail" {
        assert!(curl["hint"].as_str().unwrap().contains("--proxy-cacert"), "{curl:#}");
    }
    found.has("warn", "trust", "curl", "the proxy's own listener");
}

#[test]
fn real_tools_without_the_ca_are_told_apart_from_the_network() {
    let Some(_ran) = slow::ring3("real_tools_without_the_ca") else { return };
    let clinic = Clinic::healthy();
    // What a stale image would have: the bundle and the certificate of another CA.
    let other = fakes::ca::TestCa::new("other");
    let bundle = clinic.stage.read("ca-bundle.pem").replace(&clinic.stage.ca.pem(), &other.pem());
    fs::write(clinic.stage.bundle_path(), bundle).unwrap();
    let found = look(&clinic);
    found.fails_first("files", "bundle", 21, "does not hold");
    for tool in ["curl", "git", "Python requests", "Go"] {
        let look = found.look("tools", tool);
        assert_eq!(look["verdict"], "fail", "{look:#}");
        assert_eq!(look["exit_code"], 17, "{look:#}");
    }
    // Node adds the CA's file to its own roots, and that one is right.
    found.has("pass", "tools", "Node", "reached");
}
