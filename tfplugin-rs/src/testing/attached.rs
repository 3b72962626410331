//! A provider that lives in the test's own process while a real CLI attaches to it.

use std::io;
use std::thread::JoinHandle;

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::recording::{self, Recording};
use crate::provider::Provider;
use crate::serve::in_process::Bound;

/// A provider in this process that a CLI can attach to, with a thread and a runtime of its
/// own: breakpoints and counters of the test are within reach. Dropping it ends the
/// service.
pub struct Attached {
    address: String,
    reattach: String,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Resolves when the test drops it.
type Ended = BoxFuture<'static, ()>;

impl Attached {
    /// Puts `provider` in service under its address in the registry,
    /// `HOST/NAMESPACE/NAME`.
    ///
    /// # Errors
    /// There is no room for a socket in the temporary folder, or no thread to be had.
    pub fn start<P: Provider>(provider: P, address: &str) -> io::Result<Self> {
        Self::serve(address, |bound, ended| bound.serve(provider, ended))
    }

    /// The same, and every request is kept as it came over the wire.
    ///
    /// For golden files of what a CLI of some version sends, and to find out what it does
    /// send.
    ///
    /// # Errors
    /// As [`Attached::start`].
    pub fn recording<P: Provider>(provider: P, address: &str) -> io::Result<(Self, Recording)> {
        let recording = Recording::default();
        let kept = recording.clone();
        let attached = Self::serve(address, |bound, ended| {
            bound.serve_with(provider, ended, move |socket, server| {
                recording::relay(socket, server, kept.clone())
            })
        })?;
        Ok((attached, recording))
    }

    /// Runs `service` in a thread of its own until the end.
    fn serve<F: Future<Output = ()>>(
        address: &str,
        service: impl FnOnce(Bound, Ended) -> F + Send + 'static,
    ) -> io::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let bound = {
            let _inside = runtime.enter();
            Bound::new(address)?
        };
        let reattach = bound.reattach.clone();
        let (end, ended) = oneshot::channel::<()>();
        let ended: Ended = Box::pin(async { drop(ended.await) });
        let thread = std::thread::Builder::new().spawn(move || {
            runtime.block_on(service(bound, ended));
            // A CLI that is still connected has no use for it after the test.
            runtime.shutdown_background();
        })?;
        Ok(Self { address: address.to_owned(), reattach, end: Some(end), thread: Some(thread) })
    }

    /// The address under which the CLI must know it, `HOST/NAMESPACE/NAME`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What `TF_REATTACH_PROVIDERS` must hold; [`Project`](super::cli::Project) sets it.
    pub fn reattach(&self) -> &str {
        &self.reattach
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there has been reported where it happened.
            let _ended = thread.join();
        }
    }
}
