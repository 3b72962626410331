//! One machine in a folder: its own PATH, home and script folder, for one shell.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use testkit::process::{self, Finished, Process};
use testkit::program;

/// A helper that runs.
pub(crate) const HELPER: &str = "#!/bin/sh\necho aibridge-agent\n";

/// Tools that the scripts need.
const BASE: [&str; 13] =
    ["cat", "chmod", "cp", "date", "ls", "mkdir", "mv", "rm", "sh", "sleep", "tr", "uname", "wc"];

/// Tools that a sandbox has until it is restricted.
const OPTIONAL: [&str; 7] = ["busybox", "curl", "flock", "openssl", "sha256sum", "shasum", "wget"];

#[derive(Debug)]
pub(crate) struct Sandbox {
    dir: TempDir,
    /// What runs the shell, such as a change of user.
    wrapper: Vec<String>,
    shell: Vec<String>,
}

impl Sandbox {
    /// `shell` is the command that takes `-c` and a script.
    pub(crate) fn new(shell: &[String]) -> Self {
        let sandbox =
            Self { dir: TempDir::new().unwrap(), wrapper: Vec::new(), shell: shell.to_vec() };
        for folder in ["bin", "tools", "home", "script-bin"] {
            sandbox.folder(folder, 0o755);
        }
        for tool in BASE {
            sandbox.link(tool);
        }
        sandbox.restrict(&OPTIONAL);
        sandbox
    }

    /// Runs the shell by `words` from now on; the first one is searched in the system's folders.
    pub(crate) fn wrap(&mut self, words: &[&str]) {
        self.wrapper = words.iter().map(|it| (*it).to_owned()).collect();
        let program = find(words[0]).unwrap_or_else(|| panic!("{} is not installed", words[0]));
        program.to_str().unwrap().clone_into(&mut self.wrapper[0]);
    }

    /// Gives the machine to a plain user, who runs the shell from now on. Only
    /// root can do that.
    pub(crate) fn give_to(&mut self, user: u32) {
        fs::set_permissions(self.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for folder in ["", "home", "script-bin"] {
            std::os::unix::fs::chown(self.path(folder), Some(user), Some(user)).unwrap();
        }
        let (uid, gid) = (format!("--reuid={user}"), format!("--regid={user}"));
        self.wrap(&["setpriv", &uid, &gid, "--clear-groups"]);
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn search_path(&self) -> String {
        format!("{}:{}", self.path("bin"), self.path("tools"))
    }

    /// Leaves only these of the optional tools.
    pub(crate) fn restrict(&self, tools: &[&str]) {
        for tool in OPTIONAL {
            let link = self.path(&format!("tools/{tool}"));
            if Path::new(&link).is_symlink() {
                fs::remove_file(&link).unwrap();
            }
            if tools.contains(&tool) && (tool != "busybox" || find(tool).is_some()) {
                self.link(tool);
            }
        }
    }

    /// Adds tools that the scripts do not need.
    pub(crate) fn link_more(&self, tools: &[&str]) {
        for tool in tools {
            self.link(tool);
        }
    }

    /// Makes the log of [`coder`](Self::coder) writable by every user.
    pub(crate) fn writable_log(&self) {
        let log = self.file("coder-calls", "");
        fs::set_permissions(log, fs::Permissions::from_mode(0o666)).unwrap();
    }

    fn link(&self, tool: &str) {
        let target = find(tool).unwrap_or_else(|| panic!("{tool} is not installed"));
        std::os::unix::fs::symlink(target, self.path(&format!("tools/{tool}"))).unwrap();
    }

    pub(crate) fn folder(&self, name: &str, mode: u32) {
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = PathBuf::from(self.path(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// An executable file.
    pub(crate) fn program(&self, name: &str, text: &str) -> String {
        let path = PathBuf::from(self.path(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        program::write(&path, text);
        path.to_str().unwrap().to_owned()
    }

    /// A `coder` command that logs its arguments.
    pub(crate) fn coder(&self) {
        self.program("bin/coder", &self.coder_text(":"));
    }

    pub(crate) fn coder_text(&self, then: &str) -> String {
        format!("#!/bin/sh\necho \"$*\" >>'{}'\n{then}\n", self.path("coder-calls"))
    }

    pub(crate) fn coder_calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.path("coder-calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }

    pub(crate) fn status(&self) -> Option<serde_json::Value> {
        let text = fs::read_to_string(self.path("proxy/status.json")).ok()?;
        Some(serde_json::from_str(&text).unwrap_or_else(|err| panic!("{err}: {text}")))
    }

    #[track_caller]
    pub(crate) fn assert_only(&self, folder: &str, names: &[&str]) {
        let mut expected = names.to_vec();
        // The lock file stays where flock made it.
        let mut found: Vec<String> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        if !found.iter().any(|it| it == ".aibridge-agent.lock") {
            expected.retain(|it| *it != ".aibridge-agent.lock");
        }
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "in {folder}");
    }

    pub(crate) fn run(&self, script: &str) -> Finished {
        self.spawn(script).wait()
    }

    pub(crate) fn run_with(&self, script: &str, env: &[(&str, Option<&str>)]) -> Finished {
        let mut command = self.command(script);
        for (name, value) in env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        process::run(command)
    }

    pub(crate) fn spawn(&self, script: &str) -> Process {
        Process::spawn(self.command(script))
    }

    fn command(&self, script: &str) -> Command {
        let words = [&self.wrapper[..], &self.shell[..]].concat();
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .arg("-c")
            .arg(script)
            .env_clear()
            .env("PATH", self.search_path())
            .env("HOME", self.path("home"))
            .env("CODER_SCRIPT_BIN_DIR", self.path("script-bin"))
            .current_dir(self.dir.path());
        command
    }
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

pub(crate) fn has_busybox() -> bool {
    find("busybox").is_some()
}

/// dash and bash, which must be there, and busybox's ash where it is installed.
pub(crate) fn shells() -> Vec<Vec<String>> {
    let command = |program: PathBuf| program.to_str().unwrap().to_owned();
    let required = ["dash", "bash"]
        .map(|name| vec![command(find(name).unwrap_or_else(|| panic!("{name} is not installed")))]);
    let ash = find("busybox").map(|program| vec![command(program), "sh".to_owned()]);
    required.into_iter().chain(ash).collect()
}

pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn find(program: &str) -> Option<PathBuf> {
    ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        .iter()
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.exists())
}
