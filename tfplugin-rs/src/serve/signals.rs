//! Signals that reach the whole process group.
//!
//! Ctrl-C and a CI system's SIGTERM go to Terraform and its plugins alike.
//! Terraform requests the plugins to stop, waits for what is in flight and shuts
//! them down; a plugin that dies of the signal itself takes the knowledge of a
//! half-made object with it.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};

/// Keeps the signals from ending the process. Dropping it does not undo that.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(windows)]
    interrupt: CtrlC,
}

#[cfg(unix)]
impl Signals {
    /// Takes the signals over from here on. Needs a runtime around it.
    ///
    /// # Errors
    ///
    /// The handlers cannot be installed.
    pub(crate) fn ignore() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Resolves with the next of the signals.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
impl Signals {
    pub(crate) fn ignore() -> io::Result<Self> {
        Ok(Self { interrupt: ctrl_c()? })
    }

    pub(crate) async fn next(&mut self) {
        self.interrupt.recv().await;
    }
}
