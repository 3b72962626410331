//! Clients with a hard-coded provider host, as a template's author or a
//! workspace's owner starts them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use xtask::process;

pub(super) const URL: &str = "https://api.openai.com/v1/chat/completions";
pub(super) const BODY: &str = r#"{"model":"gpt-5","messages":[{"role":"user","content":"hello"}]}"#;
/// Part of what a provider answers.
pub(super) const ANSWER: &str = "chat.completion";
/// A key that owners have in their tools; the proxy must accept requests that carry it.
const KEY: &str = "Authorization: Bearer sk-hard-coded";
/// A request by Python's own library: URL and body are its arguments.
pub(super) const PYTHON: &str = r#"
import sys, urllib.request
url, body = sys.argv[1], sys.argv[2].encode()
request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
print(urllib.request.urlopen(request, timeout=20).read().decode())
"#;

/// The command of the template's tool, as its author writes it: a shell reads it.
pub(super) fn template_command() -> Result<String> {
    Ok(match process::on_path("curl") {
        Some(curl) => {
            format!("'{}' --silent --show-error --fail --data '{BODY}' {URL}", curl.display())
        }
        None => format!("'{}' -c '{}' {URL} '{BODY}'", python()?.display(), PYTHON.trim()),
    })
}

/// Arguments of curl for the request.
pub(super) fn curl_args() -> Vec<&'static str> {
    let mut args = vec!["--silent", "--show-error", "--max-time", "20", "--header", KEY];
    args.extend(["--header", "Content-Type: application/json", "--data", BODY, URL]);
    args
}

/// The interpreter itself: a version manager's shim would need its own environment.
pub(super) fn python() -> Result<PathBuf> {
    let program = ["-c", "import sys; print(sys.executable)"];
    Ok(PathBuf::from(process::capture(Command::new("python3").args(program))?.trim()))
}
