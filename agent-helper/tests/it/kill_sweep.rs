//! A set-up that is killed, or refused by the system, at each step of its
//! work. strace does it at a named system call, the same one each time.
//!
//! In each case certificate and bundle are the old or the new ones, and whole; the
//! next set-up repairs the other files and finds the lock free; no temporary file
//! stays. Every `AIBRIDGE_KILL_STRIDE`-th step is
//! taken; `cargo xtask soak kill-sweep` takes all of them.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use fakes::ca::TestCa;
use testkit::process::{Finished, run};
use testkit::slow;

use crate::world::World;

/// The calls by which files change, and those around them.
const CALLS: [&str; 11] = [
    "openat",
    "mkdirat",
    "flock",
    "write",
    "fsync",
    "fchmod",
    "renameat",
    "renameat2",
    "unlinkat",
    "utimensat",
    "connect",
];

/// The errors that the system may return, by call.
const REFUSALS: [(&str, &str); 10] = [
    ("write", "ENOSPC"),
    ("write", "EDQUOT"),
    ("openat", "EROFS"),
    ("openat", "EMFILE"),
    ("fsync", "EIO"),
    ("fchmod", "EPERM"),
    ("renameat", "EACCES"),
    ("utimensat", "EROFS"),
    ("flock", "ENOLCK"),
    ("mkdirat", "ENOSPC"),
];

/// More steps than any run has.
const MOST: usize = 400;

const OURS: [&str; 5] =
    ["AIBRIDGE", "ca-bundle.pem", "ca-cert.pem", "settings.json", "status.json"];

/// A world with an earlier CA in place, or nothing, and another one served.
struct Sweep {
    world: World,
    has_old: bool,
    old: TestCa,
    new: TestCa,
    bundles: BTreeSet<Option<String>>,
    steps: usize,
}

impl Sweep {
    fn new(has_old: bool) -> Self {
        let world = World::new();
        let (old, new) = (TestCa::new("old CA"), TestCa::new("new CA"));
        let mut sweep = Self { world, has_old, old, new, bundles: BTreeSet::new(), steps: 0 };
        // The two bundles that may be seen: what is in place before and after.
        sweep.reset();
        sweep.bundles.insert(sweep.bundle());
        sweep.set_up();
        sweep.bundles.insert(sweep.bundle());
        sweep
    }

    fn reset(&self) {
        if self.world.folder().exists() {
            fs::remove_dir_all(self.world.folder()).unwrap();
        }
        if self.has_old {
            self.world.coder.set_certificate(self.old.pem());
            self.world.run(["setup"]).success();
        }
        self.world.coder.set_certificate(self.new.pem());
    }

    fn set_up(&self) -> Finished {
        self.world.run(["setup"]).success()
    }

    fn bundle(&self) -> Option<String> {
        fs::read_to_string(self.world.bundle_path()).ok()
    }

    /// A set-up under strace; false if it had no such step any more.
    fn injected(&self, call: &str, what: &str, step: usize) -> (Finished, bool) {
        let log = self.world.temp.path().join("trace");
        let base = self.world.command(["setup", "--timeout", "2s"]);
        let mut command = Command::new("strace");
        command.args(["--follow-forks", "--quiet=all", "--output"]).arg(&log);
        command.args(["--trace", call, "--inject", &format!("{call}:{what}:when={step}")]);
        if what.starts_with("error") {
            // A refusal is for what happens to our files, not to sockets and pipes.
            command.arg("--trace-path").arg(self.world.folder());
            for name in OURS {
                let temporary = format!(".{name}.new");
                for name in [name, &temporary] {
                    command.arg("--trace-path").arg(self.world.folder().join(name));
                }
            }
        }
        command.arg(base.get_program()).args(base.get_args()).env_clear();
        command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let finished = run(command);
        let trace = fs::read_to_string(&log).unwrap_or_default();
        let was_hit = trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL");
        (finished, was_hit)
    }

