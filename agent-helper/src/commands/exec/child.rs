//! A command as our child: signals are passed on, its end is our end.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::task::Poll;

use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use tokio::signal::unix::{self, SignalKind};

use crate::error::Error;
use crate::exit::Exit;
use crate::guard;

/// The signals that are passed on, and for each whether a terminal itself sends it
/// to the whole foreground group.
const PASSED_ON: [(Signal, bool); 8] = [
    (Signal::HUP, false),
    (Signal::INT, true),
    (Signal::QUIT, true),
    (Signal::TERM, false),
    (Signal::USR1, false),
    (Signal::USR2, false),
    (Signal::WINCH, true),
    (Signal::ALARM, false),
];

/// Runs the command to its end.
pub(super) async fn run(command: Command) -> Result<Exit, Error> {
    let mut passed_on = PassedOn::catch().map_err(Error::Runtime)?;
    let mut command = tokio::process::Command::from(command);
    let mut child = command.spawn().map_err(|err| not_run(command.as_std(), err))?;
    let pid = child.id().and_then(|it| Pid::from_raw(i32::try_from(it).ok()?));
    loop {
        tokio::select! {
            status = child.wait() => {
                let status = status.map_err(|err| not_run(command.as_std(), err))?;
                return Ok(exit(status));
            }
            (signal, from_terminal) = passed_on.next() => {
                // In the foreground the terminal has sent the child the signal
                // already; it must get it only once.
                if !(from_terminal && is_foreground())
                    && let Some(pid) = pid
                {
                    // A child that is gone is noticed by `wait`.
                    _ = kill_process(pid, signal);
                }
            }
        }
    }
}

/// Why a command could not be run, with the codes of a shell.
pub(super) fn not_run(command: &Command, source: io::Error) -> Error {
    let command = command.get_program().to_string_lossy().into_owned();
    match source.kind() {
        ErrorKind::NotFound => Error::CommandNotFound(command),
        _ => Error::CommandNotRun { command, source },
    }
}

fn exit(status: ExitStatus) -> Exit {
    let number = |it: i32| u8::try_from(it).unwrap_or(u8::MAX);
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Command(number(code)),
        (None, Some(signal)) => Exit::Signal(number(signal)),
        (None, None) => Exit::Bug,
    }
}

fn is_foreground() -> bool {
    [rustix::stdio::stdin(), rustix::stdio::stdout(), rustix::stdio::stderr()]
        .into_iter()
        .any(|it| tcgetpgrp(it).is_ok_and(|group| group == getpgrp()))
}

struct PassedOn(Vec<(Signal, bool, unix::Signal)>);

impl PassedOn {
    fn catch() -> io::Result<Self> {
        PASSED_ON
            .into_iter()
            .filter_map(|(signal, from_terminal)| {
                // What this process was started to ignore, the command ignores as well.
                let caught = guard::catch(SignalKind::from_raw(signal.as_raw())).transpose()?;
                Some(caught.map(|stream| (signal, from_terminal, stream)))
            })
            .collect::<io::Result<Vec<_>>>()
            .map(Self)
    }

    async fn next(&mut self) -> (Signal, bool) {
        poll_fn(|cx| {
            for (signal, from_terminal, stream) in &mut self.0 {
                if let Poll::Ready(Some(())) = stream.poll_recv(cx) {
                    return Poll::Ready((*signal, *from_terminal));
                }
            }
            Poll::Pending
        })
        .await
    }
}
