//! The agent's command where its socket cannot be used, and peers on the socket
//! that are not an agent.

use std::fs;
use std::path::PathBuf;

use fakes::agent::Fault;
use fakes::coder::Answer;
use fakes::gate::Gate;
use testkit::process::{Finished, run};

use crate::world::{UNIT, World, script};

/// Speaks as `coder exp sync` does, with the units as files of a folder; each
/// call is a line in `calls`.
const CODER: &str = r#"
units='@UNITS@'
printf '%s\n' "$*" >>"$units/../calls"
env >"$units/../environment"
[ "$1 $2" = 'exp sync' ] || { echo "error: unknown command" >&2; exit 1; }
shift 2
if [ "$1" = --socket-path ]; then shift 2; fi
verb=$1; shift
while :; do
  case "$1" in
    --timeout | -o) shift 2 ;;
    *) break ;;
  esac
done
file=$units/$1
case "$verb" in
  status)
    if [ -e "$file" ]; then state=$(cat "$file"); else state='not registered'; fi
    printf '{"unit_name":"%s","status":"%s","is_ready":true,"dependencies":[]}\n' "$1" "$state" ;;
  start)
    if [ "$(cat "$file" 2>/dev/null)" = started ]; then
      echo "error: same status already set" >&2; exit 1
    fi
    echo started >"$file"; echo Success ;;
  complete)
    [ -e "$file" ] || { echo "error: unit not found" >&2; exit 1; }
    [ "$(cat "$file")" = completed ] && { echo "error: same status already set" >&2; exit 1; }
    echo completed >"$file"; echo Success ;;
esac
"#;

/// What the command of 2.30 does in `start` if the agent does not answer.
const PANIC: &str = "printf '%s\\n' \"$*\" >>'@UNITS@/../calls'
echo 'panic: runtime error: invalid memory address or nil pointer dereference' >&2
exit 2
";

/// A world without an agent on the socket but with its command on `PATH`.
struct Cli {
    world: World,
    units: PathBuf,
}

impl Cli {
    fn new(text: &str) -> Self {
        let mut world = World::new();
        world.agent.stop();
        let units = world.temp.path().join("cli/units");
        fs::create_dir_all(&units).unwrap();
        let bin = world.temp.path().join("bin");
        fs::create_dir(&bin).unwrap();
        script(&bin, "coder", &text.replace("@UNITS@", units.to_str().unwrap()));
        Self { world, units }
    }

    fn run(&self, args: &[&str]) -> Finished {
        let mut command = self.world.command(args.iter().copied());
        let bin = self.world.temp.path().join("bin");
        command.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
        run(command)
    }

    fn state(&self, unit: &str) -> Option<String> {
        fs::read_to_string(self.units.join(unit)).ok().map(|it| it.trim().to_owned())
    }

    /// The calls without what stands in each of them.
    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.units.join("../calls")).unwrap_or_default();
        let path = format!("exp sync --socket-path {} ", self.world.agent.path().display());
        calls.lines().map(|it| it.replace(&path, "")).collect()
    }
}

#[test]
fn setup_without_a_socket_uses_the_coder_command() {
    let cli = Cli::new(CODER);
    let finished = cli.run(&["setup"]).success();
    assert!(finished.stderr.contains("using `coder exp sync` instead"), "{}", finished.stderr);
    assert!(!finished.stdout.contains("Success"), "its output is not ours: {}", finished.stdout);
    assert_eq!(cli.state(UNIT).as_deref(), Some("completed"));
    let start = format!("start --timeout 2s {UNIT}");
    let calls = [format!("status -o json {UNIT}"), start, format!("complete {UNIT}")];
    assert_eq!(cli.calls(), calls);
    let environment = fs::read_to_string(cli.units.join("../environment")).unwrap();
    assert!(!environment.contains(&cli.world.coder.token()), "the token is none of its business");
    // It is coordination, so that is not missing.
    cli.run(&["setup", "--sync", "required"]).success();
    cli.run(&["setup", "--sync", "off"]).success();
}

#[test]
fn second_setup_through_the_coder_command_keeps_the_unit_completed() {
    let cli = Cli::new(CODER);
    cli.run(&["setup"]).success();
    cli.run(&["setup"]).success();
    assert_eq!(cli.state(UNIT).as_deref(), Some("completed"));
    let starts = cli.calls().iter().filter(|it| it.starts_with("start")).count();
    assert_eq!(starts, 1, "{:?}", cli.calls());
}

#[test]
fn setup_completes_a_started_unit_through_the_coder_command() {
    let cli = Cli::new(CODER);
    fs::write(cli.units.join(UNIT), "started").unwrap();
    cli.run(&["setup"]).success();
    assert_eq!(cli.state(UNIT).as_deref(), Some("completed"));
}

#[test]
fn failed_setup_releases_dependents_through_the_coder_command() {
    let cli = Cli::new(CODER);
    cli.world.coder.set_answer(Answer::LOGIN_PAGE);
    cli.run(&["setup"]).exited(16);
    assert_eq!(cli.state(UNIT).as_deref(), Some("completed"));
    // A unit that could not be started is registered in order to be completed.
    fs::remove_file(cli.units.join(UNIT)).unwrap();
    cli.run(&["setup", "--from-the-future"]).exited(2);
    assert_eq!(cli.state(UNIT).as_deref(), Some("completed"));
}

