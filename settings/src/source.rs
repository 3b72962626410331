//! Where the value of a setting was found.

use std::fmt::{self, Display};

/// Where a value was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// A flag, without its dashes.
    Flag(&'static str),
    /// A variable of the program's own.
    Variable(&'static str),
    /// A key of a file.
    File { key: &'static str, file: &'static str },
    /// A variable of another program.
    Fallback(&'static str),
    /// No source had a value.
    Default,
}

impl Source {
    /// Whether the user has chosen the value for this program, so that it may
    /// be stored. A fallback belongs to another program and may change.
    pub fn is_own(self) -> bool {
        matches!(self, Self::Flag(_) | Self::Variable(_) | Self::File { .. })
    }
}

/// The name in backticks.
impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "`--{name}`"),
            Self::Variable(name) | Self::Fallback(name) => write!(f, "`{name}`"),
            Self::File { key, file } => write!(f, "`{key}` in {file}"),
            Self::Default => f.write_str("the default"),
        }
    }
}
