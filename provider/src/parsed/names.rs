//! Texts that are passed on as they are, once they are known to have the right form.

use coder_client::workspace::DEFAULT_SYNC_UNIT;

use super::{Parse, Parsed, Refusal};

/// An absolute path of a program in the workspace.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProgramPath;

/// The name of a unit of the agent's coordination.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UnitName;

/// Where the helper is downloaded from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DownloadUrl;

impl Default for Parsed<UnitName> {
    fn default() -> Self {
        Self { text: DEFAULT_SYNC_UNIT.to_owned(), value: UnitName }
    }
}

impl Parse for ProgramPath {
    const RULE: &'static str = "must be an absolute path";

    fn parse(text: &str) -> Result<Self, Refusal> {
        if text.starts_with('/') && !text.chars().any(char::is_control) {
            return Ok(Self);
        }
        let hint = "write where the image has it, such as `/usr/local/bin/aibridge-agent`";
        Err(Refusal::new(format!("`{text}` is not an absolute path"), hint))
    }
}

impl Parse for UnitName {
    const RULE: &'static str = "must be a name without spaces";

    fn parse(text: &str) -> Result<Self, Refusal> {
        let problem = if text.is_empty() {
            "the name is empty".to_owned()
        } else if text.starts_with('-') {
            format!("`{text}` begins with `-`, as only flags of a command do")
        } else if text.chars().any(|it| it.is_whitespace() || it.is_control()) {
            format!("`{text}` contains a space or a control character")
        } else {
            return Ok(Self);
        };
        Err(Refusal::new(problem, "write a name such as `aibridge-proxy-setup`"))
    }
}

impl Parse for DownloadUrl {
    const RULE: &'static str = "must be an `http(s)://` URL";

    fn parse(text: &str) -> Result<Self, Refusal> {
        let lower = text.to_ascii_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
        let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let problem = match authority {
            None | Some("") => "the URL is not of the form `https://host/path`",
            Some(authority) if authority.contains('@') => {
                "the URL contains user information, which every user of the workspace could read"
            }
            Some(_) if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                "the URL contains a space or a character that must be percent-encoded"
            }
            Some(_) => return Ok(Self),
        };
        Err(Refusal::new(problem, "write a URL such as `https://example.com/aibridge-agent`"))
    }
}
