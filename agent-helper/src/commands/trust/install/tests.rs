//! What is planned for each state of a store; nothing is run.

use fakes::ca::TestCa;
use tempfile::TempDir;

use super::*;

const COMMAND: &str = "update-ca-certificates";

struct Debian {
    root: TempDir,
    store: &'static Store,
}

impl Debian {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        fs::create_dir_all(root.path().join("etc")).unwrap();
        fs::write(root.path().join("etc/ca-certificates.conf"), "").unwrap();
        let store = Store::find("linux", root.path()).unwrap();
        Self { root, store }
    }

    /// The steps without the folder, and the command alone.
    fn plan(&self, cas: &[&TestCa]) -> Vec<String> {
        let cas: Vec<_> = cas.iter().map(|it| it.der().clone()).collect();
        let folder = format!("{}/", self.store.folder(self.root.path()).display());
        let chroot = format!("chroot {} ", self.root.path().display());
        plan(self.store, self.root.path(), &cas)
            .unwrap()
            .iter()
            .map(|it| describe(it).replace(&folder, "").replace(&chroot, ""))
            .collect()
    }

    fn file(&self, ca: &TestCa) -> PathBuf {
        self.store.folder(self.root.path()).join(self.store.file_name(&ca.sha256()))
    }

    fn put(&self, ca: &TestCa) {
        write(&self.file(ca), &ca.pem()).unwrap();
    }
}

fn name(ca: &TestCa) -> String {
    format!("aibridge-proxy-{}.crt", &ca.sha256()[..32])
}

#[test]
fn install_plan_has_a_file_for_each_ca_and_one_command() {
    let debian = Debian::new();
    let [one, two] = ["one", "two"].map(TestCa::new);
    let run = format!("run {COMMAND}");
    let steps = debian.plan(&[&one, &two]);
    assert_eq!(steps, [format!("add {}", name(&one)), format!("add {}", name(&two)), run]);
}

#[test]
fn install_plan_keeps_present_files_and_runs_the_command() {
    let debian = Debian::new();
    let ca = TestCa::new("one");
    debian.put(&ca);
    assert_eq!(debian.plan(&[&ca]), [format!("run {COMMAND}")]);
}

#[test]
fn install_plan_replaces_a_rotated_ca() {
    let debian = Debian::new();
    let [old, new] = ["old", "new"].map(TestCa::new);
    debian.put(&old);
    let expected =
        [format!("remove {}", name(&old)), format!("add {}", name(&new)), format!("run {COMMAND}")];
    assert_eq!(debian.plan(&[&new]), expected);
}

#[test]
fn remove_plan_names_only_files_of_this_program() {
    let debian = Debian::new();
    let [ours, edited, company] = ["ours", "edited", "company"].map(TestCa::new);
    assert_eq!(debian.plan(&[]), [""; 0]);
    debian.put(&ours);
    write(&debian.file(&edited), &company.pem()).unwrap();
    let folder = debian.store.folder(debian.root.path());
    fs::write(folder.join("company.crt"), company.pem()).unwrap();
    let linked = debian.file(&company);
    std::os::unix::fs::symlink(folder.join("company.crt"), linked).unwrap();
    assert_eq!(debian.plan(&[]), [format!("remove {}", name(&ours)), format!("run {COMMAND}")]);
}

#[test]
fn install_plan_runs_a_command_for_each_certificate_where_the_system_requires_it() {
    let root = TempDir::new().unwrap();
    let store = Store::find("macos", root.path()).unwrap();
    let [old, new] = ["old", "new"].map(TestCa::new);
    let folder = store.folder(root.path());
    write(&folder.join(store.file_name(&old.sha256())), &old.pem()).unwrap();
    let words: Vec<String> = plan(store, root.path(), &[new.der().clone()])
        .unwrap()
        .iter()
        .map(|it| describe(it).split(' ').next().unwrap_or_default().to_owned())
        .collect();
    // Taken from the keychain before its file goes; put there after it came.
    assert_eq!(words, ["run", "remove", "add", "run"]);
}
