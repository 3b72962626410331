//! Problems as Terraform reports them in JSON.

use serde_json::Value;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The command fails.
    Error,
    /// It goes on.
    Warning,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The headline.
    pub summary: String,
    /// What happened and what to do; empty if there is none.
    pub detail: String,
    /// The resource that it is about.
    pub address: Option<String>,
    /// The attribute that Terraform points at: the text before `=` on the
    /// source line. A provider's attribute path is not in the JSON form;
    /// none means that the path led to no line of the configuration.
    pub attribute: Option<String>,
    /// The source that Terraform shows.
    pub code: Option<String>,
}

impl Diagnostic {
    pub(super) fn parse(json: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let code = text(&json["snippet"]["code"]);
        Self {
            severity: match json["severity"].as_str() {
                Some("error") => Severity::Error,
                Some("warning") => Severity::Warning,
                other => panic!("unknown severity {other:?} in {json}"),
            },
            summary: text(&json["summary"]).unwrap_or_default(),
            detail: text(&json["detail"]).unwrap_or_default(),
            address: text(&json["address"]),
            attribute: code.as_deref().and_then(attribute),
            code,
        }
    }

    /// Summary and detail in one text, for searches.
    pub fn text(&self) -> String {
        format!("{}\n{}", self.summary, self.detail)
    }
}

fn attribute(code: &str) -> Option<String> {
    let (name, rest) = code.lines().next()?.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !rest.starts_with('=');
    is_name.then(|| name.to_owned())
}
