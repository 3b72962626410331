//! The log on stderr: its format and its level.

use std::str::FromStr;

pub use tracing_core::Level;

/// The form of a log, and of what else a program writes to stderr.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// One line of text for each event.
    #[default]
    Text,
}

/// Why a text is no format or no level.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LoggingError {
    #[error("unknown log format `{0}`")]
    Format(String),
    #[error("unknown log level `{0}`")]
    Level(String),
}

impl LoggingError {
    /// What to write instead.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Format(_) => "expected `text` or `json`",
            Self::Level(_) => "expected `error`, `warn`, `info`, `debug` or `trace`",
        }
    }
}

impl FromStr for Format {
    type Err = LoggingError;

    fn from_str(text: &str) -> Result<Self, LoggingError> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err(LoggingError::Format(text.to_owned())),
        }
    }
}

/// Reads a level.
///
/// # Errors
///
/// A word that is none.
pub fn parse_level(text: &str) -> Result<Level, LoggingError> {
    text.parse().map_err(|_| LoggingError::Level(text.to_owned()))
}

/// Starts the log on stderr; a second call changes nothing.
#[cfg(feature = "log")]
pub fn start(format: Format, level: Level) {
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level);
    // A log that was there before stays; both write to the same place.
    let started = match format {
        Format::Json => log.json().flatten_event(true).try_init(),
        Format::Text => log.with_ansi(false).try_init(),
    };
    drop(started);
}

#[cfg(test)]
mod tests;
