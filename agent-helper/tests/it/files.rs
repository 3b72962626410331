//! Attacks on the folder, through the whole program.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use testkit::process::run;

use crate::stage::Stage;

/// Lays a trap, then sets up: refused with 18, waiters released, nothing of
/// the victim's touched.
#[track_caller]
fn check(name: &str, lay: impl FnOnce(&Stage, &Path), problem: &str) {
    let stage = Stage::new();
    let victim = stage.temp.path().join("victim");
    fs::create_dir(&victim).unwrap();
    fs::write(victim.join("file"), "precious").unwrap();
    lay(&stage, &victim);
    let finished = stage.run(["setup"]).exited(18);
    assert!(finished.stderr.contains(problem), "{name}: {}", finished.stderr);
    assert!(finished.stdout.contains("AI Bridge Proxy setup failed: "), "{name}");
    assert_eq!(stage.unit().as_deref(), Some("completed"), "{name}");
    let left: Vec<_> = fs::read_dir(&victim).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["file"], "{name}");
    assert_eq!(fs::read(victim.join("file")).unwrap(), b"precious", "{name}");
    assert_eq!(stage.coder.requests().len(), 0, "{name}: the token left before the place was safe");
}

fn in_folder(stage: &Stage) -> &Stage {
    fs::create_dir(stage.folder()).unwrap();
    stage
}

#[test]
fn traps_in_place_of_the_folder() {
    check("link", |stage, victim| symlink(victim, stage.folder()).unwrap(), "is a symbolic link");
    check("file", |stage, _| fs::write(stage.folder(), "x").unwrap(), "is not a folder");
    check(
        "world-writable",
        |stage, _| {
            let open = fs::Permissions::from_mode(0o777);
            fs::set_permissions(in_folder(stage).folder(), open).unwrap();
        },
        "can be written by other users (mode 0777)",
    );
    if rustix::process::geteuid().is_root() {
        check(
            "other's",
            |stage, _| {
                std::os::unix::fs::chown(in_folder(stage).folder(), Some(12345), None).unwrap();
            },
            "belongs to user 12345",
        );
    }
}

#[test]
fn traps_in_place_of_a_file() {
    for name in ["settings.json", "status.json", "AIBRIDGE"] {
        let at = |stage: &Stage| in_folder(stage).folder().join(name);
        let link = |stage: &Stage, victim: &Path| symlink(victim.join("file"), at(stage)).unwrap();
        check(name, link, "is a symbolic link");
        let hard = |stage: &Stage, victim: &Path| {
            fs::hard_link(victim.join("file"), at(stage)).unwrap();
        };
        check(name, hard, "has 2 hard links");
        let fifo = |stage: &Stage, _: &Path| {
            let kind = rustix::fs::FileType::Fifo;
            let mode = rustix::fs::Mode::from_raw_mode(0o644);
            rustix::fs::mknodat(rustix::fs::CWD, at(stage), kind, mode, 0).unwrap();
        };
        check(name, fifo, "is not a regular file");
    }
}

#[test]
fn traps_in_place_of_the_certificate_and_the_bundle() {
    for name in ["ca-cert.pem", "ca-bundle.pem"] {
        let stage = Stage::new();
        fs::create_dir(stage.folder()).unwrap();
        let victim = stage.temp.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        symlink(&victim, stage.folder().join(name)).unwrap();
        stage.run(["setup"]).exited(18);
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
        assert_eq!(stage.outcome(), "failed", "{name}");
        assert_eq!(stage.status()["error"]["class"], "file_system");
        stage.run(["wait", "--timeout", "10s"]).exited(21);
    }
}

#[test]
fn a_place_that_takes_no_files_names_one_below_home() {
    let stage = Stage::new();
    let mut command = stage.command(["setup", "--cert-path", "/proc/aibridge/ca.pem"]);
    command.env("HOME", "/home/u");
    let finished = run(command).exited(18);
    let hint = "hint: use `--cert-path /home/u/.local/share/aibridge-proxy/ca-cert.pem`";
    assert!(finished.stderr.contains(hint), "{}", finished.stderr);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
}

#[test]
fn who_only_reads_is_as_careful() {
    let stage = Stage::set_up();
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(stage.folder(), open).unwrap();
    for args in [&["exec", "--", "true"][..], &["env"], &["status"], &["wait", "--timeout", "5s"]] {
        stage.run(args.iter().copied()).exited(18);
    }
}
