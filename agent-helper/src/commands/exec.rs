//! `exec`: a command behind the proxy, for its process tree only.
//!
//! Without `--wait` and `--as` this program has no work once the command runs, so
//! the command replaces this process, and no runtime, roots or log are set up.

mod child;

use std::os::unix::process::CommandExt;
use std::process::Command;

use coder_client::workspace::Files;
use settings::Lookup;

use super::wait::Waiter;
use super::{load_token, read_stored, runtime};
use crate::cli::ExecArgs;
use crate::config::stored::Stored;
use crate::config::{self, Coordination, CoordinationSettings, ToolSettings};
use crate::coordination::Held;
use crate::env::ENV_SESSION_TOKEN;
use crate::error::Error;
use crate::exit::Exit;
use crate::files::{Folder, Reach};
use crate::guard::Signals;
use crate::output::Output;

/// Runs the command. Returns only if the command could not be run, or was run
/// under supervision.
///
/// # Errors
///
/// Settings, 21 without certificate and bundle, 126 and 127 as a shell.
pub(crate) fn run(args: &ExecArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let place = config::place(&args.place, env)?;
    if args.wait || args.as_unit.is_some() {
        return supervised(args, &place, env, out);
    }
    let (folder, stored) = stored(&place, out)?;
    Err(replaced(prepare(args, &place, (folder.as_ref(), &stored), env)?))
}

fn stored(place: &Files, out: &mut Output) -> Result<(Option<Folder>, Stored), Error> {
    let folder = Folder::open(place.folder(), Reach::OursOrRoots)?;
    let stored = match &folder {
        Some(folder) => read_stored(folder, place, out)?,
        None => Stored::default(),
    };
    Ok((folder, stored))
}

/// The command with its variables, if every file that they name exists.
fn prepare(
    args: &ExecArgs,
    place: &Files,
    (folder, stored): (Option<&Folder>, &Stored),
    env: &dyn Lookup,
) -> Result<Command, Error> {
    let extra = stored.has_extra_cas().then(|| place.extra_name());
    for name in [place.cert_name(), place.bundle_name()].into_iter().chain(extra) {
        if !folder.map_or(Ok(false), |it| it.has(name))? {
            let folder = place.folder().display();
            return Err(Error::NotSetUp(format!("there is no `{name}` in `{folder}`")));
        }
    }
    let settings = ToolSettings::read(&args.proxy, env, stored);
    let (tool, token) = settings.tool_with_token()?;
    let token = load_token(token)?;
    let variables = tool.workspace(place, extra.is_some(), token).variables();
    let Some((program, arguments)) = args.command.split_first() else {
        return Err(Error::Usage("no command".to_owned()));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_remove(ENV_SESSION_TOKEN)
        .envs(variables.iter().map(|(name, value)| (name, value.expose())));
    Ok(command)
}

/// Replaces this process with the command; returns only an error.
fn replaced(mut command: Command) -> Error {
    let err = command.exec();
    child::not_run(&command, err)
}

fn supervised(
    args: &ExecArgs,
    place: &Files,
    env: &dyn Lookup,
    out: &mut Output,
) -> Result<Exit, Error> {
    let (_, stored) = stored(place, out)?;
    let settings = CoordinationSettings::read(&args.coordination, env, &stored);
    let coordination = settings.decided();
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let mut held = args.as_unit.as_deref().map(|it| Held::new(it, &coordination));
        let done = match settings.checked() {
            Ok(_) => hold(args, (place, &coordination), held.as_mut(), env, out).await,
            Err(err) => Err(err.into()),
        };
        let Some(held) = &mut held else { return done };
        // New ones: signals that came before were for the command.
        let mut signals = Signals::catch().map_err(Error::Runtime)?;
        let was_signalled = matches!(done, Err(Error::Signal(_)));
        let ended = held.end_unless_insisted(&mut signals, was_signalled, out).await;
        match (done, ended) {
            // The command's own failure matters more than that its unit was not completed.
            (Ok(Done::Ended(Exit::Command(0))), Err(err)) => Err(err),
            (done, _) => done,
        }
    });
    drop(runtime);
    match done? {
        Done::Ended(exit) => Ok(exit),
        Done::Ready(command) => Err(replaced(command)),
    }
}

/// What remains after the wait.
enum Done {
    /// The command has ended.
    Ended(Exit),
    /// The command is to replace this process.
    Ready(Command),
}

/// Waits, begins the unit, runs the command.
async fn hold(
    args: &ExecArgs,
    (place, coordination): (&Files, &Coordination),
    held: Option<&mut Held>,
    env: &dyn Lookup,
    out: &mut Output,
) -> Result<Done, Error> {
    let mut signals = Signals::catch().map_err(Error::Runtime)?;
    let before = async {
        if args.wait {
            let as_unit = args.as_unit.as_deref();
            let timeout = config::flag_duration("--timeout", &args.timeout)?;
            Waiter { place, coordination, as_unit, timeout }.wait(out).await?;
        } else if let Some(held) = held {
            held.begin(out).await?;
        }
        // Set-up may have stored its settings only now.
        let (folder, stored) = stored(place, out)?;
        prepare(args, place, (folder.as_ref(), &stored), env)
    };
    let command = tokio::select! {
        biased;
        signal = signals.next() => return Err(Error::Signal(signal)),
        command = before => command?,
    };
    drop(signals);
    if args.as_unit.is_none() {
        return Ok(Done::Ready(command));
    }
    child::run(command).await.map(Done::Ended)
}
