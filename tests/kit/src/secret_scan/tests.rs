//! Each form of a token is found, and nothing else.

use std::fs;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::MarkedToken;
use crate::process::Process;

#[test]
fn token_is_found_in_every_form() {
    let marked = MarkedToken::new();
    let token = marked.token();
    let secret = token.split_once('-').unwrap().1;
    for user in ["", "a", "ab", "coder"] {
        let encoded = STANDARD.encode(format!("{user}:{token}\n"));
        assert!(marked.find(encoded.as_bytes()).is_some(), "{user}");
    }
    let hex: String = token.bytes().map(|byte| format!("{byte:02X}")).collect();
    for text in [format!("https://coder:{token}@proxy"), format!("…{secret}…"), hex] {
        assert!(marked.find(text.as_bytes()).is_some(), "{text}");
    }
    assert_eq!(marked.find(MarkedToken::new().token().as_bytes()), None);
}

#[test]
fn files_are_searched_below_a_folder() {
    let (marked, folder) = (MarkedToken::new(), tempfile::tempdir().unwrap());
    let deep = folder.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("clean"), "nothing").unwrap();
    marked.assert_absent_below(folder.path(), &[]);
    let state = deep.join("terraform.tfstate");
    fs::write(&state, format!("x{}x", marked.token())).unwrap();
    assert_eq!(marked.files_below(folder.path()), std::slice::from_ref(&state));
    marked.assert_absent_below(folder.path(), &[&state]);
}

#[test]
fn argument_lists_are_watched_while_processes_run() {
    let (clean, shown) = (MarkedToken::new(), MarkedToken::new());
    let (clean_watch, mut shown_watch) = (clean.watch_arguments(), shown.watch_arguments());
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "echo ready; cat /dev/zero > /dev/null", "sh", shown.token()]);
    let process = Process::spawn(command);
    process.wait_line("ready");
    clean.assert_absent_from_arguments();
    // Between fork and exec, the shell's child has the same list.
    assert!(!shown.argument_lists().is_empty());
    assert!(!shown_watch.end().is_empty());
    clean_watch.finish();
}
