//! File systems that are full, small or read-only, and a system with another
//! file of roots: real ones, in a name space of mounts that ends with the test.

use std::fs;
use std::process::Command;

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use testkit::process::{Finished, run};
use testkit::slow;

use crate::world::World;

/// Runs shell commands and then the program (as `$@`) where `ai` is a mount.
fn mounted(world: &World, options: &str, before: &str, args: &[&str]) -> Finished {
    let folder = world.folder();
    fs::create_dir_all(&folder).unwrap();
    let folder = folder.display();
    let script = format!(
        "set -e\nmount -t tmpfs -o mode=755,{options} tmpfs {folder}\n{before}\nset +e\n\
         \"$@\"\ncode=$?\nls -A {folder}\ncat {folder}/status.json 2>/dev/null\nexit $code"
    );
    in_name_space(&script, &world.command(args.iter().copied()))
}

/// Runs a script whose mounts no other process sees; `base` is its `$@`.
fn in_name_space(script: &str, base: &Command) -> Finished {
    let mut command = Command::new("unshare");
    // Without root, a name space of users makes one.
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--mount", "sh", "-c", script, "sh"]);
    command.arg(base.get_program()).args(base.get_args()).env_clear();
    command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
    run(command)
}

#[test]
fn setup_fails_when_the_file_system_is_full() {
    let Some(_ran) = slow::ring3("a_file_system_that_is_full") else { return };
    let world = World::new();
    // The bundle alone is larger.
    let finished = mounted(&world, "size=64k", "", &["setup"]).exited(18);
    assert!(finished.stderr.contains("No space left on device"), "{}", finished.stderr);
    assert!(finished.stdout.contains("AI Bridge Proxy setup failed: "), "{}", finished.stdout);
    assert!(!finished.stdout.contains("ca-cert.pem\n"), "{}", finished.stdout);
    assert!(!finished.stdout.contains(".new"), "litter: {}", finished.stdout);
    assert!(finished.stdout.contains("\"outcome\": \"failed\""), "{}", finished.stdout);
    assert_eq!(world.unit().as_deref(), Some("completed"));
}

#[test]
fn setup_keeps_the_last_good_certificate_when_the_file_system_fills_up() {
    let Some(_ran) = slow::ring3("a_file_system_that_fills_up") else { return };
    let world = World::new();
    let fill = format!(
        "\"$@\" > /dev/null\nrm {0}/ca-bundle.pem\n\
         dd if=/dev/zero of={0}/filler bs=1k 2> /dev/null || true",
        world.folder().display()
    );
    let finished = mounted(&world, "size=2m", &fill, &["setup"]).exited(18);
    assert!(finished.stderr.contains("No space left on device"), "{}", finished.stderr);
    assert!(finished.stdout.contains("ca-cert.pem\n"), "{}", finished.stdout);
    assert!(!finished.stdout.contains(".new"), "litter: {}", finished.stdout);
}

#[test]
fn setup_fails_when_the_file_system_has_no_free_inode() {
    let Some(_ran) = slow::ring3("a_file_system_without_room") else { return };
    let world = World::new();
    // The root folder and the lock.
    let finished = mounted(&world, "size=2m,nr_inodes=2", "", &["setup"]).exited(18);
    assert!(finished.stderr.contains("No space left on device"), "{}", finished.stderr);
    assert_eq!(world.unit().as_deref(), Some("completed"));
}

#[test]
fn setup_fails_when_the_file_system_is_read_only() {
    let Some(_ran) = slow::ring3("a_file_system_that_is_read_only") else { return };
    let world = World::new();
    let remount =
        |before: &str| format!("{before}\nmount -o remount,ro {}", world.folder().display());
    let finished = mounted(&world, "size=2m", &remount(""), &["setup"]).exited(18);
    assert!(finished.stderr.contains("Read-only file system"), "{}", finished.stderr);
    assert!(finished.stderr.contains("hint: use `--cert-path "), "{}", finished.stderr);
    assert_eq!(world.unit().as_deref(), Some("completed"));
    // What was set up before goes on to work.
    let before = remount(&format!("{} setup > /dev/null", env!("CARGO_BIN_EXE_aibridge-agent")));
    mounted(&world, "size=2m", &before, &["exec", "--", "true"]).success();
}

/// The program tries this file first on every Linux.
#[test]
fn setup_trusts_the_systems_file_of_roots_and_ignores_trust_variables() {
    let Some(_ran) = slow::ring3("the_systems_file_of_roots") else { return };
    let mut world = World::new();
    let [root, unrelated] = ["Company Root", "Unrelated"].map(TestCa::new);
    world.coder = FakeCoder::start_tls(&root);
    world.coder.set_certificate(world.ca.pem());
    let [root_file, unrelated_file] =
        ["root.pem", "unrelated.pem"].map(|it| world.temp.path().join(it));
    fs::write(&root_file, root.pem()).unwrap();
    fs::write(&unrelated_file, unrelated.pem()).unwrap();
    let script = format!(
        "set -e\nmount -t tmpfs tmpfs /etc/ssl\nmkdir /etc/ssl/certs\n\
         cp {} /etc/ssl/certs/ca-certificates.crt\nexec \"$@\"",
        root_file.display()
    );
    let mut base = world.command(["setup"]);
    base.env("SSL_CERT_FILE", &unrelated_file).env("SSL_CERT_DIR", world.temp.path().join("none"));
    in_name_space(&script, &base).success();
    assert!(world.read("ca-bundle.pem").contains(&root.pem()));
}

#[test]
fn setup_fails_when_a_file_size_limit_is_reached() {
    let world = World::new();
    let base = world.command(["setup"]);
    let mut command = Command::new("sh");
    // Blocks of 512 bytes; the signal is ignored, so that the write is refused.
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"]);
    command.arg(base.get_program()).args(base.get_args()).env_clear();
    command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let finished = run(command).exited(18);
    assert!(finished.stderr.contains("File too large"), "{}", finished.stderr);
    assert!(!world.cert_path().exists());
    assert_eq!(world.outcome(), "failed");
    assert_eq!(world.unit().as_deref(), Some("completed"));
}

#[test]
fn killed_setup_releases_the_lock() {
    let world = World::new();
    world.coder.set_answer(fakes::coder::Answer::Hang);
    let holder = world.spawn(["setup"]);
    world.coder.wait_requests(1);
    holder.signal(testkit::process::Signal::KILL);
    holder.wait();
    world.coder.set_answer(fakes::coder::Answer::Certificate);
    world.run(["setup", "--timeout", "5s"]).success();
}
