//! `status`: the last set-up's outcome, the certificate, the unit.

use coder_client::agent_socket::AgentSocket;
use coder_client::workspace::Files;
use serde::Serialize;
use settings::Lookup;

use super::{read_stored, runtime};
use crate::cli::StatusArgs;
use crate::config::stored::Stored;
use crate::config::{self, Coordination, CoordinationSettings, SyncMode};
use crate::error::Error;
use crate::exit::Exit;
use crate::files::{Folder, Reach};
use crate::output::Output;
use crate::run_id::RunId;
use crate::status::Status;

/// What `--json` prints: the file's content and what it means now.
#[derive(Debug, Serialize)]
struct StatusReport {
    /// The status file, null if no set-up has written one.
    status: Option<Status>,
    /// Whether it is of this start of the workspace.
    is_current: bool,
    /// Unit of the set-up.
    unit: String,
    /// Its state in the agent, null if the agent does not answer or coordination is off.
    unit_state: Option<String>,
}

/// Runs the command. It ends with 0 for every outcome; `wait` has an exit code for each.
///
/// # Errors
///
/// Settings, a folder that is not ours, or a write error on stdout.
pub(crate) fn run(args: &StatusArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let place = config::place(&args.place, env)?;
    let folder = Folder::open(place.folder(), Reach::OursOrRoots)?;
    let (stored, status) = match &folder {
        None => (Stored::default(), None),
        Some(folder) => {
            let content = folder.read(place.status_name())?;
            let status = content.and_then(|it| Status::parse(&it.bytes));
            (read_stored(folder, &place, out)?, status)
        }
    };
    let coordination = CoordinationSettings::read(&args.coordination, env, &stored).checked()?;
    let run = RunId::current(&coordination.socket_path);
    let report = StatusReport {
        is_current: status.as_ref().is_some_and(|it| run.is_same(&it.run)),
        status,
        unit_state: unit_state(&coordination)?,
        unit: coordination.unit,
    };
    let text = if args.json {
        let mut json = serde_json::to_string_pretty(&report).unwrap_or_default();
        json.push('\n');
        json
    } else {
        describe(&report, &place, coordination.mode)
    };
    out.result(&text)?;
    Ok(Exit::Done)
}

fn unit_state(coordination: &Coordination) -> Result<Option<String>, Error> {
    if coordination.mode == SyncMode::Off {
        return Ok(None);
    }
    let unit = runtime()?.block_on(async {
        AgentSocket::connect(&coordination.socket_path).await?.status(&coordination.unit).await
    });
    // Without an agent, status and certificate are still shown.
    Ok(unit.ok().map(|it| it.state.to_string()))
}

fn describe(report: &StatusReport, place: &Files, mode: SyncMode) -> String {
    let mut text = String::new();
    let mut row = |name: &str, value: &str| text.push_str(&format!("{name:<14}{value}\n"));
    match &report.status {
        None => row("Outcome:", "no set-up has run in this folder"),
        Some(status) => {
            let when = if report.is_current { "" } else { ", an earlier start of the workspace" };
            row("Outcome:", &format!("{} ({}{when})", status.outcome.as_str(), status.time));
            if let Some(error) = &status.error {
                row(
                    "Error:",
                    &format!("{} ({}, exit {})", error.message, error.class, error.exit_code),
                );
                row("Hint:", error.hint.as_deref().unwrap_or("none"));
            }
            row("Last success:", status.last_success.as_deref().unwrap_or("never"));
            if let (Some(subject), Some(sha256)) = (&status.subject, &status.sha256) {
                row("Subject:", subject);
                row("SHA-256:", sha256);
                row("Expires:", status.not_after.as_deref().unwrap_or("unknown"));
            }
        }
    }
    row("Certificate:", &place.cert_path);
    row("Bundle:", &place.bundle_path);
    let unknown = match mode {
        SyncMode::Off => "unknown: coordination is off",
        SyncMode::Auto | SyncMode::Required => "unknown: the agent does not answer",
    };
    row("Unit:", &format!("{} ({})", report.unit, report.unit_state.as_deref().unwrap_or(unknown)));
    text
}
