//! The outcome of a tool from its exit code and output; pure.

use crate::exit::Exit;

#[cfg(test)]
mod tests;

/// The longest line of a tool that is shown.
const MAX_LINE: usize = 240;

/// The outcome of a tool's request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// A status came back; text for the summary.
    Reached(String),
    /// The tool has nothing to send a request with.
    Skipped(String),
    /// The tool's whole error output.
    Failed(String),
}

/// The status is the whole output.
pub(super) fn curl(code: Option<i32>, stdout: &str, stderr: &str) -> Outcome {
    match (code, stdout.trim()) {
        (Some(0), status) if status != "000" => Outcome::Reached(format!(", status {status}")),
        _ => Outcome::Failed(stderr.to_owned()),
    }
}

/// The repository does not exist, which git can only know from the host.
pub(super) fn git(code: Option<i32>, _: &str, stderr: &str) -> Outcome {
    const REACHED: [&str; 5] = [
        "not found",
        "The requested URL returned error: 4",
        "The requested URL returned error: 5",
        "Authentication failed",
        "could not read Username",
    ];
    let is_refused = stderr.contains("error: 407") || stderr.contains("CONNECT");
    let is_reached = code == Some(0) || REACHED.iter().any(|it| stderr.contains(it));
    if is_reached && !is_refused {
        Outcome::Reached(String::new())
    } else {
        Outcome::Failed(stderr.to_owned())
    }
}

/// Our own scripts print `status NUMBER` or `skip REASON`.
pub(super) fn script(code: Option<i32>, stdout: &str, stderr: &str) -> Outcome {
    let line = stdout.trim();
    if let Some(reason) = line.strip_prefix("skip ") {
        return Outcome::Skipped(reason.to_owned());
    }
    match code {
        Some(0) if line.starts_with("status ") => Outcome::Reached(format!(", {line}")),
        _ => Outcome::Failed(stderr.to_owned()),
    }
}

/// As [`script`]; a runtime without a compiler cannot run a source.
pub(super) fn java(code: Option<i32>, stdout: &str, stderr: &str) -> Outcome {
    const NO_COMPILER: [&str; 3] =
        ["Could not find or load main class", "jdk.compiler", "Unrecognized option"];
    if code != Some(0) && NO_COMPILER.iter().any(|it| stderr.contains(it)) {
        return Outcome::Skipped("only a JDK of 11 and newer can be tried".to_owned());
    }
    script(code, stdout, stderr)
}

/// A module proxy that has no such module answers with a status.
pub(super) fn go(code: Option<i32>, _: &str, stderr: &str) -> Outcome {
    let status = stderr.lines().find_map(|line| {
        let (_, tail) = line.rsplit_once(": ")?;
        let digits = tail.get(..3)?;
        let is_status = digits.bytes().all(|it| it.is_ascii_digit()) && tail.get(3..4) == Some(" ");
        is_status.then(|| digits.to_owned())
    });
    match (code, status) {
        (_, Some(status)) if status != "407" => Outcome::Reached(format!(", status {status}")),
        (Some(0), _) => Outcome::Reached(String::new()),
        // Without a status the answer was no list of versions: an answer all the same.
        _ if stderr.contains("invalid version") || stderr.contains("no matching versions") => {
            Outcome::Reached(String::new())
        }
        _ => Outcome::Failed(stderr.to_owned()),
    }
}

/// The class of the fault, by the words of the tools' libraries.
pub(super) fn exit(text: &str) -> Exit {
    let text = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| text.contains(it));
    // As a number of its own: a port or a token may have these digits, too.
    let is_407 = text.split(|it: char| !it.is_ascii_alphanumeric()).any(|it| it == "407");
    if is_407 || has(&["proxy authentication"]) {
        Exit::NotSignedIn
    } else if has(&["certificate", "x509", "unable_to_", "self_signed", "ssl"]) {
        Exit::Certificate
    } else {
        Exit::Network
    }
}

/// The first line with a word for a fault, else the last line.
pub(super) fn fault_line(text: &str) -> String {
    let lines = || text.lines().map(str::trim).filter(|it| !it.is_empty());
    let of_fault = |it: &&str| {
        let lower = it.to_ascii_lowercase();
        ["error", "fatal", "failed", "curl:", "x509", "certificate"]
            .iter()
            .any(|word| lower.contains(word))
    };
    let line = lines().find(of_fault).or_else(|| lines().next_back()).unwrap_or("no output");
    line.chars().take(MAX_LINE).collect()
}
