//! Rust source with comments and literals blanked out, so that the rules can
//! look for braces and words without a parser.
//!
//! It is a lexer for what can hide a brace: comments (nested), strings (raw,
//! byte, C), characters against lifetimes. Line breaks are kept, so line
//! numbers hold.

#[cfg(test)]
mod tests;

/// The source with everything inside comments and literals replaced by blanks.
pub(super) fn mask(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut masked = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = hidden_until(&chars, at);
        if end == at {
            masked.push(chars[at]);
            at += 1;
            continue;
        }
        masked.extend(chars[at..end].iter().map(|it| if *it == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    masked
}

/// Where the comment or literal that begins at `at` ends; `at` if none begins.
fn hidden_until(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1);
    match chars[at] {
        '/' if next == Some(&'/') => find(chars, at, |it| it == '\n'),
        '/' if next == Some(&'*') => end_of_block_comment(chars, at),
        '"' => end_of_string(chars, at),
        '\'' => end_of_character(chars, at),
        'r' if !continues_word(chars, at, 'b') => end_of_raw_string(chars, at),
        _ => at,
    }
}

/// Whether the character before `at` is part of the same word; one `prefix`
/// letter of a literal (`br"…"`, `cr"…"`) does not count.
fn continues_word(chars: &[char], at: usize, prefix: char) -> bool {
    let word = |it: usize| chars[it].is_alphanumeric() || chars[it] == '_';
    match at {
        0 => false,
        1 => word(0) && chars[0] != prefix && chars[0] != 'c',
        _ if chars[at - 1] == prefix || chars[at - 1] == 'c' => word(at - 2),
        _ => word(at - 1),
    }
}

fn find(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    chars[from..].iter().position(|it| wanted(*it)).map_or(chars.len(), |it| from + it)
}

fn end_of_block_comment(chars: &[char], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut i = at;
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                i += 1;
                continue;
            }
        }
        i += 2;
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// A character literal ends at its quote; a lifetime hides nothing.
fn end_of_character(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), Some(_)) => (find(chars, at + 3, |it| it == '\'') + 1).min(chars.len()),
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}

/// `r"…"`, `r#"…"#` and so on; a raw identifier hides nothing.
fn end_of_raw_string(chars: &[char], at: usize) -> usize {
    let quote = find(chars, at + 1, |it| it != '#');
    if chars.get(quote) != Some(&'"') {
        return at;
    }
    let hashes = quote - at - 1;
    let mut i = quote + 1;
    while i < chars.len() {
        if chars[i] == '"' && chars[i + 1..].iter().take_while(|it| **it == '#').count() >= hashes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    chars.len()
}
