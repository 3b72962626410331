//! Panics in author code become diagnostics; the other operations never notice.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::diag::Diagnostic;

/// Runs author code that does not wait.
///
/// What the code could leave half changed is thrown away by every caller.
pub(super) fn catch<T>(what: &str, work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| diagnostic(what, &*payload))
}

/// Runs author code that waits.
pub(super) async fn catch_async<T>(
    what: &str,
    work: impl Future<Output = T>,
) -> Result<T, Diagnostic> {
    let mut work = pin!(work);
    let caught = poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(payload) => Poll::Ready(Err(payload)),
    });
    caught.await.map_err(|payload| diagnostic(what, &*payload))
}

/// What a practitioner reads about a panic.
pub(super) fn diagnostic(what: &str, payload: &(dyn Any + Send)) -> Diagnostic {
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let detail = format!(
        "A fault in {what} ended this operation: {message}. Other objects are not affected. \
         Please report this to the provider's developers."
    );
    Diagnostic::error("Provider fault", detail)
}
