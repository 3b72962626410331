//! Quoting for POSIX sh.

/// Quotes `text` so that any POSIX shell reads it back unchanged as one word.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
