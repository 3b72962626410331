//! The two ends of a run that come from outside the code's flow: signals and panics.
//!
//! A command that holds a unit of the agent runs its work in here, so that the
//! unit is completed in these cases as well.

#[cfg(test)]
mod tests;

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::OnceLock;
use std::task::Poll;

use tokio::signal::unix::{self, SignalKind};

/// Linux's status of this process. The system call for it is not safe code.
const STATUS: &str = "/proc/self/status";

/// A signal that requests the end of this process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signal {
    /// The terminal or the agent's session went away; the agent's timeout.
    Hangup,
    /// Interrupt from the keyboard.
    Interrupt,
    /// Request to terminate.
    Terminate,
}

impl Signal {
    /// Its number, the same on every Unix.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Hangup => 1,
            Self::Interrupt => 2,
            Self::Terminate => 15,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hangup => "SIGHUP",
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// Catches those signals from its making on, but for those that this process
/// was started to ignore: `nohup` and a shell's `&` mean the whole process tree,
/// and a caught signal is at its default again in a command that we become.
#[derive(Debug)]
pub(crate) struct Signals {
    hangup: Option<unix::Signal>,
    interrupt: Option<unix::Signal>,
    terminate: Option<unix::Signal>,
}

impl Signals {
    /// Starts to catch; needs a running runtime.
    ///
    /// # Errors
    ///
    /// The system's, if a handler cannot be set.
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self {
            hangup: catch(SignalKind::hangup())?,
            interrupt: catch(SignalKind::interrupt())?,
            terminate: catch(SignalKind::terminate())?,
        })
    }

    /// Waits for the next signal. No signal is lost if the future is dropped.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            () = received(&mut self.hangup) => Signal::Hangup,
            () = received(&mut self.interrupt) => Signal::Interrupt,
            () = received(&mut self.terminate) => Signal::Terminate,
        }
    }
}

/// Catches one signal; `None` if this process was started to ignore it.
///
/// # Errors
///
/// The system's, if a handler cannot be set.
pub(crate) fn catch(kind: SignalKind) -> io::Result<Option<unix::Signal>> {
    // Once, before the first handler: a handler hides what it replaced.
    static IGNORED: OnceLock<u64> = OnceLock::new();
    let read = || std::fs::read_to_string(STATUS).map_or(0, |it| ignored(&it));
    let bit =
        kind.as_raw_value().checked_sub(1).and_then(|it| 1_u64.checked_shl(it.cast_unsigned()));
    match IGNORED.get_or_init(read) & bit.unwrap_or(0) {
        0 => unix::signal(kind).map(Some),
        _ => Ok(None),
    }
}

async fn received(signal: &mut Option<unix::Signal>) {
    let received = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if received.is_none() {
        std::future::pending::<()>().await;
    }
}

/// The set of ignored signals in the text of [`STATUS`], the lowest bit for
/// signal 1. Empty where the system has no such file.
fn ignored(status: &str) -> u64 {
    let set = status.lines().find_map(|it| it.strip_prefix("SigIgn:"));
    set.and_then(|it| u64::from_str_radix(it.trim(), 16).ok()).unwrap_or(0)
}

/// Runs a future; a panic in it becomes its message.
pub(crate) async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    // After a panic the future is never polled again, and its owner reads only
    // state that each step leaves whole.
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(payload) => Poll::Ready(Err(message(payload.as_ref()))),
    })
    .await
}

/// The text that a panic was raised with.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|it| (*it).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic without a text".to_owned())
}
