//! A release as users install it: each static helper alone in an empty root, and
//! at work, natively or emulated; the provider out of its archive; and what is in the
//! archives that nothing here can run.

mod contents;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use testkit::terraform::{Mirror, Terraform, Workdir};
use xtask::tools::{self, Tool};
use xtask::{process, workspace};

use crate::dist::{self, Target};

/// What runs here, if need be emulated; the helper is there for these alone.
const LINUX: [Target; 3] = [Target::LinuxAmd64, Target::LinuxArm64, Target::LinuxArmv7];

const CONFIG: &str = r#"terraform {
  required_providers {
    aibridge = {
      source = "aibridge-rs/aibridge"
    }
  }
}

resource "aibridge_proxy" "released" {
  proxy_url = "http://proxy.example.com:8888"
  ca_fetch  = "required"
}
"#;

/// Builds the release for all that can be linked on Linux, and runs what is for Linux.
pub(super) fn run() -> Result<()> {
    tools::get(&[Tool::Terraform, Tool::Qemu])?;
    dist::run(None, [&LINUX[..], &[Target::WindowsAmd64]].concat(), None)?;
    contents::check()?;
    for target in LINUX {
        run_alone(target)?;
        set_up(target)?;
        println!("{}: runs in an empty root, sets up, and runs a command", target.platform());
    }
    install()
}

/// Runs the helper in a root that holds no other file, so that it needs no library.
fn run_alone(target: Target) -> Result<()> {
    let root = tempfile::tempdir()?;
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--root"]).arg(root.path());
    if let Some(emulator) = emulator(target)? {
        fs::copy(emulator, root.path().join("emulator"))?;
        command.arg("/emulator");
    }
    fs::copy(dist::helper(target), root.path().join("helper"))?;
    let version = process::capture(command.args(["/helper", "--version"]))?;
    ensure!(version.starts_with("aibridge-agent "), "the helper printed `{version}`");
    Ok(())
}

fn set_up(target: Target) -> Result<()> {
    let (ca, coder, folder) = (TestCa::new("soak"), FakeCoder::start(), tempfile::tempdir()?);
    coder.set_certificate(ca.pem());
    let certificate = folder.path().join("aibridge/ca-cert.pem");
    let helper = || -> Result<Command> {
        let mut command = match emulator(target)? {
            Some(emulator) => Command::new(emulator),
            None => Command::new("env"),
        };
        command.arg(dist::helper(target)).env("AIBRIDGE_SESSION_TOKEN", coder.token());
        command.env("AIBRIDGE_CERT_PATH", &certificate).env("HOME", folder.path());
        Ok(command)
    };
    let mut setup = helper()?;
    setup.args(["setup", "--sync", "off", "--access-url", &coder.url()]);
    process::capture(setup.args(["--proxy-url", "http://127.0.0.1:8888"]))?;
    ensure!(
        fs::read_to_string(&certificate)?.contains(ca.pem().trim()),
        "the helper stored another certificate"
    );
    let mut exec = helper()?;
    exec.args(["exec", "--sync", "off", "--", "sh", "-c", "echo \"$HTTPS_PROXY\""]);
    let proxy = process::capture(&mut exec)?;
    ensure!(proxy.contains(&coder.token()), "the command has no proxy with the token");
    Ok(())
}

/// The emulator that runs a target's programs; none where the machine runs them itself.
fn emulator(target: Target) -> Result<Option<PathBuf>> {
    let name = match target {
        Target::LinuxArm64 if cfg!(not(target_arch = "aarch64")) => "qemu-aarch64-static",
        Target::LinuxArmv7 => "qemu-arm-static",
        _ => return Ok(None),
    };
    let found = process::on_path(name).with_context(|| format!("{name} is not on PATH"))?;
    Ok(Some(found))
}

/// The archives, packed as they are, in a mirror: Terraform takes each for its
/// platform, and the first through init, lock file, apply and empty plan.
fn install() -> Result<()> {
    let mirror = Mirror::new();
    let archive = dist::archive(LINUX[0]);
    for host in workspace::REGISTRY_HOSTS {
        let folder = mirror.path().join(host).join("aibridge-rs/aibridge");
        fs::create_dir_all(&folder)?;
        for archive in contents::archives() {
            let name = archive.file_name().context("an archive has a name")?;
            fs::copy(&archive, folder.join(name))?;
        }
    }
    let coder = FakeCoder::start();
    coder.set_certificate(TestCa::new("soak").pem());
    let workdir = Workdir::new(&Terraform::default(), &mirror);
    workdir.write("main.tf", CONFIG);
    let call = || {
        let call = workdir.call().env("CODER_AGENT_URL", coder.url());
        call.env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", coder.token())
    };
    let lock_all = call().arg("lock").arg(format!("-fs-mirror={}", mirror.path().display()));
    let platforms = contents::platforms().map(|it| format!("-platform={it}"));
    platforms.fold(lock_all, |call, it| call.arg(it)).run("providers").success();
    call().init().success();
    let lock = fs::read_to_string(workdir.path().join(".terraform.lock.hcl"))?;
    ensure!(lock.contains("h1:"), "no hash was locked: {lock}");
    call().apply().success();
    call().plan().assert_empty();
    let state = call().show().0.to_string();
    for target in LINUX {
        let sum = checksum_in_list(&dist::helper(target))?;
        ensure!(state.contains(&sum), "no script knows the helper for {}", target.platform());
    }
    call().destroy().success();
    println!("{}: installed, locked, applied, planned empty, destroyed", archive.display());
    Ok(())
}

/// The checksum of a file in the release's own list.
fn checksum_in_list(file: &Path) -> Result<String> {
    let list = fs::read_to_string(dist::checksum_list())?;
    let name = file.file_name().context("a file has a name")?.to_string_lossy();
    let line = list.lines().find(|it| it.ends_with(&*name));
    let sum = line.and_then(|it| it.split_whitespace().next());
    Ok(sum.with_context(|| format!("{name} is not in the list"))?.to_owned())
}
