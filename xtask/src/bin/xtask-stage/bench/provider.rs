//! The provider against two Go providers: one built on
//! terraform-plugin-framework, and the one that it stands beside, coder's.

mod commands;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use fakes::ca::TestCa;
use testkit::terraform::{Mirror, Terraform, Workdir};
use xtask::tools::{self, Tool};
use xtask::{process, workspace};

use super::measure::{Contestant, interleave};
use super::table::{Table, Unit};
use crate::dist;

/// The variable that Terraform sets for a plugin, and its value.
const MAGIC_COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
const TIME_PEER: &str = "terraform-provider-time 0.14.2";
const CODER_PEER: &str = "terraform-provider-coder 2.20.0";

const STARTS: usize = 60;
const SCHEMAS: usize = 7;

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
  ca_fetch  = "off"
}
"#;
/// The SDK's own light resource: `aibridge_proxy` carries 35 KB of scripts, and
/// Terraform writes the whole state again and again while it applies.
const LIGHT: &str = r#"terraform {
  required_providers {
    sample = { source = "aibridge-rs/sample" }
  }
}
resource "sample_entry" "bench" {
  name = "bench"
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
const CODER: &str = r#"terraform {
  required_providers {
    coder = { source = "coder/coder" }
  }
}
resource "coder_env" "bench" {
  agent_id = "00000000-0000-0000-0000-000000000001"
  name     = "BENCH"
  value    = "bench"
}
"#;

/// Measures start, memory and commands.
pub(super) fn run(table: &mut Table) -> Result<()> {
    let ours = dist::program("provider", "terraform-provider-aibridge")?;
    let store = tools::get(&[Tool::Terraform, Tool::TimeProvider, Tool::CoderProvider])?;
    let time = store.path("bin/terraform-provider-time");
    let mirror = Mirror::new().with_aibridge(&ours).with_coder();
    offer(&mirror, "hashicorp/time", tools::TIME_VERSION, &time)?;
    let light = dist::program("tfplugin-rs", "sample-provider")?;
    offer(&mirror, "aibridge-rs/sample", "1.2.3", &light)?;
    let coder = coder_binary(&store)?;
    measure_start(table, [&ours, &time, &coder])?;
    measure_memory(table, &mirror, [&ours, &time, &coder])?;
    commands::run(table, &mirror)
}

fn measure_start(table: &mut Table, binaries: [&Path; 3]) -> Result<()> {
    println!("bench: {STARTS} starts of each provider");
    let ca = TestCa::new("bench");
    let certificate = &ca.pem();
    let contestants = binaries
        .map(|it| -> Contestant<'_> { Box::new(move || start_to_handshake(it, certificate)) });
    let [ours, time, coder] = interleave(STARTS, contestants)?;
    let what = "provider: start to handshake line";
    table.ratio(what, Unit::Milliseconds, &ours, (TIME_PEER, &time), 0.12);
    table.compare(what, Unit::Milliseconds, &ours, (CODER_PEER, &coder));
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

fn measure_memory(table: &mut Table, mirror: &Mirror, binaries: [&Path; 3]) -> Result<()> {
    println!("bench: memory after {SCHEMAS} requests for the schema of each provider");
    let [ours, time, coder] = binaries;
    let folders = [OURS, TIME, CODER].map(|it| workdir(mirror, it));
    let [ours, time, coder] = interleave(
        SCHEMAS,
        [
            Box::new(|| memory_after_schema(ours, "--debug", &folders[0])),
            Box::new(|| memory_after_schema(time, "-debug", &folders[1])),
            Box::new(|| memory_after_schema(coder, "-debug", &folders[2])),
        ],
    )?;
    table.absolute("provider: resident memory after schema", Unit::MebiBytes, &ours, 10.0);
    let what = "provider: the same, against the peer";
    table.ratio(what, Unit::MebiBytes, &ours, (TIME_PEER, &time), 0.5);
    table.compare(what, Unit::MebiBytes, &ours, (CODER_PEER, &coder));
    Ok(())
}

/// MiB of a provider whose schema a real Terraform has just read: started in
/// debug mode, so that it still runs when its memory is read.
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

fn workdir(mirror: &Mirror, config: &str) -> Workdir {
    let workdir = Workdir::new(&Terraform::default(), mirror);
    workdir.write("main.tf", config);
    workdir
}

/// Where the tools keep the real coder provider.
fn coder_binary(store: &tools::Store) -> Result<PathBuf> {
    let version = tools::CODER_VERSION;
    let [host, ..] = workspace::REGISTRY_HOSTS;
    let folder = format!("mirror/{host}/coder/coder/{version}/{}", workspace::platform());
    let binary = store.path(&folder).join(format!("terraform-provider-coder_v{version}"));
    anyhow::ensure!(binary.is_file(), "the tools have no {}", binary.display());
    Ok(binary)
}

/// Offers a further provider, by its address without the host.
fn offer(mirror: &Mirror, address: &str, version: &str, binary: &Path) -> Result<()> {
    let (_, name) = address.split_once('/').context("an address has a namespace")?;
    for host in workspace::REGISTRY_HOSTS {
        let folder = format!("{host}/{address}/{version}/{}", workspace::platform());
        let folder = mirror.path().join(folder);
        fs::create_dir_all(&folder)?;
        let file = format!("terraform-provider-{name}_v{version}");
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
            bail!("the provider ended without the expected line");
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
