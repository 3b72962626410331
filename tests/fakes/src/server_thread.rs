//! The thread and runtime that a fake runs on.
//!
//! A fake cannot run on its test's runtime: a synchronous test has none, and
//! an async test that blocks on a child process would starve it.

use std::future::Future;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

/// A thread that runs one future and all the tasks it spawns; dropping it ends
/// them and joins the thread.
#[derive(Debug)]
pub(crate) struct ServerThread {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ServerThread {
    /// Starts `main` on a thread called `name`. Tasks that it spawns end with
    /// the thread.
    pub(crate) fn start<F>(name: &str, main: F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a fake's runtime starts");
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = main => {}
                        _ = stopped => {}
                    }
                });
                // Dropping the runtime drops every spawned task, so none of
                // them outlives the join.
            })
            .expect("a fake's thread starts");
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else { return };
        let ended = thread.join();
        if ended.is_err() && !std::thread::panicking() {
            panic!("a fake's thread panicked; its message stands above");
        }
    }
}
