//! The provider against a Go provider built on terraform-plugin-framework.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use testkit::ca::TestCa;
use testkit::terraform::{Mirror, Terraform, Workdir};

use super::measure::{beyond, interleave};
use super::release_binary;
use super::table::{Table, Unit};
use crate::tools::{self, Tool};
use crate::{process, workspace};

/// What Terraform says to a plugin that it starts.
const MAGIC_COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
const PEER: &str = "terraform-provider-time 0.14.2";

const STARTS: usize = 60;
const SCHEMAS: usize = 7;
const PLANS: usize = 20;

/// A configuration without any provider, which the others contain.
const BARE: &str = "resource \"terraform_data\" \"bare\" {\n  input = \"bare\"\n}\n";
const OURS: &str = r#"terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}
provider "aibridge" {
  access_url    = "http://127.0.0.1:9"
  session_token = "bench-token"
}
resource "aibridge_proxy" "bench" {
  proxy_url = "https://proxy.example.com:8888"
}
"#;
const TIME: &str = r#"terraform {
  required_providers {
    time = { source = "hashicorp/time" }
  }
}
resource "time_offset" "bench" {
  offset_days = 7
}
"#;

/// Measures start, memory and plan.
pub(super) fn run(table: &mut Table) -> Result<()> {
    let ours = release_binary("provider", "terraform-provider-aibridge")?;
    let store = tools::get(&[Tool::Terraform, Tool::TimeProvider])?;
    let time = store.path("bin/terraform-provider-time");
    let mirror = Mirror::new().with_aibridge(&ours);
    add_peer(&mirror, &time)?;
    measure_start(table, &ours, &time)?;
    measure_memory(table, &mirror, &ours, &time)?;
    measure_plan(table, &mirror)
}

fn measure_start(table: &mut Table, ours: &Path, time: &Path) -> Result<()> {
    println!("bench: {STARTS} starts of each provider");
    let certificate = TestCa::new("bench").pem();
    let [ours, peer] = interleave(
        STARTS,
        [
            Box::new(|| start_to_handshake(ours, &certificate)),
            Box::new(|| start_to_handshake(time, &certificate)),
        ],
    )?;
    table.ratio(
        "provider: start to handshake line",
        Unit::Milliseconds,
        &ours,
        (PEER, &peer),
        0.12,
    );
    Ok(())
}

/// Milliseconds from the start of the process to its first line.
fn start_to_handshake(binary: &Path, client_certificate: &str) -> Result<f64> {
    let mut command = Command::new(binary);
    command.env(MAGIC_COOKIE.0, MAGIC_COOKIE.1).env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
    command.env("PLUGIN_MIN_PORT", "10000").env("PLUGIN_MAX_PORT", "25000");
    command.env("PLUGIN_CLIENT_CERT", client_certificate);
    let started = Instant::now();
    let mut provider = Running::start(&mut command)?;
    let line = provider.line()?;
    let took = started.elapsed();
    if line.split('|').count() < 6 {
        bail!("`{}` printed no handshake but `{}`", binary.display(), line.trim_end());
    }
    Ok(took.as_secs_f64() * 1e3)
}

fn measure_memory(table: &mut Table, mirror: &Mirror, ours: &Path, time: &Path) -> Result<()> {
    println!("bench: memory after {SCHEMAS} requests for the schema of each provider");
    let (ours_folder, time_folder) = (workdir(mirror, OURS), workdir(mirror, TIME));
    let [ours, peer] = interleave(
        SCHEMAS,
        [
            Box::new(|| memory_after_schema(ours, "--debug", &ours_folder)),
            Box::new(|| memory_after_schema(time, "-debug", &time_folder)),
        ],
    )?;
    table.absolute("provider: resident memory after schema", Unit::MebiBytes, &ours, 10.0);
    table.ratio("provider: the same, against the peer", Unit::MebiBytes, &ours, (PEER, &peer), 0.5);
    Ok(())
}

/// MiB of a provider whose schema a real Terraform has just read: started in
/// debug mode, so that it is still there to be looked at.
fn memory_after_schema(binary: &Path, debug: &str, workdir: &Workdir) -> Result<f64> {
    const REATTACH: &str = "TF_REATTACH_PROVIDERS";
    let mut provider = Running::start(Command::new(binary).arg(debug))?;
    let reattach = loop {
        let line = provider.line()?;
        if let Some((_, value)) = line.split_once(&format!("{REATTACH}='")) {
            break value.trim_end().trim_end_matches('\'').to_owned();
        }
    };
    workdir.call().env(REATTACH, reattach).arg("schema").arg("-json").run("providers").success();
    let status = fs::read_to_string(format!("/proc/{}/status", provider.child.id()))?;
    let line = status
        .lines()
        .find_map(|it| it.strip_prefix("VmRSS:"))
        .context("the kernel names no VmRSS")?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes / 1024.0)
}

fn measure_plan(table: &mut Table, mirror: &Mirror) -> Result<()> {
    println!("bench: {PLANS} plans without a provider and with each");
    let bare = workdir(mirror, BARE);
    let ours = workdir(mirror, &format!("{OURS}{BARE}"));
    let time = workdir(mirror, &format!("{TIME}{BARE}"));
    for workdir in [&bare, &ours, &time] {
        workdir.call().init().success();
    }
    let plan = |workdir: &Workdir| {
        let started = Instant::now();
        workdir.call().arg("-lock=false").run("plan").success();
        Ok(started.elapsed().as_secs_f64() * 1e3)
    };
    let [bare, ours, time] = interleave(
        PLANS,
        [Box::new(|| plan(&bare)), Box::new(|| plan(&ours)), Box::new(|| plan(&time))],
    )?;
    let (ours, time) = (beyond(&ours, &bare), beyond(&time, &bare));
    table.ratio(
        "provider: plan beyond bare Terraform",
        Unit::Milliseconds,
        &ours,
        (PEER, &time),
        0.3,
    );
    Ok(())
}

fn workdir(mirror: &Mirror, config: &str) -> Workdir {
    let workdir = Workdir::new(&Terraform::everyday(), mirror);
    workdir.write("main.tf", config);
    workdir
}

/// Offers the peer beside our provider.
fn add_peer(mirror: &Mirror, binary: &Path) -> Result<()> {
    for host in workspace::REGISTRY_HOSTS {
        let folder =
            format!("{host}/hashicorp/time/{}/{}", tools::TIME_VERSION, workspace::platform());
        let folder = mirror.path().join(folder);
        fs::create_dir_all(&folder)?;
        let file = format!("terraform-provider-time_v{}", tools::TIME_VERSION);
        std::os::unix::fs::symlink(binary, folder.join(file))?;
    }
    Ok(())
}

/// A provider process that ends with this value.
struct Running {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        let text = process::printable(command);
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| format!("failed to start `{text}`"))?;
        let lines = BufReader::new(child.stdout.take().context("standard output is a pipe")?);
        Ok(Self { child, lines })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            bail!("the provider ended without the line that was waited for");
        }
        Ok(line)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        if self.child.kill().is_ok() {
            let _ended = self.child.wait();
        }
    }
}
