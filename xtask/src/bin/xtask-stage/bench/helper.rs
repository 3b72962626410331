//! The helper against the tools that do its work otherwise: bash, curl and env.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result};
use fakes::ca::TestCa;
use fakes::coder::{CERTIFICATE_PATH, FakeCoder};
use testkit::coder_agent::CoderAgent;
use xtask::process;
use xtask::tools::{self, Tool};

use super::measure::{Contestant, beyond, interleave};
use super::table::{Table, Unit};
use crate::dist;

const SETUPS: usize = 60;
const STARTS: usize = 200;
/// `/bin/true` where it lies on every system that has it.
const BARE: &str = "/usr/bin/true";

/// The work of the helper's set-up as a script: fetch, check for a certificate, and
/// move it into place.
const SCRIPT: &str = r#"set -euo pipefail
mkdir -p "$(dirname "$CERT_PATH")"
tmp="$(mktemp "$CERT_PATH.XXXXXX")"
curl --fail --silent --show-error --max-time 30 \
    --header "Coder-Session-Token: $TOKEN" --output "$tmp" "$URL"
grep -q 'BEGIN CERTIFICATE' "$tmp"
chmod 0644 "$tmp"
mv "$tmp" "$CERT_PATH"
"#;

/// The same between the two calls that start and complete the unit.
const COORDINATED_SCRIPT: &str = r#""$CODER" exp sync start "$UNIT" >/dev/null
eval "$SCRIPT"
"$CODER" exp sync complete "$UNIT" >/dev/null
"#;

/// Measures set-up, the start of a command, and the size of the binary.
pub(super) fn run(table: &mut Table) -> Result<()> {
    let helper = dist::program("agent-helper", "aibridge-agent")?;
    let coder = FakeCoder::start();
    coder.set_certificate(TestCa::new("bench").pem());
    let folder = tempfile::tempdir()?;
    measure_setup(table, &helper, &coder, folder.path())?;
    measure_coordinated(table, &helper, &coder, folder.path())?;
    measure_exec(table, &helper, folder.path())?;
    let size = helper.metadata()?.len() as f64 / (1024.0 * 1024.0);
    table.absolute("helper: binary, stripped", Unit::MebiBytes, &[size], 8.0);
    table.remark("the helper's set-up syncs its files to disk, the script does not");
    table.remark("Coder's agent and CLI are 2.30.0, built from source without the server");
    table.remark("the local proxy is not in the helper yet");
    Ok(())
}

fn setup(helper: &Path, coder: &FakeCoder, folder: &Path) -> Command {
    let mut command = Command::new(helper);
    command.env_clear().env("AIBRIDGE_SESSION_TOKEN", coder.token()).env("HOME", folder);
    command.args(["setup", "--access-url", &coder.url(), "--proxy-url", "http://127.0.0.1:8888"]);
    command
}

/// A script, but for the variable with the certificate's path.
fn script_of(text: &str, coder: &FakeCoder) -> Command {
    let mut command = Command::new("bash");
    command.args(["-euc", text]).env("TOKEN", coder.token());
    command.env("URL", format!("{}{CERTIFICATE_PATH}", coder.url()));
    command
}

fn measure_setup(table: &mut Table, helper: &Path, coder: &FakeCoder, folder: &Path) -> Result<()> {
    println!("bench: {SETUPS} set-ups of each kind");
    let mut ours_count = 0;
    let ours: Contestant<'_> = Box::new(|| {
        ours_count += 1;
        let certificate = folder.join(format!("ours-{ours_count}/ca-cert.pem"));
        timed(setup(helper, coder, folder).args(["--sync", "off", "--cert-path"]).arg(certificate))
    });
    let mut script_count = 0;
    let script: Contestant<'_> = Box::new(|| {
        script_count += 1;
        let certificate = folder.join(format!("script-{script_count}/ca-cert.pem"));
        timed(script_of(SCRIPT, coder).env("CERT_PATH", certificate))
    });
    let [ours, script] = interleave(SETUPS, [ours, script])?;
    table.ratio("helper: setup", Unit::Milliseconds, &ours, ("bash and curl alone", &script), 0.4);
    Ok(())
}

