//! git over its plain HTTP protocol, and curl.

use std::fs;
use std::path::Path;
use std::process::Command;

use testkit::process::run;
use testkit::slow;

use super::world::{ANSWER, Client, URL, World};

#[test]
fn curl_verifies_the_leaf_under_exec_only() {
    let Some(_marker) = slow::ring3("clients-curl") else { return };
    let args = ["--silent", "--show-error", "--fail", "--max-time", "20", URL];
    let curl = Client { name: "curl", program: Path::new("curl"), args: &args };
    World::start().check(&curl, "/v1/models", ANSWER);
}

#[test]
fn git_verifies_the_leaf_under_exec_only() {
    let Some(_marker) = slow::ring3("clients-git") else { return };
    let world = World::start();
    let repository = world.path("demo.git");
    let commit = make_repository(&world, &repository);
    world.origin.serve_folder("/demo.git", &repository);
    let url = "https://git.example.com/demo.git";
    let program = Path::new("git");
    let list = Client { name: "git ls-remote", program, args: &["ls-remote", url] };
    world.check(&list, "/demo.git/info/refs", &commit);
    let clone = Client { name: "git clone", program, args: &["clone", url, "work"] };
    world.check(&clone, "/demo.git/info/refs", "Cloning into");
    let read = fs::read_to_string(world.path("home/work/read.me")).expect("the cloned file");
    assert_eq!(read, "hello\n");
}

/// A repository of one commit, ready to be served as files; the commit's name.
fn make_repository(world: &World, at: &Path) -> String {
    let git = |args: &[&str]| {
        let mut command: Command = world.command("git");
        command.arg("-C").arg(world.path("home")).args(args);
        command.env("GIT_AUTHOR_NAME", "Ada").env("GIT_AUTHOR_EMAIL", "ada@example.com");
        command.env("GIT_COMMITTER_NAME", "Ada").env("GIT_COMMITTER_EMAIL", "ada@example.com");
        run(command).success().stdout.trim().to_owned()
    };
    git(&["init", "--quiet", "--initial-branch=main", "source"]);
    fs::write(world.path("home/source/read.me"), "hello\n").expect("a file to commit");
    git(&["-C", "source", "add", "read.me"]);
    git(&["-C", "source", "commit", "--quiet", "--message=first"]);
    let bare = at.display().to_string();
    git(&["clone", "--quiet", "--bare", "source", &bare]);
    git(&["-C", &bare, "update-server-info"]);
    git(&["-C", "source", "rev-parse", "HEAD"])
}
