//! Replacement of what differs from run to run, before text is compared: one
//! ordered list.

#[cfg(test)]
mod tests;

/// Replaces a test's own values first, then text of each form that changes from
/// run to run.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    literals: Vec<(String, String)>,
}

/// Finds one form at the start of a text: the length of the match.
type Form = fn(&str) -> Option<usize>;

/// The forms and their replacements, in the order in which they are tried at
/// each position.
const FORMS: [(Form, &str); 6] = [
    (uuid, "[UUID]"),
    (sha256, "[SHA256]"),
    (timestamp, "[TIME]"),
    (token, "[TOKEN]"),
    (loopback_port, "[LOOPBACK]"),
    (duration, "[DURATION]"),
];

impl Redactor {
    /// Knows the common forms only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces `text` by `[NAME]`; longer texts win over shorter ones that
    /// they contain. An empty text is ignored.
    pub fn literal(mut self, text: impl Into<String>, name: &str) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.literals.push((text, format!("[{name}]")));
            self.literals.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
        self
    }

    /// `text` with each value and form replaced.
    pub fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut previous = None;
        while let Some(first) = rest.chars().next() {
            let Some((replacement, len)) = self.match_at(rest, previous) else {
                out.push(first);
                previous = Some(first);
                rest = &rest[first.len_utf8()..];
                continue;
            };
            out.push_str(replacement);
            previous = rest[..len].chars().next_back();
            rest = &rest[len..];
        }
        out
    }

    fn match_at(&self, rest: &str, previous: Option<char>) -> Option<(&str, usize)> {
        let literal = self.literals.iter().find(|(text, _)| rest.starts_with(text.as_str()));
        if let Some((text, name)) = literal {
            return Some((name, text.len()));
        }
        // A form begins and ends at the edge of a word.
        if previous.is_some_and(char::is_alphanumeric) {
            return None;
        }
        FORMS.iter().find_map(|(form, name)| {
            let len = form(rest)?;
            let next = rest[len..].chars().next();
            (!next.is_some_and(char::is_alphanumeric)).then_some((*name, len))
        })
    }
}

/// Matches a pattern of character classes: `h` hex digit, `d` digit, `a`
/// alphanumeric, anything else itself.
fn pattern(text: &str, pattern: &str) -> Option<usize> {
    let mut chars = text.chars();
    let fits = pattern.chars().all(|class| {
        chars.next().is_some_and(|it| match class {
            'h' => it.is_ascii_hexdigit(),
            'd' => it.is_ascii_digit(),
            'a' => it.is_ascii_alphanumeric(),
            other => it == other,
        })
    });
    fits.then_some(pattern.len())
}

fn uuid(text: &str) -> Option<usize> {
    pattern(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh")
}

fn sha256(text: &str) -> Option<usize> {
    pattern(text, &"h".repeat(64))
}

/// Coder's API keys.
fn token(text: &str) -> Option<usize> {
    pattern(text, "aaaaaaaaaa-aaaaaaaaaaaaaaaaaaaaaa")
}

/// RFC 3339, with or without a fraction, in UTC or with an offset.
fn timestamp(text: &str) -> Option<usize> {
    let mut len = pattern(text, "dddd-dd-ddTdd:dd:dd")?;
    if text[len..].starts_with('.') {
        len += 1 + digits(&text[len + 1..]);
    }
    let zone = &text[len..];
    let zone =
        pattern(zone, "Z").or_else(|| pattern(zone, "+dd:dd")).or_else(|| pattern(zone, "-dd:dd"));
    Some(len + zone?)
}

fn loopback_port(text: &str) -> Option<usize> {
    let host =
        ["127.0.0.1:", "localhost:", "[::1]:"].into_iter().find(|it| text.starts_with(it))?;
    let port = digits(&text[host.len()..]);
    (port > 0).then_some(host.len() + port)
}

/// As `12ms`, `1.5s`, `340µs`.
fn duration(text: &str) -> Option<usize> {
    let mut len = digits(text);
    if len == 0 {
        return None;
    }
    if text[len..].starts_with('.') && digits(&text[len + 1..]) > 0 {
        len += 1 + digits(&text[len + 1..]);
    }
    let unit = ["ns", "µs", "us", "ms", "s"].into_iter().find(|it| text[len..].starts_with(it))?;
    Some(len + unit.len())
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}
