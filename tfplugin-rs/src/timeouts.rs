//! The `timeouts` attribute: how long each operation on an object may take.
//!
//! ```
//! use std::time::Duration;
//!
//! use tfplugin::model::Attr;
//! use tfplugin::schema::Schema;
//! use tfplugin::timeouts::{Limits, Timeouts};
//!
//! const LIMITS: Limits =
//!     Limits::new().create(Duration::from_mins(20)).delete(Duration::from_mins(5));
//!
//! // In the schema:
//! let schema = Schema::new(0).attribute("timeouts", LIMITS.attribute());
//! // In the model: `timeouts: Attr<Timeouts>`. In `create`:
//! let timeouts: Attr<Timeouts> = Attr::Null;
//! assert_eq!(LIMITS.of_create(&timeouts), Duration::from_mins(20));
//! ```

#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::model::{Attr, Content, ModelError};
use crate::path::AttributePath;
use crate::schema::validator::parses;
use crate::schema::{Attribute, Nested};
use crate::ty::Type;
use crate::value::Value;

/// The operations, as the attribute names them.
const OPERATIONS: [&str; 4] = ["create", "read", "update", "delete"];

/// Units, in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Which operations can be limited, and how long each may take if nothing is configured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// In the order of [`OPERATIONS`].
    defaults: [Option<Duration>; 4],
}

/// The configured `timeouts`, to be held against [`Limits`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// In the order of [`OPERATIONS`]; `None`: the schema has none.
    configured: [Option<Attr<String>>; 4],
}

/// Why a text is no span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no span of time. Write whole or decimal numbers with the units h, m, s, ms, us \
     or ns, such as `30s` or `1h30m`"
)]
pub struct ParseError {
    text: String,
}

// === impl Limits ===

impl Limits {
    /// No operation can be limited yet.
    pub const fn new() -> Self {
        Self { defaults: [None; 4] }
    }

    /// Create takes that long at most, if nothing is configured.
    #[must_use]
    pub const fn create(mut self, default: Duration) -> Self {
        self.defaults[0] = Some(default);
        self
    }

    /// Read takes that long at most, if nothing is configured.
    #[must_use]
    pub const fn read(mut self, default: Duration) -> Self {
        self.defaults[1] = Some(default);
        self
    }

    /// Update takes that long at most, if nothing is configured.
    #[must_use]
    pub const fn update(mut self, default: Duration) -> Self {
        self.defaults[2] = Some(default);
        self
    }

    /// Delete takes that long at most, if nothing is configured.
    #[must_use]
    pub const fn delete(mut self, default: Duration) -> Self {
        self.defaults[3] = Some(default);
        self
    }

    /// The attribute for the schema: optional, with one optional text for each operation
    /// that can be limited.
    pub fn attribute(&self) -> Attribute {
        let limited = OPERATIONS.iter().zip(self.defaults);
        let nested = limited.fold(Nested::single(), |nested, (name, default)| match default {
            None => nested,
            Some(default) => nested.attribute(
                name,
                Attribute::optional(Type::String)
                    .validate(parses(
                        "must be a span of time such as `30s` or `1h30m`",
                        |text: &str| parse(text).map(drop),
                    ))
                    .describe(format!("At {name}, `{}` by default.", format(default))),
            ),
        });
        Attribute::optional(nested)
            .describe("How long operations may take, such as `30s` or `1h30m`.")
            .into()
    }

    /// How long create may take.
    pub fn of_create(&self, timeouts: &Attr<Timeouts>) -> Duration {
        self.of(0, timeouts)
    }

    /// How long read may take.
    pub fn of_read(&self, timeouts: &Attr<Timeouts>) -> Duration {
        self.of(1, timeouts)
    }

    /// How long update may take.
    pub fn of_update(&self, timeouts: &Attr<Timeouts>) -> Duration {
        self.of(2, timeouts)
    }

    /// How long delete may take.
    pub fn of_delete(&self, timeouts: &Attr<Timeouts>) -> Duration {
        self.of(3, timeouts)
    }

    /// The configured span, or the default. An operation that was not announced has no end.
    fn of(&self, operation: usize, timeouts: &Attr<Timeouts>) -> Duration {
        let configured = timeouts.as_known().and_then(|it| it.configured[operation].as_ref());
        configured
            .and_then(|it| parse(it.as_str()?).ok())
            .or(self.defaults[operation])
            .unwrap_or(Duration::MAX)
    }
}

// === impl Timeouts ===

/// Any choice out of the four attributes, so that one type serves every schema.
impl Content for Timeouts {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        use crate::model::Field as _;

        let Value::Object(mut attributes) = value else {
            return Err(ModelError::new(
                path,
                format!("an object is needed, found {}", value.kind()),
            ));
        };
        let mut timeouts = Self::default();
        for (name, configured) in OPERATIONS.iter().zip(&mut timeouts.configured) {
            if let Some(value) = attributes.remove(*name) {
                *configured = Some(Attr::from_value(value, &path.attribute(name))?);
            }
        }
        match attributes.keys().next() {
            None => Ok(timeouts),
            Some(name) => Err(ModelError::new(&path.attribute(name), "there is no such operation")),
        }
    }

    fn into_known(self) -> Value {
        use crate::model::Field as _;

        let configured = OPERATIONS.iter().zip(self.configured);
        Value::object(configured.filter_map(|(name, it)| Some((*name, it?.into_value()))))
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        let Type::Object(attributes) = ty else {
            let problem = format!("the model holds timeouts, the schema says {ty}");
            faults.push(ModelError::new(path, problem));
            return;
        };
        for (name, ty) in attributes {
            if !OPERATIONS.contains(&name.as_str()) || *ty != Type::String {
                let problem = "timeouts hold texts for create, read, update and delete only";
                faults.push(ModelError::new(&path.attribute(name), problem));
            }
        }
    }
}

/// Reads a span of time as Go programs write it: `30s`, `1h30m`, `1.5h`, `250ms`, `0`.
///
/// # Errors
/// Anything else, also what is negative or longer than 584 years.
pub fn parse(text: &str) -> Result<Duration, ParseError> {
    spans(text).ok_or_else(|| ParseError { text: text.to_owned() })
}

fn spans(text: &str) -> Option<Duration> {
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

/// The longest whole units first, as in `1h30m`.
fn format(span: Duration) -> String {
    let mut nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, size) in UNITS {
        if nanos >= size {
            text.push_str(&format!("{}{unit}", nanos / size));
            nanos %= size;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}
