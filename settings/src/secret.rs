//! The one type that holds a token or a URL with a token in it.
//!
//! It has no `Display`, no `Serialize` and no `Hash`, so that a secret cannot
//! reach an output by formatting something around it.

use std::fmt;

use zeroize::Zeroizing;

/// A secret text; the memory is cleared when it is dropped.
///
/// `Debug` is constant and reveals nothing, not even the length.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over without a copy.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Gives the text itself, for the one place that has to send or write it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no secret at all. Outside a running build, Coder
    /// hands out an empty token.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

#[cfg(test)]
mod tests;
