//! The program's JSON output against the schemas.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use fakes::coder::Answer;
use fakes::intercept::FakeProxy;
use serde_json::Value;
use testkit::process::run;

use crate::world::{UNIT, World};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema")
}

#[track_caller]
fn check(schema: &str, text: &str) {
    let mut schemas = Schemas::new();
    let path = folder().join(schema);
    let schema = Compiler::new().compile(path.to_str().unwrap(), &mut schemas).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    if let Err(err) = schemas.validate(&value, schema) {
        panic!("{err}\n{value:#}");
    }
}

#[test]
fn every_schema_has_a_test() {
    let names: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    let source = include_str!("schemas.rs");
    for name in names {
        assert!(source.contains(&format!("check(\"{name}\"")), "no test checks {name}");
    }
}

#[test]
fn status_and_settings_follow_their_schemas_for_each_outcome() {
    let world = World::new();
    check("status-output.json", &world.run(["status", "--json"]).success().stdout);
    let both = |args: &[&str], answer: Answer| {
        world.coder.set_answer(answer);
        run(world.command(args.iter().copied()));
        check("status.json", &world.read("status.json"));
        check("status-output.json", &world.run(["status", "--json"]).success().stdout);
    };
    both(&["setup"], Answer::NOT_ENABLED);
    both(&["setup", "--prebuild"], Answer::NOT_ENABLED);
    both(&["setup"], Answer::Certificate);
    both(&["refresh"], Answer::LOGIN_PAGE);
    both(&["setup", "--timeout", "300ms"], Answer::status(503));
    check("settings.json", &world.read("settings.json"));
    let extra = world.temp.path().join("extra.pem");
    fs::write(&extra, world.ca.pem()).unwrap();
    world.coder.set_answer(Answer::Certificate);
    let mut command = world.command(["setup", "--sync", "auto", "--no-proxy", "a.example"]);
    command.args(["--timeout", "20s", "--ca-pin-sha256", &world.ca.sha256()]);
    command.arg("--socket-path").arg(world.agent.path());
    command.arg("--extra-ca-file").arg(&extra).arg("--ca-seed-file").arg(&extra);
    run(command).success();
    check("settings.json", &world.read("settings.json"));
}

#[test]
fn env_and_sync_json_follow_their_schemas() {
    let world = World::set_up();
    check("env-output.json", &world.run(["env", "--format", "json"]).success().stdout);
    let plain = ["env", "--format", "json", "--no-secrets"];
    check("env-output.json", &world.run(plain).success().stdout);
    world.run(["sync", "want", "tool", UNIT]).success();
    check("sync-list-output.json", &world.run(["sync", "list", "-o", "json"]).success().stdout);
    for unit in ["tool", UNIT, "unknown"] {
        let shown = world.run(["sync", "status", unit, "-o", "json"]).success().stdout;
        check("sync-status-output.json", &shown);
    }
}

#[test]
fn doctor_json_follows_its_schema_with_and_without_faults() {
    let world = World::new();
    let proxy = FakeProxy::start(&world.ca);
    let doctor = || {
        let mut command =
            world.command(["doctor", "--json", "--no-tools", "--host", "api.openai.com"]);
        command.env("AIBRIDGE_PROXY_URL", proxy.url());
        run(command).stdout
    };
    check("doctor-output.json", &doctor());
    world.run(["setup"]).success();
    check("doctor-output.json", &doctor());
    let mut command = world.command(["doctor", "--json"]);
    command.env_remove("AIBRIDGE_PROXY_URL").env_remove("AIBRIDGE_ACCESS_URL");
    command.env("AIBRIDGE_CERT_PATH", "/nowhere/ca.pem");
    check("doctor-output.json", &run(command).exited(10).stdout);
    let refused = world.run(["doctor", "--json", "--timeout", "0s"]).exited(10);
    check("doctor-output.json", &refused.stdout);
}
