//! `doctor`: the fault of each leg, its report and its exit code.
//! `legs` and `proxy` hold the faults, `tools` and `real_tools` the installed
//! programs.

mod legs;
mod proxy;
mod real_tools;
mod tools;

use std::fs;
use std::process::Command;

use fakes::ca::TestCa;
use fakes::intercept::FakeProxy;
use serde_json::Value;
use testkit::process::{Finished, run};

use crate::world::World;

/// A world without a fault, with a proxy.
struct DoctorWorld {
    base: World,
    proxy: FakeProxy,
}

impl DoctorWorld {
    /// After a successful set-up.
    fn healthy() -> Self {
        let base = World::new();
        let proxy = FakeProxy::start(&base.ca);
        let world = Self { base, proxy };
        world.set_up();
        world
    }

    /// The same with a listener that speaks TLS; `is_known` puts its CA into
    /// the bundle.
    fn with_tls(is_known: bool) -> Self {
        let base = World::new();
        let listener = TestCa::new("listener");
        let proxy = FakeProxy::start_tls(&base.ca, &listener);
        fs::write(base.temp.path().join("listener.pem"), listener.pem()).unwrap();
        let world = Self { base, proxy };
        let mut command = world.command(["setup"]);
        if is_known {
            command.arg("--extra-ca-file").arg(world.base.temp.path().join("listener.pem"));
        }
        run(command).success();
        world
    }

    fn set_up(&self) {
        run(self.command(["setup"])).success();
    }

    fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.base.command(args);
        command.env("AIBRIDGE_PROXY_URL", self.proxy.url());
        command
    }

    /// Checks one host, without tools.
    fn diagnose(&self) -> Diagnosis {
        self.diagnose_with(|_| {})
    }

    fn diagnose_with(&self, change: impl FnOnce(&mut Command)) -> Diagnosis {
        let mut command =
            self.command(["doctor", "--json", "--no-tools", "--host", "api.openai.com"]);
        change(&mut command);
        Diagnosis::of(run(command))
    }
}

/// The result of one run.
struct Diagnosis {
    finished: Finished,
    json: Value,
}

impl Diagnosis {
    #[track_caller]
    fn of(finished: Finished) -> Self {
        let json: Value = serde_json::from_str(&finished.stdout)
            .unwrap_or_else(|err| panic!("{err}: {finished:?}"));
        assert_eq!(json["exit_code"].as_i64(), finished.code.map(i64::from), "{finished:?}");
        Self { finished, json }
    }

    /// One check by its leg and name.
    #[track_caller]
    fn check(&self, leg: &str, name: &str) -> &Value {
        let checks = self.json["checks"].as_array().unwrap();
        let found = checks.iter().find(|it| it["leg"] == leg && it["name"] == name);
        found.unwrap_or_else(|| panic!("no check of {leg}, {name}: {:#}", self.json))
    }

    /// A check must have this verdict, with this in its summary.
    #[track_caller]
    fn has(&self, verdict: &str, leg: &str, name: &str, summary: &str) -> &Value {
        let check = self.check(leg, name);
        assert_eq!(check["verdict"], verdict, "{check:#}");
        assert!(check["summary"].as_str().unwrap().contains(summary), "{check:#}");
        check
    }

    /// The first fault must be this one, with a hint and this code.
    #[track_caller]
    fn fails_first(&self, leg: &str, name: &str, code: i32, summary: &str) -> &Self {
        let first = self.json["first_fault"].as_u64();
        let first = first.unwrap_or_else(|| panic!("no fault: {:#}", self.json));
        let first = &self.json["checks"][usize::try_from(first).unwrap()];
        assert_eq!((&first["leg"], &first["name"]), (&leg.into(), &name.into()), "{first:#}");
        self.has("fail", leg, name, summary);
        assert!(first["hint"].is_string(), "no hint: {first:#}");
        assert_eq!(self.finished.code, Some(code), "{first:#}");
        self
    }

    #[track_caller]
    fn no_fault(&self) -> &Self {
        assert_eq!(self.finished.code, Some(0), "{:#}", self.json);
        assert_eq!(self.json["first_fault"], Value::Null, "{:#}", self.json);
        self
    }
}
