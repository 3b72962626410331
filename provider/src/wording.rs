//! Text that appears in more than one place, and how errors of other crates become
//! sentences of a diagnostic.

use std::fmt::Display;

use tfplugin::model::Attr;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The summary where neither argument nor provider names a deployment.
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

/// A date as RFC 3339 writes it. A certificate's dates end with the year 9999, as RFC 3339
/// does.
pub(crate) fn date(date: OffsetDateTime) -> Attr<String> {
    date.format(&Rfc3339).map_or(Attr::Null, Attr::Known)
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
