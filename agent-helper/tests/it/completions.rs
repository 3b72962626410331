//! Completions that shells take, and man pages of every command.

use std::fs;
use std::process::Command;

use testkit::process::{Process, run};

fn helper(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aibridge-agent"));
    command.args(args).env_clear();
    command
}

#[test]
fn completions_name_every_command_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(helper(&["completions", shell])).success().stdout;
        for verb in ["setup", "refresh", "wait", "exec", "env", "status", "doctor", "sync"] {
            assert!(script.contains(verb), "{shell} does not know {verb}");
        }
    }
    run(helper(&["completions", "cmd"])).exited(2);
}

#[test]
fn bash_completes_a_command_and_a_flag() {
    let script = run(helper(&["completions", "bash"])).success().stdout;
    let ask = "COMP_WORDS=(aibridge-agent doctor --no-t); COMP_CWORD=2\n\
               _aibridge__agent aibridge-agent --no-t doctor; echo \"${COMPREPLY[@]}\"\n\
               COMP_WORDS=(aibridge-agent ref); COMP_CWORD=1\n\
               _aibridge__agent aibridge-agent ref aibridge-agent; echo \"${COMPREPLY[@]}\"\n";
    let deeper = "COMP_WORDS=(aibridge-agent sync start x --ti); COMP_CWORD=4\n\
                  _aibridge__agent aibridge-agent --ti x; echo \"${COMPREPLY[@]}\"\n";
    let mut command = Command::new("bash");
    command.args(["--norc", "--noprofile"]).env_clear().env("PATH", "/usr/bin:/bin");
    let printed =
        Process::spawn_with_input(command, format!("{script}\n{ask}{deeper}")).wait().success();
    assert_eq!(printed.stdout, "--no-tools\nrefresh\n--timeout\n", "{}", printed.stderr);
}

#[test]
fn man_has_a_page_with_the_help_text_of_each_command() {
    let folder = tempfile::TempDir::new().unwrap();
    let into = folder.path().join("man1");
    run(helper(&["man", "--dir", &into.display().to_string()])).success();
    let mut names: Vec<String> = fs::read_dir(&into)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for verb in ["setup", "exec", "doctor", "sync-start", "man"] {
        assert!(names.contains(&format!("aibridge-agent-{verb}.1")), "{names:?}");
    }
    let page = fs::read_to_string(into.join("aibridge-agent-doctor.1")).unwrap();
    assert!(page.contains(".TH AIBRIDGE-AGENT-DOCTOR 1"), "{page}");
    assert!(
        page.contains("no\\-tools") && page.contains("First") | page.contains("Examples"),
        "{page}"
    );
    assert_eq!(run(helper(&["man", "doctor"])).success().stdout, page);
    assert!(run(helper(&["man"])).success().stdout.contains("AIBRIDGE_SESSION_TOKEN"));
    run(helper(&["man", "nonsense"])).exited(2);
}
