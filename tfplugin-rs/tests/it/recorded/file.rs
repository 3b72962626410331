//! The form of a recording: text that a person can read, and exactly the bytes.
//!
//! A block of lines for each different value, in the order in which the core sent them
//! first: `# STEP METHOD TYPE FIELD` for each place where it stood, then its bytes. What is
//! printable stands for itself; `\xNN`, `\n` and `\\` are as in a literal of Rust, and
//! `\*N;` means that the byte before it stands N times. Lines are broken before each
//! attribute, and after each line of JSON.

use std::fmt::Write as _;

use super::items;

/// Bytes of one value, and where they stood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) places: Vec<String>,
    pub(super) bytes: Vec<u8>,
}

/// Shorter runs of one byte are written out.
const RUN: usize = 24;

pub(super) fn write(entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        for place in &entry.places {
            writeln!(text, "# {place}").unwrap();
        }
        for line in lines(&entry.bytes) {
            writeln!(text, "{line}").unwrap();
        }
        text.push('\n');
    }
    text
}

pub(super) fn read(text: &str) -> Vec<Entry> {
    let blocks = text.split("\n\n").filter(|it| !it.trim().is_empty());
    let entries = blocks.map(|block| {
        let (places, lines): (Vec<&str>, Vec<&str>) =
            block.lines().partition(|it| it.starts_with("# "));
        let places = places.into_iter().map(|it| it[2..].to_owned()).collect();
        Entry { places, bytes: unescape(&lines.concat()) }
    });
    entries.collect()
}

/// The lines of one value.
pub(super) fn lines(bytes: &[u8]) -> Vec<String> {
    let pieces = match bytes {
        [] => Vec::new(),
        [b'{', ..] => bytes.split_inclusive(|it| *it == b'\n').collect(),
        _ => items::attributes(bytes),
    };
    pieces.into_iter().map(escape).collect()
}

fn escape(bytes: &[u8]) -> String {
    let mut text = String::new();
    for run in bytes.chunk_by(|left, right| left == right) {
        let byte = match run[0] {
            b'\\' => r"\\".to_owned(),
            b'\n' => r"\n".to_owned(),
            byte @ b' '..=b'~' => char::from(byte).to_string(),
            byte => format!("\\x{byte:02x}"),
        };
        if run.len() < RUN {
            text.push_str(&byte.repeat(run.len()));
        } else {
            write!(text, "{byte}\\*{};", run.len()).unwrap();
        }
    }
    text
}

/// # Panics
/// If the text is none of ours.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        let Some(kind) = rest.chars().next().filter(|_| first == '\\') else {
            bytes.push(u8::try_from(first).unwrap());
            continue;
        };
        rest = &rest[1..];
        match kind {
            'x' => {
                bytes.push(u8::from_str_radix(&rest[..2], 16).unwrap());
                rest = &rest[2..];
            }
            '*' => {
                let (count, after) = rest.split_once(';').unwrap();
                let byte = *bytes.last().unwrap();
                bytes.extend(std::iter::repeat_n(byte, count.parse::<usize>().unwrap() - 1));
                rest = after;
            }
            'n' => bytes.push(b'\n'),
            '\\' => bytes.push(b'\\'),
            other => panic!("no escape of ours: `\\{other}`"),
        }
    }
    bytes
}

#[test]
fn every_byte_reads_back_from_its_recorded_form() {
    let all: Vec<u8> = (0..=255).collect();
    let odd = b"\x93\xa3\\*1\xa2\\\\\xa1;".to_vec();
    let long = [b"\xdb\x00\x01\x00\x00".to_vec(), vec![b'0'; 1 << 16]].concat();
    let entry = |place: &str, bytes| Entry { places: vec![place.to_owned()], bytes };
    let json = entry("json", b"{\n  \"a\": \"\\n\\n\"\n}".to_vec());
    let entries = [
        json,
        entry("bin", [b"\xc5\x01\x00".to_vec(), all].concat()),
        entry("odd", odd),
        entry("long", long),
    ];
    let text = write(&entries);
    assert!(text.len() < 2_000, "runs are short");
    assert_eq!(read(&text), entries);
}
