//! One log line, as the plugin host reads it (go-plugin `log_entry.go`).
//!
//! Message, level and timestamp are strings by construction, the timestamp has
//! six fraction digits, and the line fits the host's 64 KiB buffer: anything
//! else is shown as plain text at best, and crashes Terraform at worst.

use std::borrow::Cow;
use std::io::{self, Write as _};

use serde_json::{Map, Value};
use time::OffsetDateTime;
use tracing_core::Level;

/// The host's buffer, line end included.
pub(super) const LINE_LIMIT: usize = 64 << 10;
/// The first attempt at making a line fit; halved until it does.
const TEXT_LIMIT: usize = 32 << 10;

pub(super) struct Line<'a> {
    pub(super) level: Level,
    pub(super) module: &'a str,
    pub(super) message: String,
    /// Further keys. Those that begin with `@` belong to the host and are
    /// written without it.
    pub(super) fields: Vec<(&'a str, Value)>,
}

impl Line<'_> {
    /// Writes the line to stderr in one piece. That the host has closed
    /// the stream is not an error.
    pub(super) fn print(self) {
        let line = self.render(OffsetDateTime::now_utc());
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }

    /// The line with its line end, every text cut until it fits.
    pub(super) fn render(&self, now: OffsetDateTime) -> String {
        let timestamp = timestamp(now);
        let mut limit = usize::MAX;
        loop {
            let line = self.json(&timestamp, limit);
            if line.len() <= LINE_LIMIT {
                return line;
            }
            limit = limit.min(2 * TEXT_LIMIT) / 2;
        }
    }

    /// With a limit of nothing the fields are left out; what remains is short.
    fn json(&self, timestamp: &str, limit: usize) -> String {
        let mut object = Map::new();
        object.insert("@level".to_owned(), level(self.level).into());
        object.insert("@message".to_owned(), cut(&self.message, limit).into());
        object.insert("@timestamp".to_owned(), timestamp.into());
        object.insert("@module".to_owned(), cut(self.module, limit).into());
        let fields = if limit == 0 { &[] } else { self.fields.as_slice() };
        for (name, value) in fields {
            let value = match value {
                Value::String(text) => cut(text, limit).into(),
                other => other.clone(),
            };
            object.insert(name.trim_start_matches('@').to_owned(), value);
        }
        let mut line = Value::Object(object).to_string();
        line.push('\n');
        line
    }
}

/// At most `limit` bytes of `text`, and how much is missing.
fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return text.into();
    }
    let kept = &text[..text.floor_char_boundary(limit)];
    format!("{kept}… ({} bytes left out)", text.len() - kept.len()).into()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// RFC 3339 in UTC with exactly six fraction digits.
fn timestamp(now: OffsetDateTime) -> String {
    let now = now.to_offset(time::UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        now.year(),
        u8::from(now.month()),
        now.day(),
        now.hour(),
        now.minute(),
        now.second(),
        now.microsecond(),
    )
}
