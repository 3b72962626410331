//! Errors and warnings as a CLI reports them in JSON.

use serde_json::Value as Json;

/// One error or warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether the command failed because of it.
    pub is_error: bool,
    /// The headline.
    pub summary: String,
    /// What happened and what to do; empty if there is none.
    pub detail: String,
    /// The resource that it is about.
    pub address: Option<String>,
    /// The attribute whose source line Terraform shows with it. A provider's attribute path
    /// is not in the JSON form; nothing here means that it led to no such line.
    pub attribute: Option<String>,
}

/// Of commands that print one message a line.
pub(super) fn of_stream(stdout: &str) -> Vec<Problem> {
    stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok())
        .filter(|message| message["type"] == "diagnostic")
        .map(|message| parse(&message["diagnostic"]))
        .collect()
}

/// Of `validate`, which prints one object.
pub(super) fn of_validate(stdout: &str) -> Vec<Problem> {
    let answer: Json = serde_json::from_str(stdout).unwrap_or_default();
    answer["diagnostics"].as_array().into_iter().flatten().map(parse).collect()
}

fn parse(json: &Json) -> Problem {
    let text = |value: &Json| value.as_str().map(str::to_owned);
    Problem {
        is_error: json["severity"] == "error",
        summary: text(&json["summary"]).unwrap_or_default(),
        detail: text(&json["detail"]).unwrap_or_default(),
        address: text(&json["address"]),
        attribute: json["snippet"]["code"].as_str().and_then(attribute),
    }
}

/// The name before the first `=` of a source line.
fn attribute(code: &str) -> Option<String> {
    let (name, rest) = code.lines().next()?.split_once('=')?;
    let name = name.trim();
    let is_part = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let is_name = !name.is_empty() && name.bytes().all(is_part) && !rest.starts_with('=');
    is_name.then(|| name.to_owned())
}