/// Both against Coder's own agent, each time with a unit that it does not know.
fn measure_coordinated(
    table: &mut Table,
    helper: &Path,
    coder: &FakeCoder,
    folder: &Path,
) -> Result<()> {
    println!("bench: {SETUPS} coordinated set-ups of each kind");
    let program = tools::get(&[Tool::Coder])?.path("bin/coder");
    let agent = CoderAgent::start();
    let mut ours_count = 0;
    let ours: Contestant<'_> = Box::new(|| {
        ours_count += 1;
        let mut command = setup(helper, coder, folder);
        command.env("CODER_AGENT_SOCKET_PATH", agent.socket());
        command.args(["--sync", "required", "--sync-unit", &format!("ours-{ours_count}")]);
        let certificate = folder.join(format!("ours-coordinated-{ours_count}/ca-cert.pem"));
        timed(command.arg("--cert-path").arg(certificate))
    });
    let mut script_count = 0;
    let script: Contestant<'_> = Box::new(|| {
        script_count += 1;
        let mut command = script_of(COORDINATED_SCRIPT, coder);
        command.env("SCRIPT", SCRIPT).env("UNIT", format!("script-{script_count}"));
        command.env("CODER", &program).env("CODER_AGENT_SOCKET_PATH", agent.socket());
        let certificate = folder.join(format!("script-coordinated-{script_count}/ca-cert.pem"));
        timed(command.env("CERT_PATH", certificate))
    });
    let [ours, script] = interleave(SETUPS, [ours, script])?;
    let peer = ("bash, curl and two `coder exp sync`", script.as_slice());
    table.ratio("helper: setup, coordinated", Unit::Milliseconds, &ours, peer, 0.1);
    Ok(())
}

fn measure_exec(table: &mut Table, helper: &Path, folder: &Path) -> Result<()> {
    println!("bench: {STARTS} starts of a command, bare, under env and under exec");
    let certificate = folder.join("ours-1/ca-cert.pem");
    let with_token = |command: &mut Command| {
        command.env_clear().env("AIBRIDGE_SESSION_TOKEN", "bench-token").env("HOME", folder);
    };
    let mut print = Command::new(helper);
    print.args(["env", "--format", "json", "--cert-path"]).arg(&certificate);
    with_token(&mut print);
    let text = process::capture(&mut print)?;
    let variables: BTreeMap<String, String> =
        serde_json::from_str(&text).context("`env` printed no map")?;
    let bare = || {
        let mut command = Command::new(BARE);
        with_token(&mut command);
        timed(&mut command)
    };
    let env = || {
        let mut command = Command::new("/usr/bin/env");
        command.args(variables.iter().map(|(name, value)| format!("{name}={value}"))).arg(BARE);
        with_token(&mut command);
        timed(&mut command)
    };
    let exec = || {
        let mut command = Command::new(helper);
        command.args(["exec", "--cert-path"]).arg(&certificate).args(["--", BARE]);
        with_token(&mut command);
        timed(&mut command)
    };
    let [bare, env, exec] = interleave(STARTS, [Box::new(bare), Box::new(env), Box::new(exec)])?;
    let (env, exec) = (beyond(&env, &bare), beyond(&exec, &bare));
    table.ratio(
        "helper: exec beyond the bare command",
        Unit::Milliseconds,
        &exec,
        ("/usr/bin/env", &env),
        1.5,
    );
    fs::remove_dir_all(folder.join("ours-1"))?;
    Ok(())
}

/// Milliseconds of a command that must end well; its output is thrown away
/// cheaply, so that reading it is not part of the time.
fn timed(command: &mut Command) -> Result<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let started = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("failed to start `{}`", process::printable(command)))?;
    let took = started.elapsed();
    anyhow::ensure!(status.success(), "`{}` ended with {status}", process::printable(command));
    Ok(took.as_secs_f64() * 1e3)
}
