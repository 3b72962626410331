//! The path of the certificate, and with it of the files beside it.

use coder_client::workspace::{DEFAULT_CERT_PATH, Files};

use super::{Parse, Parsed, Refusal};

impl Default for Parsed<Files> {
    fn default() -> Self {
        Self { text: DEFAULT_CERT_PATH.to_owned(), value: Files::beside(DEFAULT_CERT_PATH) }
    }
}

impl Parse for Files {
    const RULE: &'static str = "must be an absolute path of a file in the workspace";

    fn parse(text: &str) -> Result<Self, Refusal> {
        let problem = if !text.starts_with('/') {
            format!("`{text}` is not an absolute path")
        } else if text.chars().any(char::is_control) {
            "the path contains a control character".to_owned()
        } else if text.contains('$') {
            // Coder's agent expands variables in the values that it sets.
            format!("`{text}` contains `$`, which Coder's agent would expand")
        } else if text.ends_with('/') || text.split('/').any(|part| matches!(part, "." | "..")) {
            format!("`{text}` is not the plain path of a file")
        } else if !text[1..].contains('/') {
            format!("`{text}` is in the root folder, which cannot be a folder of its own")
        } else if Self::is_reserved(text) {
            format!("`{text}` is the name of another file beside the certificate")
        } else {
            return Ok(Self::beside(text));
        };
        let hint = "write a path such as `/home/coder/.aibridge-proxy/ca-cert.pem`";
        Err(Refusal::new(problem, hint))
    }
}
