//! Programs that are written, copied and started while other threads start children.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use super::{copy, write};
use crate::process::run;

#[test]
fn written_and_copied_programs_start_while_other_threads_start_children() {
    let folder = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let folder = folder.path();
            scope.spawn(move || {
                for round in 0..10 {
                    let program = folder.join(format!("{thread}-{round}"));
                    write(&program, "#!/bin/sh\necho started\n");
                    let copied = program.with_extension("copy");
                    copy(&program, &copied);
                    for program in [program, copied] {
                        assert_eq!(run(Command::new(program)).success().stdout, "started\n");
                    }
                }
            });
        }
    });
}

#[test]
fn write_replaces_the_whole_text_of_a_program() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    for text in ["#!/bin/sh\necho a longer text\n", "#!/bin/sh\n"] {
        write(&program, text);
        assert_eq!(fs::read_to_string(&program).unwrap(), text);
    }
}

#[test]
#[should_panic(expected = "cp:")]
fn copy_of_a_missing_program_panics_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new("/missing/program"), &folder.path().join("program"));
}
