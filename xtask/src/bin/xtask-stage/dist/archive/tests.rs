//! What goes in comes out, and nothing else decides about the bytes.

use std::io::{Cursor, Read as _};

use super::{Entry, zip};

fn entries() -> Vec<Entry> {
    let entry = |name: &str, is_program, bytes: &[u8]| Entry {
        name: name.to_owned(),
        is_program,
        bytes: bytes.to_vec(),
    };
    vec![entry("provider_v1", true, &[7; 4096]), entry("LICENSE", false, b"text")]
}

#[test]
fn archive_has_the_same_bytes_for_files_in_any_order() {
    let mut reversed = entries();
    reversed.reverse();
    assert_eq!(zip(entries()).unwrap(), zip(reversed).unwrap());
}

#[test]
fn archive_differs_when_a_file_differs() {
    let mut other = entries();
    other[1].bytes.push(b'!');
    assert_ne!(zip(entries()).unwrap(), zip(other).unwrap());
}

#[test]
fn archive_keeps_bytes_and_mode_of_programs() {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip(entries()).unwrap())).unwrap();
    let found: Vec<(String, Option<u32>, usize)> = (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            let mode = file.unix_mode().map(|it| it & 0o777);
            (file.name().unwrap().into_owned(), mode, bytes.len())
        })
        .collect();
    assert_eq!(
        found,
        [("LICENSE".to_owned(), Some(0o644), 4), ("provider_v1".to_owned(), Some(0o755), 4096)]
    );
}
