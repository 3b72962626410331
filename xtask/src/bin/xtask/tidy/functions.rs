//! Functions stay short enough to be read at once.

use super::Finding;
use super::mask::mask;
use super::tree::Tree;

#[cfg(test)]
mod tests;

/// Lines from `fn` to the closing brace.
const MAX_LINES: usize = 80;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.rust() {
        for function in functions(&mask(text)) {
            if function.lines > MAX_LINES {
                let message = format!(
                    "`{}` has {} lines; at most {MAX_LINES}",
                    function.name, function.lines
                );
                findings.push(Finding::new(path, function.line, message));
            }
        }
    }
    findings
}

#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    /// Line of its `fn`, from 1.
    line: usize,
    lines: usize,
}

/// Every function with a body in masked source, nested ones too.
fn functions(masked: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in masked.match_indices("fn ") {
        let word_before =
            masked[..at].chars().next_back().is_some_and(|it| it.is_alphanumeric() || it == '_');
        let rest = &masked[at..];
        let name: String = rest[3..]
            .trim_start()
            .chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .collect();
        if word_before || name.is_empty() {
            continue;
        }
        if let Some(length) = length_with_body(rest) {
            let line = masked[..at].matches('\n').count() + 1;
            found.push(Function { name, line, lines: rest[..length].matches('\n').count() + 1 });
        }
    }
    found
}

/// Bytes up to the brace that closes the body; `None` for a declaration.
fn length_with_body(text: &str) -> Option<usize> {
    // Arrays in the signature hold semicolons, and brackets may hold braces.
    let mut brackets = 0_usize;
    let mut braces = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            ';' if braces == 0 && brackets == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces = braces.checked_sub(1)?;
                if braces == 0 && brackets == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
