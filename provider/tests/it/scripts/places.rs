//! Users that run the scripts, and folders that they can write to.

use std::fs;
use std::os::unix::fs::MetadataExt;

use provider::scripts::bootstrap_script;
use testkit::slow;

use super::failures::assert_failed;
use super::sandbox::{HELPER, Sandbox, has_busybox, is_root, sha256, shells};
use super::server::Server;
use super::{SHOW, bootstrap, download, shown};

/// The user `nobody` of most systems.
const PLAIN_USER: u32 = 65534;

/// A machine whose user is not root.
fn plain(shell: &[String]) -> Sandbox {
    let mut sandbox = Sandbox::new(shell);
    if is_root() {
        sandbox.give_to(PLAIN_USER);
    }
    sandbox
}

/// A helper that is longer than the space that a test leaves.
fn long_helper() -> &'static str {
    let padding = format!("# {}\n", "x".repeat(97)).repeat(1000);
    Box::leak(format!("{HELPER}{padding}").into_boxed_str())
}

#[test]
fn unprivileged_user_gets_a_helper_of_its_own() {
    for shell in shells() {
        let sandbox = plain(&shell);
        let server = Server::start(HELPER, HELPER.len());
        let helper = download(server.url(), sha256(HELPER));
        let run = sandbox.run(&(bootstrap_script(&bootstrap(&sandbox, helper)) + SHOW));
        let installed = sandbox.path("script-bin/aibridge-agent");
        assert_eq!(shown(&run), installed);
        let file = fs::metadata(&installed).unwrap();
        assert_eq!(file.mode() & 0o7777, 0o755);
        assert_ne!(file.uid(), 0);
    }
}

#[test]
fn read_only_script_folder_leads_to_home() {
    for shell in shells() {
        let sandbox = plain(&shell);
        sandbox.folder("script-bin", 0o555);
        let server = Server::start(HELPER, HELPER.len());
        let helper = download(server.url(), sha256(HELPER));
        let run = sandbox.run(&(bootstrap_script(&bootstrap(&sandbox, helper)) + SHOW));
        assert_eq!(shown(&run), sandbox.path("home/.local/bin/aibridge-agent"));
        sandbox.assert_only("script-bin", &[]);
    }
}

#[test]
fn unwritable_home_is_named() {
    for shell in shells() {
        let sandbox = plain(&shell);
        sandbox.coder();
        sandbox.writable_log();
        sandbox.folder("script-bin", 0o555);
        sandbox.folder("home", 0o555);
        let server = Server::start(HELPER, HELPER.len());
        let helper = download(server.url(), sha256(HELPER));
        let run = sandbox.run(&bootstrap_script(&bootstrap(&sandbox, helper)));
        let folder = sandbox.path("home/.local/bin");
        assert_failed(&sandbox, &run, &format!("cannot write to {folder}"));
        assert_eq!(server.requests(), 0, "no download without a folder for it");
        sandbox.assert_only("home", &[]);
    }
}

#[test]
fn file_size_limit_leaves_no_file() {
    for shell in shells() {
        let sandbox = Sandbox::new(&shell);
        sandbox.coder();
        let body = long_helper();
        let server = Server::start(body, body.len());
        let helper = download(server.url(), sha256(body));
        let script = bootstrap_script(&bootstrap(&sandbox, helper));
        let run = sandbox.run(&format!("ulimit -f 8\n{script}"));
        assert_failed(&sandbox, &run, "cannot get aibridge-agent: the download of http://");
        sandbox.assert_only("script-bin", &[".aibridge-agent.lock"]);
    }
}

#[test]
fn full_disk_leaves_no_file() {
    let Some(_ran) = slow::ring3("bootstrap-full-disk") else { return };
    for shell in shells() {
        let mut sandbox = Sandbox::new(&shell);
        sandbox.coder();
        let body = long_helper();
        let server = Server::start(body, body.len());
        let helper = download(server.url(), sha256(body));
        let script = bootstrap_script(&bootstrap(&sandbox, helper));
        // The disk is gone with the process, so the script prints the files that are left on it.
        let on_full_disk = "PATH=/usr/bin:/bin mount -t tmpfs -o size=16k tmpfs \"$0\" || exit 99
            \"$@\"; code=$?; ls -A \"$0\" | sed 's/^/left: /'; exit $code";
        let folder = sandbox.path("script-bin");
        let user: &[&str] = if is_root() { &[] } else { &["--map-root-user"] };
        let inner = ["--mount", "/bin/sh", "-c", on_full_disk, &folder];
        sandbox.link_more(&["sed"]);
        sandbox.wrap(&[&["unshare"][..], user, &inner].concat());
        let run = sandbox.run(&script);
        assert_failed(&sandbox, &run, "cannot get aibridge-agent: the download of http://");
        let left: Vec<&str> =
            run.stdout.lines().filter_map(|it| it.strip_prefix("left: ")).collect();
        assert!(left.iter().all(|it| *it == ".aibridge-agent.lock"), "{left:?}");
    }
}

/// The other tests use busybox's shell and wget if it is installed.
#[test]
fn busybox_is_among_the_shells() {
    let Some(_ran) = slow::ring3("bootstrap-busybox") else { return };
    assert!(has_busybox(), "busybox is missing: run `cargo xtask tools`");
    assert_eq!(shells().len(), 3);
}
