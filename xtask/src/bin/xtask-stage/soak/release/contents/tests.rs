//! The test binary itself serves as a program that must not be in a release.

use std::fs;

use object::{Architecture, BinaryFormat};

use super::Archive;

const OTHER_MACHINE: Architecture = Architecture::S390x;
const THIS_MACHINE: Architecture =
    if cfg!(target_arch = "aarch64") { Architecture::Aarch64 } else { Architecture::X86_64 };

#[track_caller]
fn check(format: BinaryFormat, architecture: Architecture, bytes: &[u8], expected: &str) {
    let archive = Archive { platform: "linux_any", exe: "", format, architecture };
    let message = archive.check_program(bytes).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn archive_check_refuses_a_program_of_another_machine_or_with_libraries() {
    let this = fs::read(std::env::current_exe().unwrap()).unwrap();
    check(BinaryFormat::Elf, THIS_MACHINE, &this, "\"libc.so.6\"");
    check(BinaryFormat::Elf, OTHER_MACHINE, &this, "its program is for");
    check(BinaryFormat::Pe, THIS_MACHINE, &this, "and has the form Elf");
    check(BinaryFormat::Elf, THIS_MACHINE, &this[..16], "it is no program");
    check(BinaryFormat::Elf, THIS_MACHINE, b"#!/bin/sh\n", "it is no program");
}
