//! Node with the variable that makes it use a proxy, and without; npm.

use std::fs;
use std::path::Path;

use serde_json::json;
use testkit::process::run;
use testkit::{slow, tools};

use super::world::{ANSWER, Client, URL, World};

/// Node's own client: uses a proxy only if a variable makes it.
const FETCH: &str = r#"
fetch(process.argv[1]).then((it) => it.text()).then(console.log, (err) => {
  console.error(err.cause ?? err);
  process.exit(1);
});
"#;

/// A tool with its own code for proxies, as agents and CLIs have.
const TUNNEL: &str = r#"
const { request } = require("node:http");
const https = require("node:https");
const proxy = new URL(process.env.HTTPS_PROXY);
const target = new URL(process.argv[1]);
const userinfo = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
const connect = request({
  host: proxy.hostname,
  port: proxy.port,
  method: "CONNECT",
  path: `${target.hostname}:443`,
  headers: { "Proxy-Authorization": `Basic ${Buffer.from(userinfo).toString("base64")}` },
});
connect.on("connect", (response, socket) => {
  const agent = new https.Agent();
  agent.createConnection = (options) => require("node:tls").connect({ ...options, socket });
  https.get(target, { agent, servername: target.hostname }, (answer) => {
    answer.pipe(process.stdout);
  }).on("error", fail);
});
connect.on("error", fail);
connect.end();
function fail(err) {
  console.error(err);
  process.exit(1);
}
"#;

#[test]
fn node_verifies_the_leaf_under_exec_only() {
    let Some(_marker) = slow::ring3("clients-node") else { return };
    let world = World::start();
    let program = tools::node();
    let own = Client { name: "Node's fetch", program: &program, args: &["-e", FETCH, URL] };
    world.check(&own, "/v1/models", ANSWER);

    // Without the switch Node's own client would connect to the vendor directly;
    // a tool with proxy code of its own needs no switch.
    let node = program.display().to_string();
    let args = ["-u", "NODE_USE_ENV_PROXY", &node, "-e", TUNNEL, URL];
    let tunnel =
        Client { name: "Node with own proxy code", program: Path::new("env"), args: &args };
    world.check(&tunnel, "/v1/models", ANSWER);
}

#[test]
fn npm_verifies_the_leaf_under_exec_only() {
    let Some(_marker) = slow::ring3("clients-npm") else { return };
    let world = World::start();
    publish(&world);
    let (program, npm) = (tools::node(), tools::npm().display().to_string());
    let registry = "--registry=https://registry.example.com/";
    let args = [&npm, "install", registry, "--fetch-retries=0", "--no-audit", "--no-fund", "demo"];
    let npm = Client { name: "npm install", program: &program, args: &args };
    world.check(&npm, "/demo", "added 1 package");
    let installed = fs::read_to_string(world.path("home/node_modules/demo/index.js"));
    assert_eq!(installed.expect("the installed package"), "module.exports = 1;\n");
}

/// Puts a package of one file on the registry.
fn publish(world: &World) {
    let package = world.path("package");
    fs::create_dir(&package).expect("the package's folder");
    let manifest = json!({ "name": "demo", "version": "1.0.0" });
    fs::write(package.join("package.json"), manifest.to_string()).expect("a manifest");
    fs::write(package.join("index.js"), "module.exports = 1;\n").expect("a source");
    let mut tar = world.command("tar");
    tar.args(["--create", "--gzip", "--file=demo-1.0.0.tgz", "--directory"]);
    run({
        tar.arg(world.path("")).arg("package");
        tar
    })
    .success();
    let archive = fs::read(world.path("home/demo-1.0.0.tgz")).expect("the archive");
    world.origin.serve("/demo/-/demo-1.0.0.tgz", "application/octet-stream", archive);
    let document = json!({
        "name": "demo",
        "dist-tags": { "latest": "1.0.0" },
        "versions": { "1.0.0": {
            "name": "demo",
            "version": "1.0.0",
            "dist": { "tarball": "https://registry.example.com/demo/-/demo-1.0.0.tgz" },
        } },
    });
    world.origin.serve("/demo", "application/json", document.to_string());
}
