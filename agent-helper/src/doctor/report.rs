//! The checks as lines and as one JSON object; pure.

use super::verdict::{Check, Diagnosis, Verdict};

#[cfg(test)]
mod tests;

/// Columns of a check's name.
const NAME: usize = 44;

/// One check: its verdict, name, duration and summary; the hint stands below.
pub(crate) fn line(check: &Check) -> String {
    let title = check.leg.title();
    let label =
        if check.name == title { title.to_owned() } else { format!("{title}: {}", check.name) };
    let took = check.took.as_secs_f64() * 1000.0;
    let mut text =
        format!("{:<8}{label:<NAME$} {took:>8.1} ms  {}\n", check.verdict.as_str(), check.summary);
    if let Some(hint) = check.hint.as_deref().filter(|_| check.verdict >= Verdict::Warn) {
        text.push_str(&format!("{:<8}what to do: {hint}\n", ""));
    }
    text
}

/// The last lines: the number of checks with each verdict, and the first fault.
pub(crate) fn verdict(diagnosis: &Diagnosis) -> String {
    let count = |verdict, one: &str, more: &str| {
        let count = diagnosis.count(verdict);
        format!("{count} {}", if count == 1 { one } else { more })
    };
    let mut text = format!(
        "\n{}, {}, {} passed, {} skipped, in {:.1} s\n",
        count(Verdict::Fail, "fault", "faults"),
        count(Verdict::Warn, "warning", "warnings"),
        diagnosis.count(Verdict::Pass),
        diagnosis.count(Verdict::Skipped),
        diagnosis.took.as_secs_f64(),
    );
    let Some(fault) = diagnosis.first_fault() else {
        let last = match diagnosis.verdict {
            Verdict::Pass => "Every check has passed.\n",
            Verdict::Skipped => "No check could be made.\n",
            Verdict::Warn | Verdict::Fail => "No fault; see the warnings above.\n",
        };
        text.push_str(last);
        return text;
    };
    text.push_str(&format!(
        "First fault: {}, {}: {}\n",
        fault.leg.title(),
        fault.name,
        fault.summary
    ));
    let hint = fault.hint.as_deref().unwrap_or("no hint for this fault; see the check before it");
    text.push_str(&format!("What to do:  {hint}\n"));
    text.push_str(&format!(
        "Exit code:   {} ({})\n",
        diagnosis.exit().code(),
        fault.class.unwrap_or_default()
    ));
    text
}

/// The diagnosis as one JSON object.
pub(crate) fn json(diagnosis: &Diagnosis) -> String {
    // Strings, numbers and lists of them cannot fail to serialise.
    let mut json = serde_json::to_string_pretty(diagnosis).unwrap_or_default();
    json.push('\n');
    json
}