#[test]
fn exec_and_wait_start_their_own_unit_through_the_coder_command() {
    let cli = Cli::new(CODER);
    cli.run(&["setup"]).success();
    cli.run(&["wait", "--as", "waiter"]).success();
    assert_eq!(cli.state("waiter").as_deref(), Some("started"));
    let started = format!("cat '{}'", cli.units.join("tool").display());
    let printed = cli.run(&["exec", "--as", "tool", "--", "sh", "-c", &started]).success().stdout;
    assert_eq!(printed, "started\n");
    assert_eq!(cli.state("tool").as_deref(), Some("completed"));
}

#[test]
fn setup_treats_a_coder_command_that_panics_as_missing() {
    let cli = Cli::new(PANIC);
    let finished = cli.run(&["setup"]).success();
    assert!(finished.stderr.contains("other scripts cannot wait"), "{}", finished.stderr);
    assert!(!finished.stderr.contains("panic:"), "{}", finished.stderr);
    assert!(!cli.calls().is_empty());
    assert_eq!(cli.world.outcome(), "ok");
    cli.run(&["setup", "--sync", "required"]).exited(19);
}

#[test]
fn setup_goes_on_when_the_coder_command_hangs() {
    let cli = Cli::new("exec sleep 3600\n");
    // A quarter of the deadline is the command's, the ending has one of its own.
    let finished = cli.run(&["setup", "--timeout", "4s"]).success();
    assert!(finished.stderr.contains("other scripts cannot wait"), "{}", finished.stderr);
    assert_eq!(cli.world.outcome(), "ok");
    let finished = cli.run(&["setup", "--timeout", "1s", "--sync", "required"]).exited(19);
    assert!(!finished.stdout.contains("did not end within"), "{}", finished.stdout);
}

#[test]
fn setup_uses_the_coder_command_when_the_socket_speaks_another_protocol() {
    for (name, fault) in [
        ("closes at once", Fault::CloseOnAccept),
        ("closes in the middle of a frame", Fault::CloseMidFrame),
        ("speaks something else", Fault::Garbage),
        ("announces more than 4 MiB", Fault::Oversized),
    ] {
        let mut cli = Cli::new(CODER);
        cli.world.agent.restart();
        cli.world.agent.set_fault(fault);
        let finished = cli.run(&["setup"]).success();
        assert!(finished.stderr.contains("using `coder exp sync`"), "{name}: {}", finished.stderr);
        assert_eq!(cli.state(UNIT).as_deref(), Some("completed"), "{name}");
    }
}

#[test]
fn setup_does_not_use_the_coder_command_when_the_agent_refuses() {
    for (name, fault) in [
        ("no unit manager", Fault::ManagerUnavailable),
        ("refused", Fault::Error("cycle detected".to_owned())),
    ] {
        let mut cli = Cli::new(CODER);
        cli.world.agent.restart();
        cli.world.agent.set_fault(fault);
        cli.run(&["setup"]).success();
        assert_eq!(cli.calls(), [""; 0], "{name}");
    }
}

#[test]
fn setup_goes_on_after_the_socket_timeout_of_an_agent_that_hangs() {
    let world = World::new();
    world.agent.set_fault(Fault::Hang);
    let finished = world.run(["setup", "--timeout", "30s"]).success();
    assert!(finished.stderr.contains("no response from the agent socket within the timeout"));
    assert_eq!(world.outcome(), "ok");
}

#[test]
fn setup_with_a_short_timeout_goes_on_without_an_agent_that_hangs() {
    let world = World::new();
    world.agent.set_fault(Fault::Hang);
    let finished = world.run(["setup", "--timeout", "4s"]).success();
    assert!(finished.stderr.contains("other scripts cannot wait"), "{}", finished.stderr);
    assert_eq!(world.outcome(), "ok");
    world.run(["wait", "--timeout", "4s"]).success();
}

#[test]
fn setup_exits_19_when_a_required_agent_hangs() {
    let world = World::new();
    world.agent.set_fault(Fault::Hang);
    world.run(["setup", "--timeout", "1s", "--sync", "required"]).exited(19);
    assert_eq!(world.status()["error"]["class"], "coordination");
    assert!(world.coder.requests().is_empty());
    world.run(["wait", "--timeout", "1s", "--sync", "required"]).exited(19);
}

#[test]
fn setup_completes_the_unit_of_an_agent_that_answers_late() {
    let world = World::new();
    world.agent.set_fault(Fault::Hang);
    let gate = Gate::new();
    world.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    let setup = world.spawn(["setup", "--timeout", "8s"]);
    gate.wait_arrivals(1);
    assert_eq!(world.unit(), None);
    world.agent.set_fault(Fault::None);
    gate.open();
    setup.wait().success();
    assert_eq!(world.unit().as_deref(), Some("completed"));
}