    /// What must hold after each step.
    #[track_caller]
    fn check(&self, case: &str) {
        let (old, new) = (self.old.pem(), self.new.pem());
        let held = fs::read_to_string(self.world.cert_path()).ok();
        let allowed = if self.has_old {
            vec![Some(old.clone()), Some(format!("{new}{old}"))]
        } else {
            vec![None, Some(new)]
        };
        assert!(allowed.contains(&held), "{case}: the certificate is {held:?}");
        let bundle = self.bundle();
        assert!(self.bundles.contains(&bundle), "{case}: the bundle is another one");
        for ca in held.iter().flat_map(|it| it.split_inclusive("-----END CERTIFICATE-----\n")) {
            let holds = bundle.as_deref().is_some_and(|it| it.contains(ca));
            assert!(holds, "{case}: a CA of the certificate is not in the bundle");
        }
        let names = self.names();
        let litter: Vec<&String> = names.iter().filter(|it| !OURS.contains(&it.as_str())).collect();
        let is_known = |it: &&&String| {
            let name = it.trim_start_matches('.').trim_end_matches(".new");
            OURS.contains(&name)
        };
        assert_eq!(litter.iter().filter(is_known).count(), litter.len(), "{case}: {litter:?}");
        assert!(litter.len() <= 1, "{case}: temporary files pile up: {litter:?}");
        for name in ["settings.json", "status.json"] {
            let Ok(text) = fs::read_to_string(self.world.folder().join(name)) else { continue };
            // The status that a set-up is running is the only one that is not synced,
            // and a killed process loses none of it.
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(&text);
            assert!(parsed.is_ok(), "{case}: {name} is not whole: {text}");
        }
    }

    /// The next set-up repairs all of it at once.
    #[track_caller]
    fn check_repair(&self, case: &str) {
        self.set_up();
        let held = fs::read_to_string(self.world.cert_path()).unwrap();
        assert!(held.starts_with(&self.new.pem()), "{case}");
        assert_eq!(self.names(), OURS, "{case}");
        assert_eq!(self.world.outcome(), "ok", "{case}");
    }

    fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.world.folder()) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn kill(&mut self, stride: usize) {
        for call in CALLS {
            for step in (1..MOST).step_by(stride) {
                self.reset();
                let (finished, was_hit) = self.injected(call, "signal=SIGKILL", step);
                let case = format!("killed at {call} number {step}");
                if !was_hit {
                    assert_eq!(finished.code, Some(0), "{case}: {finished:?}");
                    break;
                }
                self.steps += 1;
                self.check(&case);
                self.check_repair(&case);
            }
        }
    }

    fn refuse(&mut self, stride: usize) {
        for (call, error) in REFUSALS {
            for step in (1..MOST).step_by(stride) {
                self.reset();
                let (finished, was_hit) = self.injected(call, &format!("error={error}"), step);
                let case = format!("{error} of {call} number {step}");
                if !was_hit {
                    break;
                }
                self.steps += 1;
                // The loader cannot start it, stdout has a write error, or it reports the fault.
                let code = finished.code.unwrap_or_default();
                assert!(matches!(code, 0 | 1 | 10..=18 | 127), "{case}: {finished:?}");
                assert!(!finished.stderr.contains("panicked"), "{case}: {}", finished.stderr);
                self.check(&case);
                self.check_repair(&case);
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "`cargo xtask soak` reads how many steps there were")]
fn say(text: &str) {
    println!("{text}");
}

fn stride() -> usize {
    slow::stride("AIBRIDGE_KILL_STRIDE", 9)
}

#[test]
fn setup_killed_at_each_step_of_the_first_run_leaves_whole_files() {
    let Some(_ran) = slow::ring3("killed_at_each_step_of_the_first_set_up") else { return };
    let mut sweep = Sweep::new(false);
    sweep.kill(stride());
    say(&format!("{} kills of a first set-up left it whole or absent", sweep.steps));
    assert!(sweep.steps >= CALLS.len() / 2, "{}", sweep.steps);
}

#[test]
fn setup_killed_at_each_step_of_a_renewal_leaves_whole_files() {
    let Some(_ran) = slow::ring3("killed_at_each_step_of_a_renewal") else { return };
    let mut sweep = Sweep::new(true);
    sweep.kill(stride());
    say(&format!("{} kills of a renewal left it whole", sweep.steps));
    assert!(sweep.steps >= CALLS.len() / 2, "{}", sweep.steps);
}

#[test]
fn setup_refused_by_the_system_at_each_step_leaves_whole_files() {
    let Some(_ran) = slow::ring3("refused_by_the_system_at_each_step") else { return };
    let mut steps = 0;
    for has_old in [false, true] {
        let mut sweep = Sweep::new(has_old);
        sweep.refuse(stride());
        steps += sweep.steps;
    }
    say(&format!("{steps} refusals of the system left it whole or absent"));
    assert!(steps >= REFUSALS.len() / 2, "{steps}");
}
