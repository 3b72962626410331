//! The table and exit code at the end of a soak.

use std::process::ExitCode;
use std::time::Duration;

use super::{Extent, Row, SHORTENED, close, table};

fn row(part: &str, held: Option<Extent>) -> Row {
    Row { part: part.to_owned(), held, time: Duration::from_secs(90) }
}

#[test]
fn table_names_a_shortened_part_as_shortened_not_as_held() {
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
fn exit_code_is_success_only_if_every_part_held_in_full() {
    let (held, shortened) =
        (|| row("cores", Some(Extent::Full)), || row("fuzz", Some(Extent::Shortened)));
    let failed = || row("release", None);
    assert_eq!(close(&[held()]).unwrap(), ExitCode::SUCCESS);
    assert_eq!(close(&[held(), shortened()]).unwrap(), ExitCode::from(SHORTENED));
    assert_eq!(close(&[shortened(), failed()]).unwrap_err().to_string(), "1 of 2 parts failed");
}
