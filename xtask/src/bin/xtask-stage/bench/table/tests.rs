//! The table as it is printed.

use super::*;

const TABLE: &str = "\
what   ours                   peer                           ratio              target
start  2.00 ms [2.00, 2.00]   time: 20.00 ms [20.00, 20.00]  0.10 [0.10, 0.10]  <= 0.12   met
size   9.00 MiB [9.00, 9.00]  -                              -                  <= 8 MiB  MISSED";

#[test]
fn table_prints_ratio_target_and_verdict() {
    let mut table = Table::default();
    table.ratio("start", Unit::Milliseconds, &[2.0], ("time", &[20.0]), 0.12);
    table.absolute("size", Unit::MebiBytes, &[9.0], 8.0);
    let lines: Vec<String> = table.lines().iter().map(|it| it.trim_end().to_owned()).collect();
    assert_eq!(lines.join("\n"), TABLE);
}

#[test]
fn table_prints_no_verdict_without_a_target() {
    let mut table = Table::default();
    table.compare("start", Unit::Milliseconds, &[2.0], ("time", &[20.0]));
    let line = table.lines().pop().unwrap();
    assert!(line.trim_end().ends_with("0.10 [0.10, 0.10]  none"), "{line}");
}
