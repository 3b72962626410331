//! What a release has to hold: its files by name, their checksums, and in each archive
//! a program of that archive's platform that needs nothing but the system.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use object::{Architecture, BinaryFormat, Object as _};
use xtask::{process, workspace};
use zip::ZipArchive;

use crate::dist;

#[cfg(test)]
mod tests;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// One archive of the provider.
struct Archive {
    /// In the words of plugin registries.
    platform: &'static str,
    /// The ending of the program's name.
    exe: &'static str,
    format: BinaryFormat,
    architecture: Architecture,
}

const ARCHIVES: [Archive; 4] = [
    Archive {
        platform: "linux_amd64",
        exe: "",
        format: BinaryFormat::Elf,
        architecture: Architecture::X86_64,
    },
    Archive {
        platform: "linux_arm",
        exe: "",
        format: BinaryFormat::Elf,
        architecture: Architecture::Arm,
    },
    Archive {
        platform: "linux_arm64",
        exe: "",
        format: BinaryFormat::Elf,
        architecture: Architecture::Aarch64,
    },
    Archive {
        platform: "windows_amd64",
        exe: ".exe",
        format: BinaryFormat::Pe,
        architecture: Architecture::X86_64,
    },
];

/// Beginnings of the names of libraries that every Windows has from 10 on; a compiler's
/// own are not among them. A static program for Linux needs none at all.
const OF_WINDOWS: [&str; 8] = [
    "advapi32.dll",
    "api-ms-win-",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "crypt32.dll",
    "kernel32.dll",
    "ntdll.dll",
    "ws2_32.dll",
];

/// What a program was made for, and the libraries that it wants there, in lower case.
#[derive(Debug)]
struct Program {
    format: BinaryFormat,
    architecture: Architecture,
    libraries: BTreeSet<String>,
}

/// The platforms of the archives.
pub(super) fn platforms() -> impl Iterator<Item = &'static str> {
    ARCHIVES.iter().map(|it| it.platform)
}

/// The archives' files.
pub(super) fn archives() -> impl Iterator<Item = PathBuf> {
    ARCHIVES.iter().map(Archive::file)
}

/// Fails at the first file that is missing, not expected, or has the wrong content.
pub(super) fn check() -> Result<()> {
    let folder = dist::folder();
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(&folder)? {
        found.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    let provider = format!("terraform-provider-aibridge_{VERSION}");
    let (manifest, sums) = (format!("{provider}_manifest.json"), format!("{provider}_SHA256SUMS"));
    let archives = platforms().map(|it| format!("{provider}_{it}.zip"));
    let helpers = ["amd64", "arm64", "armv7"];
    let helpers = helpers.map(|it| format!("aibridge-agent_{VERSION}_linux_{it}"));
    let wanted: BTreeSet<String> =
        archives.chain(helpers).chain([manifest.clone(), sums.clone()]).collect();
    ensure!(found == wanted, "the release holds {found:?}, not {wanted:?}");

    let list = fs::read_to_string(folder.join(&sums))?;
    ensure!(list.lines().count() == wanted.len() - 1, "not each file has its checksum: {list}");
    let mut sha256sum = Command::new("sha256sum");
    sha256sum.args(["--check", "--strict", &sums]).current_dir(&folder);
    process::run_quietly(&mut sha256sum)?;

    let source = fs::read(workspace::root().join("terraform-registry-manifest.json"))?;
    ensure!(fs::read(folder.join(manifest))? == source, "another manifest");
    for archive in ARCHIVES {
        archive.check().with_context(|| format!("the archive for {}", archive.platform))?;
        println!("{}: whole, for its machine, and needs the system alone", archive.platform);
    }
    Ok(())
}

// === impl Archive ===

impl Archive {
    fn file(&self) -> PathBuf {
        let platform = self.platform;
        dist::folder().join(format!("terraform-provider-aibridge_{VERSION}_{platform}.zip"))
    }

    fn check(&self) -> Result<()> {
        let program = format!("terraform-provider-aibridge_v{VERSION}{}", self.exe);
        let mut archive = ZipArchive::new(File::open(self.file())?)?;
        let names = archive.file_names().collect::<Result<Vec<_>, _>>()?;
        ensure!(names == ["LICENSE", "README.md", &program], "it holds {names:?}");
        let mut entry = archive.by_name(&program)?;
        let mode = entry.unix_mode();
        ensure!(mode.is_some_and(|it| it & 0o777 == 0o755), "its program has mode {mode:?}");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        self.check_program(&bytes)
    }

    fn check_program(&self, bytes: &[u8]) -> Result<()> {
        let Program { format, architecture, libraries } = Program::parse(bytes)?;
        let is_ours = (format, architecture) == (self.format, self.architecture);
        ensure!(is_ours, "its program is for {architecture:?} and has the form {format:?}");
        let of_system = if format == BinaryFormat::Pe { &OF_WINDOWS[..] } else { &[] };
        let is_foreign = |name: &&String| !of_system.iter().any(|it| name.starts_with(it));
        let foreign: Vec<&String> = libraries.iter().filter(is_foreign).collect();
        ensure!(foreign.is_empty(), "its program needs {foreign:?}");
        Ok(())
    }
}

// === impl Program ===

impl Program {
    fn parse(bytes: &[u8]) -> Result<Self> {
        let file = object::File::parse(bytes).context("it is no program")?;
        let mut libraries = BTreeSet::new();
        for library in file.import_libraries().context("its imports cannot be read")? {
            libraries.insert(String::from_utf8_lossy(library?.name()).to_lowercase());
        }
        Ok(Self { format: file.format(), architecture: file.architecture(), libraries })
    }
}
