//! What becomes of text that others wrote before it is shown: no control
//! characters, and a bound.

/// Copies `text` as one line of at most `max` characters.
///
/// Control characters and line breaks become one space each run, so that a
/// peer can neither forge a log line nor drive a terminal. A text that was cut
/// ends with `…`.
pub fn one_line(text: &str, max: usize) -> String {
    let mut line = String::with_capacity(text.len().min(max));
    let mut count = 0;
    let mut gap = false;
    for ch in text.chars() {
        if ch.is_control() || ch.is_whitespace() || is_invisible(ch) {
            gap = count > 0;
            continue;
        }
        let needed = usize::from(gap) + 1;
        if count + needed > max {
            line.push('…');
            return line;
        }
        if gap {
            line.push(' ');
            gap = false;
        }
        line.push(ch);
        count += needed;
    }
    line
}

/// Formatting characters that reorder or hide what stands around them.
fn is_invisible(ch: char) -> bool {
    matches!(
        ch,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Lower-case hexadecimal digits of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests;
