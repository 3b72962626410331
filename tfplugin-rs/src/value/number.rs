//! Exact numbers: the decimal text that came, compared by value.
//!
//! Terraform counts in 512-bit floats and sends what fits no machine number as decimal
//! text. No step here rounds, except from a float, and comparing costs the length of the
//! texts, not the size of the exponent.

use std::cmp::Ordering;
use std::fmt;

/// A number of any size and precision. Equal numbers may be written differently.
#[derive(Clone)]
pub struct Number {
    /// Always a JSON number: sign, digits without needless zeros in front, fraction, exponent.
    text: Box<str>,
}

/// A text or float that is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not digits with optional sign, fraction and exponent.
    #[error("`{}` is not a decimal number", excerpt(.0))]
    Malformed(String),
    /// The exponent does not fit 32 bits.
    #[error("the exponent of `{}` is out of range", excerpt(.0))]
    Exponent(String),
    /// Infinite, or not a number at all: neither has a place in configuration or state.
    #[error("a number must be finite")]
    NotFinite,
}

/// The parts of a number's text.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

// === impl Number ===

impl Number {
    /// Reads decimal text: sign, digits, and an optional fraction and exponent.
    ///
    /// # Errors
    /// Any other text, and exponents beyond 32 bits.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let malformed = || NumberError::Malformed(text.to_owned());
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) if is_digits(fraction) => (whole, Some(fraction)),
            Some(_) => return Err(malformed()),
            None => (mantissa, None),
        };
        if !is_digits(whole) {
            return Err(malformed());
        }
        if let Some(exponent) = exponent {
            if !is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)) {
                return Err(malformed());
            }
            if exponent.parse::<i32>().is_err() {
                return Err(NumberError::Exponent(text.to_owned()));
            }
        }
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        let mut canonical = String::with_capacity(text.len());
        if text.starts_with('-') {
            canonical.push('-');
        }
        canonical.push_str(whole);
        for (mark, digits) in [('.', fraction), ('e', exponent)] {
            if let Some(digits) = digits {
                canonical.push(mark);
                canonical.push_str(digits);
            }
        }
        Ok(Self { text: canonical.into_boxed_str() })
    }

    /// The number that Terraform takes a binary float for: a whole one exactly, any other by
    /// its shortest decimal, so 0.1 where the float is a little more than that.
    ///
    /// Terraform stores that decimal, so another reading would find a change in every plan.
    /// So it is for what functions like `pow` make. A quotient by a power of two that needs
    /// more than 17 digits (`123456789 / 1073741824`) travels as a float too, but Terraform
    /// has kept all its digits, and nothing in the message distinguishes the two. No provider
    /// can serve it: Terraform (1.6.6, 1.10.5 and 1.15.5 were tried) rounds the planned
    /// number itself, so the exact one would be refused at apply, with half of the
    /// configuration applied. As it is, the plan is refused. A configuration that rounds to
    /// fewer digits is served.
    ///
    /// # Errors
    /// Infinities and NaN.
    pub fn from_f64(float: f64) -> Result<Self, NumberError> {
        if !float.is_finite() {
            return Err(NumberError::NotFinite);
        }
        // The standard library writes the shortest digits that are read as the same float,
        // and with a precision the exact ones.
        let digits = if float.fract() == 0.0 { format!("{float:.0}") } else { format!("{float}") };
        Self::parse(&digits)
    }

    /// The decimal text; a valid JSON number.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number as a whole one of 64 bits, if it is exactly that.
    pub fn to_i64(&self) -> Option<i64> {
        let parts = self.parts();
        if !self.is_whole() {
            return None;
        }
        // 19 digits hold every i64; a longer one is out of range and need not be written out.
        if self.point(&parts) > 19 {
            return None;
        }
        let length = usize::try_from(self.point(&parts)).unwrap_or(0);
        let digits: String =
            self.digits().map(char::from).chain(std::iter::repeat('0')).take(length).collect();
        let sign = if parts.negative { "-" } else { "" };
        if digits.is_empty() { Some(0) } else { format!("{sign}{digits}").parse().ok() }
    }

    /// The number as a binary float, if [`Number::from_f64`] makes the number of that float:
    /// so not of 1e23, which no float holds to the last digit. For the nearest float, parse
    /// [`Number::as_str`].
    pub fn to_f64(&self) -> Option<f64> {
        let float: f64 = self.text.parse().ok()?;
        (Self::from_f64(float).ok()? == *self).then_some(float)
    }

    /// The number as a binary float, if it is one to the last digit.
    pub(crate) fn to_exact_f64(&self) -> Option<f64> {
        let float = self.to_f64()?;
        // 1074 fraction digits hold the smallest subnormal exactly.
        (Self::parse(&format!("{float:.1074}")).ok()? == *self).then_some(float)
    }

    /// Whether the number has no fraction.
    pub fn is_whole(&self) -> bool {
        let point = self.point(&self.parts());
        let significant = self.digits().enumerate().filter(|(_, digit)| *digit != b'0').last();
        significant.is_none_or(|(last, _)| i64::try_from(last).is_ok_and(|last| last < point))
    }

    fn parts(&self) -> Parts<'_> {
        let (negative, unsigned) = match self.text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, &*self.text),
        };
        let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // `parse` let only exponents of 32 bits through.
        Parts { negative, whole, fraction, exponent: exponent.parse().unwrap_or_default() }
    }

    /// The digits from the first that is not zero; empty for zero.
    fn digits(&self) -> impl Iterator<Item = u8> {
        let parts = self.parts();
        parts.whole.bytes().chain(parts.fraction.bytes()).skip_while(|digit| *digit == b'0')
    }

    /// Where the decimal point stands, counted from the first digit that is not zero.
    fn point(&self, parts: &Parts<'_>) -> i64 {
        let zeros =
            parts.whole.bytes().chain(parts.fraction.bytes()).take_while(|it| *it == b'0').count();
        let length = |digits: usize| i64::try_from(digits).unwrap_or(i64::MAX / 4);
        length(parts.whole.len()) - length(zeros) + parts.exponent
    }

    fn is_zero(&self) -> bool {
        self.digits().next().is_none()
    }

    /// Compares the absolute values of two numbers that are not zero.
    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        let points = self.point(&self.parts()).cmp(&other.point(&other.parts()));
        points.then_with(|| {
            let (mut left, mut right) = (self.digits(), other.digits());
            loop {
                let order = match (left.next(), right.next()) {
                    (None, None) => return Ordering::Equal,
                    (left, right) => left.unwrap_or(b'0').cmp(&right.unwrap_or(b'0')),
                };
                if order.is_ne() {
                    return order;
                }
            }
        })
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.is_zero(), number.parts().negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        match (sign(self), sign(other)) {
            (1, 1) => self.cmp_magnitude(other),
            (-1, -1) => other.cmp_magnitude(self),
            (left, right) => left.cmp(&right),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self { text: number.to_string().into_boxed_str() }
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self { text: number.to_string().into_boxed_str() }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.text)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The first characters of a text that may be megabytes long.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
