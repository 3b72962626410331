//! Durations as settings write them: `10s`, `1m30s`, `250ms`.

use std::time::Duration;

use thiserror::Error;

/// Units, longest first, in milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Why a text is not a duration.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DurationError {
    /// Nothing is written.
    #[error("the duration is empty")]
    Empty,
    /// A number without its unit.
    #[error("the duration `{0}` has a number without a unit")]
    NoUnit(String),
    /// Anything else that is not digits and one of the four units.
    #[error("`{0}` is not a duration")]
    Malformed(String),
    /// More milliseconds than can be counted.
    #[error("the duration `{0}` is too long")]
    TooLong(String),
}

impl DurationError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            Self::NoUnit(text) if text.bytes().all(|it| it.is_ascii_digit()) => {
                format!("write `{text}s` for seconds")
            }
            _ => "write whole numbers with the units h, m, s or ms, such as `10s`, `1m30s` or \
                 `250ms`"
                .to_owned(),
        }
    }
}

/// Reads one or more whole numbers, each with its unit (`h`, `m`, `s`, `ms`),
/// and adds them up. A bare `0` is zero.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    if text.is_empty() {
        return Err(DurationError::Empty);
    }
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let mut rest = text;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, tail) = tail.split_at(letters);
        if digits == 0 || (unit.is_empty() && !tail.is_empty()) {
            return Err(DurationError::Malformed(text.to_owned()));
        }
        if unit.is_empty() {
            return Err(DurationError::NoUnit(text.to_owned()));
        }
        let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(DurationError::Malformed(text.to_owned()));
        };
        total = number
            .parse::<u64>()
            .ok()
            .and_then(|it| it.checked_mul(*factor))
            .and_then(|it| it.checked_add(total))
            .ok_or_else(|| DurationError::TooLong(text.to_owned()))?;
        rest = tail;
    }
    Ok(Duration::from_millis(total))
}

/// Writes a duration in the form that [`parse`] reads, to the millisecond; what is
/// finer is cut off.
pub fn format(duration: Duration) -> String {
    let mut millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if millis == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, factor) in UNITS {
        let number = millis / factor;
        millis %= factor;
        if number > 0 {
            text.push_str(&number.to_string());
            text.push_str(unit);
        }
    }
    text
}

#[cfg(test)]
mod tests;
