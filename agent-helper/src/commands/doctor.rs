//! `doctor`: check every leg, print each check, end with the first fault.

use std::time::Instant;

use coder_client::access_url::AccessUrl;
use settings::{DURATION_HINT, Fault, Lookup};

use super::runtime;
use crate::cli::DoctorArgs;
use crate::config;
use crate::doctor::findings::{AiHost, Checks};
use crate::doctor::legs::{self, AI_HOSTS};
use crate::doctor::report;
use crate::doctor::verdict::Diagnosis;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;

/// Runs the command. Faults that it finds are its result, not its errors; the
/// exit code is that of the first one. With `--json` that holds for a wrong flag
/// as well, so that the output is always an object.
///
/// # Errors
///
/// Without `--json`, a wrong flag; a write error on stdout.
pub(crate) fn run(args: &DoctorArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let started = Instant::now();
    let mut checks = Checks::new(out, !args.json);
    if let Err(err) = check(args, env, &mut checks) {
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

fn check(args: &DoctorArgs, env: &dyn Lookup, checks: &mut Checks<'_>) -> Result<(), Error> {
    let timeout = config::flag_duration("--timeout", &args.timeout)?;
    if timeout.is_zero() {
        let message = "the timeout of each check is zero";
        return Err(Fault::new("`--timeout`", message, Some(DURATION_HINT.to_owned())).into());
    }
    let hosts = hosts(&args.host)?;
    let runtime = runtime()?;
    let walked = runtime.block_on(legs::check_all(args, hosts, timeout, env, checks));
    // A name resolution whose result is not needed any more must not delay the exit.
    runtime.shutdown_background();
    walked
}

/// The hosts to check, as they stand in a CONNECT.
fn hosts(named: &[String]) -> Result<Vec<AiHost>, Fault> {
    let named: Vec<&String> = named.iter().filter(|it| !it.is_empty()).collect();
    if named.is_empty() {
        let usual = AI_HOSTS.map(|it| AiHost { name: it.to_owned(), is_required: false });
        return Ok(usual.to_vec());
    }
    let read = |text: &String| {
        let url = format!("https://{text}");
        match AccessUrl::parse(&url) {
            Ok(parsed) if parsed.as_str() == url.to_ascii_lowercase() && parsed.port() == 443 => {
                Ok(AiHost { name: parsed.host().to_owned(), is_required: true })
            }
            _ => {
                let hint = "expected a host name alone, such as `api.openai.com`".to_owned();
                Err(Fault::new("`--host`", format!("`{text}` is not a host name"), Some(hint)))
            }
        }
    };
    named.into_iter().map(read).collect()
}
