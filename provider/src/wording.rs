//! Words that appear in more than one place, and how errors of other crates
//! become sentences of a diagnostic.

use std::fmt::Display;

/// The summary where nothing says which deployment is meant.
pub(crate) const NO_ACCESS_URL: &str = "No access URL";

/// The summary where there is no token.
pub(crate) const NO_TOKEN: &str = "No session token";

/// Joins what happened and what to do into sentences: capital first, full stop last.
pub(crate) fn sentences(problem: impl Display, hint: Option<impl Display>) -> String {
    let problem = sentence(&problem.to_string());
    match hint {
        Some(hint) => format!("{problem} {}", sentence(&hint.to_string())),
        None => problem,
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(chars).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
