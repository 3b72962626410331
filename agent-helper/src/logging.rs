//! The trace log on stderr, for those who ask for it.
//!
//! What a run has to say goes through `output`; this is for finding out why.
//! It is set up only if a level was asked for, so that `exec` never pays for it.

use tracing::Level;

use crate::cli::Cli;
use crate::env::{ENV_LOG_FORMAT, ENV_LOG_LEVEL, Lookup};
use crate::output::LogFormat;
use crate::settings::Fault;

/// Decides form and level; no level is no log. A word that is neither is only
/// worth a warning: a set-up must not fail over it.
pub fn decide(cli: &Cli, env: &dyn Lookup) -> (LogFormat, Option<Level>, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut refuse = |source: &str, word: &str, hint: &str| {
        let message = format!("`{word}` means nothing here");
        faults.push(Fault { source: format!("`{source}`"), message, hint: Some(hint.to_owned()) });
    };
    let format = match word(cli.log_format.as_deref(), env, "--log-format", ENV_LOG_FORMAT) {
        None => LogFormat::Text,
        Some((_, word)) if word == "text" => LogFormat::Text,
        Some((_, word)) if word == "json" => LogFormat::Json,
        Some((source, word)) => {
            refuse(source, &word, "write text or json");
            LogFormat::Text
        }
    };
    let level = word(cli.log_level.as_deref(), env, "--log-level", ENV_LOG_LEVEL).and_then(
        |(source, word)| match word.parse() {
            Ok(level) => Some(level),
            Err(_) => {
                refuse(source, &word, "write error, warn, info, debug or trace");
                None
            }
        },
    );
    (format, level, faults)
}

/// Starts the log; a second call changes nothing.
pub fn start(format: LogFormat, level: Level) {
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level);
    // A log that was there before stays; both write to the same place.
    let started = match format {
        LogFormat::Text => log.with_ansi(false).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    drop(started);
}

fn word(
    flag: Option<&str>,
    env: &dyn Lookup,
    flag_name: &'static str,
    variable: &'static str,
) -> Option<(&'static str, String)> {
    flag.filter(|it| !it.is_empty())
        .map(|it| (flag_name, it.to_owned()))
        .or_else(|| Some((variable, env.non_empty(variable)?.to_string_lossy().into_owned())))
}
