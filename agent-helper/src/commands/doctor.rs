//! `doctor`: look at every leg, print each look, end with the first fault.

use std::time::Instant;

use coder_client::access_url::AccessUrl;

use super::runtime;
use crate::cli::DoctorArgs;
use crate::doctor::legs::{self, AI_HOSTS, AiHost, Checks};
use crate::doctor::report;
use crate::doctor::verdict::Diagnosis;
use crate::env::Lookup;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::settings::{self, SettingsError};

/// Runs the command. Faults that it finds are its result, not its errors; the
/// exit code is that of the first one. For machines so is what keeps it from
/// looking: whoever asked for an object gets one.
///
/// # Errors
///
/// Without `--json`, flags that mean nothing; a stdout that takes nothing.
pub fn run(args: &DoctorArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let started = Instant::now();
    let mut checks = Checks::new(out, !args.json);
    if let Err(err) = look(args, env, &mut checks) {
        if !args.json {
            return Err(err);
        }
        for check in legs::refused(&err) {
            checks.add(check);
        }
    }
    let diagnosis = Diagnosis::new(checks.into_list()?, started.elapsed());
    let text = if args.json { report::json(&diagnosis) } else { report::verdict(&diagnosis) };
    out.result(&text)?;
    Ok(diagnosis.exit())
}

fn look(args: &DoctorArgs, env: &dyn Lookup, checks: &mut Checks<'_>) -> Result<(), Error> {
    let timeout = settings::flag_span("--timeout", &args.timeout)?;
    if timeout.is_zero() {
        let message = "leaves no time for a look";
        let hint = Some(settings::resolve::SPAN_HINT.to_owned());
        return Err(SettingsError::one("`--timeout`", message, hint).into());
    }
    let hosts = hosts(&args.host)?;
    let runtime = runtime()?;
    let walked = runtime.block_on(legs::walk(args, hosts, timeout, env, checks));
    // A name look-up that nobody waits for any more must not hold the exit.
    runtime.shutdown_background();
    walked
}

/// The hosts to look at, as they stand in a CONNECT.
fn hosts(asked: &[String]) -> Result<Vec<AiHost>, SettingsError> {
    let asked: Vec<&String> = asked.iter().filter(|it| !it.is_empty()).collect();
    if asked.is_empty() {
        let usual = AI_HOSTS.map(|it| AiHost { name: it.to_owned(), is_asked: false });
        return Ok(usual.to_vec());
    }
    let read = |text: &String| {
        let url = format!("https://{text}");
        match AccessUrl::parse(&url) {
            Ok(parsed) if parsed.as_str() == url.to_ascii_lowercase() && parsed.port() == 443 => {
                Ok(AiHost { name: parsed.host().to_owned(), is_asked: true })
            }
            _ => {
                let hint = "write a host name alone, such as api.openai.com".to_owned();
                Err(SettingsError::one("`--host`", format!("`{text}` is no host"), Some(hint)))
            }
        }
    };
    asked.into_iter().map(read).collect()
}
