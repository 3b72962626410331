//! The end of a soak says plainly what held in full.

use std::process::ExitCode;
use std::time::Duration;

use super::{Extent, Row, SHORTENED, close, table};

fn row(part: &str, held: Option<Extent>) -> Row {
    Row { part: part.to_owned(), held, time: Duration::from_secs(90) }
}

#[test]
fn a_shortened_part_is_not_said_to_have_held() {
    let rows = [
        row("cores", Some(Extent::Full)),
        row("fuzz", Some(Extent::Shortened)),
        row("release", None),
    ];
    let table = table(&rows);
    let lines: Vec<Vec<&str>> = table.lines().map(|it| it.split_whitespace().collect()).collect();
    assert_eq!(
        lines,
        [
            vec!["part", "outcome", "time"],
            vec!["cores", "held", "1", "min", "30", "s"],
            vec!["fuzz", "shortened", "1", "min", "30", "s"],
            vec!["release", "FAILED", "1", "min", "30", "s"],
        ]
    );
}

#[test]
fn only_a_whole_soak_that_held_ends_with_success() {
    let (held, shortened) =
        (|| row("cores", Some(Extent::Full)), || row("fuzz", Some(Extent::Shortened)));
    let failed = || row("release", None);
    assert_eq!(close(&[held()]).unwrap(), ExitCode::SUCCESS);
    assert_eq!(close(&[held(), shortened()]).unwrap(), ExitCode::from(SHORTENED));
    assert_eq!(close(&[shortened(), failed()]).unwrap_err().to_string(), "1 of 2 parts failed");
}
