//! The program's output on stdout and stderr, without the log.
//!
//! Results and notices go to stdout, faults to stderr, which Coder's dashboard
//! shows in red. A reader that has closed stdout is no failure.

use std::io::{self, ErrorKind, Write};

use serde::Serialize;
use settings::logging::Format;

use crate::error::Error;
use crate::exit::Exit;

/// A fault as one JSON object.
#[derive(Serialize)]
struct FaultLine<'a> {
    level: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<u8>,
}

/// The two streams of one run.
pub struct Output {
    results: Box<dyn Write>,
    faults: Box<dyn Write>,
    /// Format of the faults; known once the settings are.
    pub(crate) format: Format,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("format", &self.format).finish_non_exhaustive()
    }
}

impl Output {
    /// The streams of this process.
    pub fn process() -> Self {
        Self::new(Box::new(io::stdout()), Box::new(io::stderr()))
    }

    /// Any two streams.
    pub fn new(results: Box<dyn Write>, faults: Box<dyn Write>) -> Self {
        Self { results, faults, format: Format::default() }
    }

    /// Writes a result, which is what the command was called for.
    ///
    /// # Errors
    ///
    /// Any but a reader that has closed stdout.
    pub(crate) fn result(&mut self, text: &str) -> Result<(), Error> {
        match self.results.write_all(text.as_bytes()).and_then(|()| self.results.flush()) {
            Err(err) if err.kind() != ErrorKind::BrokenPipe => Err(Error::Stdout(err)),
            _ => Ok(()),
        }
    }

    /// Writes a line beside the command's real work, which goes on also if the
    /// line cannot be written.
    pub(crate) fn notice(&mut self, line: &str) {
        let written = writeln!(self.results, "{line}").and_then(|()| self.results.flush());
        drop(written);
    }

    /// Writes a warning: the run goes on.
    pub(crate) fn warn(&mut self, message: &str, hint: Option<&str>) {
        self.fault("WARN", "warning", message, hint, None);
    }

    /// Writes why the run failed, and returns how it ends.
    pub(crate) fn error(&mut self, err: &Error) -> Exit {
        let exit = err.exit();
        let hint = err.hint();
        let known = Some((err.class(), exit.code()));
        self.fault("ERROR", "error", &chain(err), hint.as_deref(), known);
        exit
    }

    fn fault(
        &mut self,
        level: &str,
        word: &str,
        message: &str,
        hint: Option<&str>,
        known: Option<(&str, u8)>,
    ) {
        let text = match self.format {
            Format::Text => match hint {
                Some(hint) => format!("{word}: {message}\nhint: {hint}\n"),
                None => format!("{word}: {message}\n"),
            },
            Format::Json => {
                let (class, exit_code) = known.unzip();
                let line = FaultLine { level, message, hint, class, exit_code };
                let text = serde_json::to_string(&line).expect("texts have a JSON form");
                format!("{text}\n")
            }
        };
        // A failure to write to stderr has no other place to be reported.
        drop(self.faults.write_all(text.as_bytes()));
    }
}

/// An error's text with its causes, each once.
pub(crate) fn chain(err: &dyn std::error::Error) -> String {
    let mut text = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        let next = err.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = err.source();
    }
    text
}
