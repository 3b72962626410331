//! `sync`: what `coder exp sync` does, without the CLI.

use std::path::PathBuf;
use std::time::Duration;

use coder_client::agent_socket::{AgentSocket, SocketError, UnitStatus, UnitSummary};
use serde::Serialize;
use settings::Lookup;

use super::{pause, runtime};
use crate::cli::{SyncArgs, SyncFormat, SyncVerb};
use crate::config;
use crate::error::Error;
use crate::exit::Exit;
use crate::guard::Signals;
use crate::output::Output;

/// Time between two polls of a unit's dependencies.
const READY_PAUSE: Duration = Duration::from_millis(100);

const SUCCESS: &str = "Success\n";

/// Runs the command.
///
/// # Errors
///
/// 19 without an agent, 10 if it refuses, 20 if the dependencies take too long.
pub(crate) fn run(args: &SyncArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let socket_path = config::socket_path(args.socket_path.as_ref(), env);
    let text = runtime()?.block_on(async {
        let mut signals = Signals::catch().map_err(Error::Runtime)?;
        tokio::select! {
            biased;
            signal = signals.next() => Err(Error::Signal(signal)),
            text = request(&args.verb, socket_path) => text,
        }
    })?;
    out.result(&text)?;
    Ok(Exit::Done)
}

async fn request(verb: &SyncVerb, socket_path: PathBuf) -> Result<String, Error> {
    let fault = |source: SocketError| match source.is_unavailable() {
        true => Error::Coordination { socket_path: socket_path.clone(), source },
        false => Error::Refused(source),
    };
    let mut socket = AgentSocket::connect(&socket_path).await.map_err(fault)?;
    let text = match verb {
        SyncVerb::Ping => socket.ping().await.map(|()| SUCCESS.to_owned()),
        SyncVerb::Start { unit, timeout } => {
            let timeout = config::flag_duration("--timeout", timeout)?;
            await_ready(&mut socket, unit, timeout).await?.map_err(fault)?;
            socket.start(unit).await.map(|()| SUCCESS.to_owned())
        }
        SyncVerb::Want { unit, depends_on } => {
            for dependency in depends_on {
                socket.want(unit, dependency).await.map_err(fault)?;
            }
            Ok(format!("Unit \"{unit}\" declared dependencies: [{}]\n", depends_on.join(", ")))
        }
        SyncVerb::Complete { unit } => socket.complete(unit).await.map(|()| SUCCESS.to_owned()),
        SyncVerb::Ready { unit } => socket.ready(unit).await.map(|it| format!("{it}\n")),
        SyncVerb::Status { unit, output } => {
            socket.status(unit).await.map(|it| show_unit(unit, &it, *output))
        }
        SyncVerb::List { output } => socket.list().await.map(|it| show_units(&it, *output)),
    };
    text.map_err(fault)
}

/// Polls until the dependencies are completed; a zero timeout never ends.
async fn await_ready(
    socket: &mut AgentSocket,
    unit: &str,
    timeout: Duration,
) -> Result<Result<(), SocketError>, Error> {
    let polled = async {
        while !socket.ready(unit).await? {
            pause(READY_PAUSE).await;
        }
        Ok(())
    };
    if timeout.is_zero() {
        return Ok(polled.await);
    }
    tokio::time::timeout(timeout, polled).await.map_err(|_| Error::TimedOut {
        what: format!("the dependencies of unit `{unit}`"),
        after: timeout,
    })
}

/// A unit as `coder exp sync status` and `list` print it: names and order are theirs.
#[derive(Serialize)]
struct UnitJson<'a> {
    unit_name: &'a str,
    status: &'a str,
    is_ready: bool,
    /// `None` in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    dependencies: Option<Vec<DependencyJson<'a>>>,
}

#[derive(Serialize)]
struct DependencyJson<'a> {
    depends_on: &'a str,
    required_status: &'a str,
    current_status: &'a str,
    is_satisfied: bool,
}

fn show_unit(unit: &str, status: &UnitStatus, format: SyncFormat) -> String {
    if format == SyncFormat::Json {
        let dependencies = status.dependencies.iter().map(|it| DependencyJson {
            depends_on: &it.depends_on,
            required_status: &it.required_status,
            current_status: &it.current_status,
            is_satisfied: it.is_satisfied,
        });
        return pretty(&UnitJson {
            unit_name: unit,
            status: status.state.as_str(),
            is_ready: status.is_ready,
            dependencies: Some(dependencies.collect()),
        });
    }
    let mut text = format!("Unit: {unit}\nStatus: {}\nReady: {}\n", status.state, status.is_ready);
    if !status.dependencies.is_empty() {
        let rows = status.dependencies.iter().map(|it| {
            let satisfied = it.is_satisfied.to_string();
            [
                it.depends_on.clone(),
                it.required_status.clone(),
                it.current_status.clone(),
                satisfied,
            ]
        });
        text.push_str("\nDependencies:\n");
        text.push_str(&table(
            ["DEPENDS ON", "REQUIRED STATUS", "CURRENT STATUS", "SATISFIED"],
            rows,
        ));
    }
    text
}

fn show_units(units: &[UnitSummary], format: SyncFormat) -> String {
    if format == SyncFormat::Json {
        let all = units.iter().map(|it| UnitJson {
            unit_name: &it.unit,
            status: it.state.as_str(),
            is_ready: it.is_ready,
            dependencies: None,
        });
        return pretty(&all.collect::<Vec<_>>());
    }
    if units.is_empty() {
        return "No units registered\n".to_owned();
    }
    let rows =
        units.iter().map(|it| [it.unit.clone(), it.state.to_string(), it.is_ready.to_string()]);
    table(["UNIT", "STATUS", "READY"], rows)
}

fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("texts and booleans have a JSON form");
    format!("{text}\n")
}

/// Columns as wide as their widest cell, two blanks between them.
fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut all = vec![head.map(str::to_owned)];
    all.extend(rows);
    let widths: Vec<usize> =
        (0..N).map(|i| all.iter().map(|it| it[i].chars().count()).max().unwrap_or(0)).collect();
    all.iter()
        .map(|row| {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            format!("{}\n", cells.join("  ").trim_end())
        })
        .collect()
}
