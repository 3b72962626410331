//! Durations as Terraform's users write them, such as `30s` or `1h30m`.

#[cfg(test)]
mod tests;

use std::time::Duration;

/// Units, in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// A text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a duration. Write whole or decimal numbers with the units h, m, s, ms, us \
     or ns, such as `30s` or `1h30m`"
)]
pub struct ParseError {
    text: String,
}

/// Reads a duration as Go programs write it: `30s`, `1h30m`, `1.5h`, `250ms`, `0`.
///
/// # Errors
/// Anything else, also what is negative or longer than 584 years.
pub fn parse(text: &str) -> Result<Duration, ParseError> {
    total(text).ok_or_else(|| ParseError { text: text.to_owned() })
}

fn total(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let (number, tail) = rest.split_at(end);
        let end = tail.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total = total.checked_add(nanoseconds(number, *nanos)?)?;
        rest = tail;
    }
    (!text.is_empty()).then(|| Duration::from_nanos(total))
}

/// A decimal number of units; digits finer than a nanosecond are cut off.
fn nanoseconds(number: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
    let mut part = 0;
    let mut scale = unit;
    for digit in fraction.bytes() {
        // A unit has at most 13 digits, so the scale ends at 0 and nothing overflows.
        let digit = u64::from(digit - b'0');
        part += digit * scale / 10;
        scale /= 10;
    }
    whole.checked_mul(unit)?.checked_add(part)
}

/// Writes a duration in whole units, the longest first, as in `1h30m`.
pub fn format(duration: Duration) -> String {
    let mut nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, size) in UNITS {
        if nanos >= size {
            text.push_str(&format!("{}{unit}", nanos / size));
            nanos %= size;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}
