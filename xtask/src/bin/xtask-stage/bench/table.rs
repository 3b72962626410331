//! The closing table: each figure, its peer, their ratio, the target, and
//! whether it is met.

use super::measure::Spread;

#[cfg(test)]
mod tests;

/// How a number is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unit {
    Milliseconds,
    MebiBytes,
}

/// One line of the table.
struct Row {
    what: String,
    ours: String,
    peer: String,
    figure: String,
    target: String,
    verdict: &'static str,
}

/// Rows in the order of measuring, and remarks below them.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Row>,
    remarks: Vec<String>,
}

impl Table {
    /// Compares with a peer: the ratio must not exceed `at_most`.
    pub(super) fn ratio(
        &mut self,
        what: &str,
        unit: Unit,
        ours: &[f64],
        peer: (&str, &[f64]),
        at_most: f64,
    ) {
        let median = self.add(what, unit, ours, peer);
        if let Some(row) = self.rows.last_mut() {
            row.target = format!("<= {at_most}");
            row.verdict = verdict(median, at_most);
        }
    }

    /// Compares with a peer where there is no target.
    pub(super) fn compare(&mut self, what: &str, unit: Unit, ours: &[f64], peer: (&str, &[f64])) {
        let _median = self.add(what, unit, ours, peer);
    }

    /// Adds a comparison without a target, and returns the ratio's median.
    fn add(&mut self, what: &str, unit: Unit, ours: &[f64], peer: (&str, &[f64])) -> f64 {
        let ratio = Spread::of_ratios(ours, peer.1);
        self.rows.push(Row {
            what: what.to_owned(),
            ours: format_spread(Spread::of(ours), unit),
            peer: format!("{}: {}", peer.0, format_spread(Spread::of(peer.1), unit)),
            figure: format!("{:.2} [{:.2}, {:.2}]", ratio.median, ratio.low, ratio.high),
            target: "none".to_owned(),
            verdict: "",
        });
        ratio.median
    }

    /// Compares with a fixed limit in the unit of the samples.
    pub(super) fn absolute(&mut self, what: &str, unit: Unit, ours: &[f64], at_most: f64) {
        let spread = Spread::of(ours);
        self.rows.push(Row {
            what: what.to_owned(),
            ours: format_spread(spread, unit),
            peer: "-".to_owned(),
            figure: "-".to_owned(),
            target: format!("<= {at_most} {}", name(unit)),
            verdict: verdict(spread.median, at_most),
        });
    }

    /// Says something that a reader of the figures must know.
    pub(super) fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }

    pub(super) fn print(&self) {
        println!();
        for line in self.lines() {
            println!("{}", line.trim_end());
        }
        for remark in &self.remarks {
            println!("note: {remark}");
        }
    }

    fn lines(&self) -> Vec<String> {
        let head = ["what", "ours", "peer", "ratio", "target", ""].map(str::to_owned);
        let mut cells = vec![head];
        for row in &self.rows {
            let verdict = row.verdict.to_owned();
            let texts = [&row.what, &row.ours, &row.peer, &row.figure, &row.target, &verdict];
            cells.push(texts.map(Clone::clone));
        }
        let width =
            |column: usize| cells.iter().map(|it| it[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..6).map(width).collect();
        let line = |row: &[String; 6]| {
            row.iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}  "))
                .collect::<String>()
        };
        cells.iter().map(line).collect()
    }
}

fn verdict(figure: f64, at_most: f64) -> &'static str {
    if figure <= at_most { "met" } else { "MISSED" }
}

fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Milliseconds => "ms",
        Unit::MebiBytes => "MiB",
    }
}

fn format_spread(spread: Spread, unit: Unit) -> String {
    let Spread { low, median, high } = spread;
    format!("{median:.2} {} [{low:.2}, {high:.2}]", name(unit))
}
