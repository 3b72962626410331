//! The documented JSON forms against what the program really writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use fakes::coder::Answer;
use fakes::intercept::FakeProxy;
use serde_json::Value;
use testkit::process::run;

use crate::stage::{Stage, UNIT};

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
fn every_schema_is_checked_here() {
    let names: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    let source = include_str!("schemas.rs");
    for name in names {
        assert!(source.contains(&format!("check(\"{name}\"")), "nobody checks {name}");
    }
}

#[test]
fn files_and_status_after_each_outcome() {
    let stage = Stage::new();
    check("status-output.json", &stage.run(["status", "--json"]).success().stdout);
    let both = |args: &[&str], answer: Answer| {
        stage.coder.set_answer(answer);
        run(stage.command(args.iter().copied()));
        check("status.json", &stage.read("status.json"));
        check("status-output.json", &stage.run(["status", "--json"]).success().stdout);
    };
    both(&["setup"], Answer::NOT_ENABLED);
    both(&["setup", "--prebuild"], Answer::NOT_ENABLED);
    both(&["setup"], Answer::Certificate);
    both(&["refresh"], Answer::LOGIN_PAGE);
    both(&["setup", "--timeout", "300ms"], Answer::status(503));
    check("settings.json", &stage.read("settings.json"));
    let extra = stage.temp.path().join("extra.pem");
    fs::write(&extra, stage.ca.pem()).unwrap();
    stage.coder.set_answer(Answer::Certificate);
    let mut command = stage.command(["setup", "--sync", "auto", "--no-proxy", "a.example"]);
    command.args(["--timeout", "20s", "--ca-pin-sha256", &stage.ca.sha256()]);
    command.arg("--socket-path").arg(stage.agent.path());
    command.arg("--extra-ca-file").arg(&extra).arg("--ca-seed-file").arg(&extra);
    run(command).success();
    check("settings.json", &stage.read("settings.json"));
}

#[test]
fn variables_and_units() {
    let stage = Stage::set_up();
    check("env-output.json", &stage.run(["env", "--format", "json"]).success().stdout);
    let plain = ["env", "--format", "json", "--no-secrets"];
    check("env-output.json", &stage.run(plain).success().stdout);
    stage.run(["sync", "want", "tool", UNIT]).success();
    check("sync-list-output.json", &stage.run(["sync", "list", "-o", "json"]).success().stdout);
    for unit in ["tool", UNIT, "nobody"] {
        let shown = stage.run(["sync", "status", unit, "-o", "json"]).success().stdout;
        check("sync-status-output.json", &shown);
    }
}

#[test]
fn a_diagnosis_with_and_without_faults() {
    let stage = Stage::new();
    let proxy = FakeProxy::start(&stage.ca);
    let look = || {
        let mut command =
            stage.command(["doctor", "--json", "--no-tools", "--host", "api.openai.com"]);
        command.env("AIBRIDGE_PROXY_URL", proxy.url());
        run(command).stdout
    };
    check("doctor-output.json", &look());
    stage.run(["setup"]).success();
    check("doctor-output.json", &look());
    let mut command = stage.command(["doctor", "--json"]);
    command.env_remove("AIBRIDGE_PROXY_URL").env_remove("AIBRIDGE_ACCESS_URL");
    command.env("AIBRIDGE_CERT_PATH", "/nowhere/ca.pem");
    check("doctor-output.json", &run(command).exited(10).stdout);
    let refused = stage.run(["doctor", "--json", "--timeout", "0s"]).exited(10);
    check("doctor-output.json", &refused.stdout);
}
