//! Attacks on the folder, through the whole program.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use testkit::process::run;

use crate::world::World;

/// Lays a trap, then runs a set-up: it exits with 18, releases its dependents, and
/// changes no file of the victim.
#[track_caller]
fn check(name: &str, lay: impl FnOnce(&World, &Path), problem: &str) {
    let world = World::new();
    let victim = world.temp.path().join("victim");
    fs::create_dir(&victim).unwrap();
    fs::write(victim.join("file"), "precious").unwrap();
    lay(&world, &victim);
    let finished = world.run(["setup"]).exited(18);
    assert!(finished.stderr.contains(problem), "{name}: {}", finished.stderr);
    assert!(finished.stdout.contains("AI Bridge Proxy setup failed: "), "{name}");
    assert_eq!(world.unit().as_deref(), Some("completed"), "{name}");
    let left: Vec<_> = fs::read_dir(&victim).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["file"], "{name}");
    assert_eq!(fs::read(victim.join("file")).unwrap(), b"precious", "{name}");
    assert_eq!(world.coder.requests().len(), 0, "{name}: the token left before the place was safe");
}

fn in_folder(world: &World) -> &World {
    fs::create_dir(world.folder()).unwrap();
    world
}

#[test]
fn setup_refuses_links_and_foreign_folders() {
    check("link", |world, victim| symlink(victim, world.folder()).unwrap(), "is a symbolic link");
    check("file", |world, _| fs::write(world.folder(), "x").unwrap(), "is not a folder");
    check(
        "world-writable",
        |world, _| {
            let open = fs::Permissions::from_mode(0o777);
            fs::set_permissions(in_folder(world).folder(), open).unwrap();
        },
        "can be written by other users (mode 0777)",
    );
    if rustix::process::geteuid().is_root() {
        check(
            "other's",
            |world, _| {
                std::os::unix::fs::chown(in_folder(world).folder(), Some(12345), None).unwrap();
            },
            "belongs to user 12345",
        );
    }
}

#[test]
fn setup_refuses_links_and_devices_in_place_of_a_file() {
    for name in ["settings.json", "status.json", "AIBRIDGE"] {
        let at = |world: &World| in_folder(world).folder().join(name);
        let link = |world: &World, victim: &Path| symlink(victim.join("file"), at(world)).unwrap();
        check(name, link, "is a symbolic link");
        let hard = |world: &World, victim: &Path| {
            fs::hard_link(victim.join("file"), at(world)).unwrap();
        };
        check(name, hard, "has 2 hard links");
        let fifo = |world: &World, _: &Path| {
            let kind = rustix::fs::FileType::Fifo;
            let mode = rustix::fs::Mode::from_raw_mode(0o644);
            rustix::fs::mknodat(rustix::fs::CWD, at(world), kind, mode, 0).unwrap();
        };
        check(name, fifo, "is not a regular file");
    }
}

#[test]
fn setup_refuses_links_in_place_of_certificate_and_bundle() {
    for name in ["ca-cert.pem", "ca-bundle.pem"] {
        let world = World::new();
        fs::create_dir(world.folder()).unwrap();
        let victim = world.temp.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        symlink(&victim, world.folder().join(name)).unwrap();
        world.run(["setup"]).exited(18);
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
        assert_eq!(world.outcome(), "failed", "{name}");
        assert_eq!(world.status()["error"]["class"], "file_system");
        world.run(["wait", "--timeout", "10s"]).exited(21);
    }
}

#[test]
fn setup_suggests_a_path_below_home_when_the_folder_is_not_writable() {
    let world = World::new();
    let mut command = world.command(["setup", "--cert-path", "/proc/aibridge/ca.pem"]);
    command.env("HOME", "/home/u");
    let finished = run(command).exited(18);
    let hint = "hint: use `--cert-path /home/u/.local/share/aibridge-proxy/ca-cert.pem`";
    assert!(finished.stderr.contains(hint), "{}", finished.stderr);
    assert_eq!(world.unit().as_deref(), Some("completed"));
}

#[test]
fn readers_refuse_a_folder_that_other_users_may_write_to() {
    let world = World::set_up();
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(world.folder(), open).unwrap();
    for args in [&["exec", "--", "true"][..], &["env"], &["status"], &["wait", "--timeout", "5s"]] {
        world.run(args.iter().copied()).exited(18);
    }
}
