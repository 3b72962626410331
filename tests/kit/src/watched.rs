//! A value that tests can wait on, from synchronous and async code alike.

use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

#[cfg(test)]
mod tests;

/// The time after which a wait fails. Never a measure of speed: an event ends
/// the wait at once.
pub const WAIT_LIMIT: Duration = Duration::from_secs(120);

/// A value behind a lock that wakes its waiters at each change.
#[derive(Debug, Default)]
pub struct Watched<T> {
    value: Mutex<T>,
    changed: Condvar,
    notify: Notify,
}

impl<T> Watched<T> {
    /// Holds `value`.
    pub fn new(value: T) -> Self {
        Self { value: Mutex::new(value), changed: Condvar::new(), notify: Notify::new() }
    }

    /// Reads the value without waking a waiter.
    pub fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.lock())
    }

    /// Changes the value, then wakes every waiter.
    pub fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        self.notify.notify_waiters();
        result
    }

    // A panicking test thread must not hide its own message behind a poisoned
    // lock.
    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: fmt::Debug> Watched<T> {
    /// Blocks until `find` returns a value, and returns that.
    ///
    /// # Panics
    /// After [`WAIT_LIMIT`], with `what` and the last value.
    #[track_caller]
    pub fn wait<R>(&self, what: &str, mut find: impl FnMut(&T) -> Option<R>) -> R {
        let mut found = None;
        let (value, _) = self
            .changed
            .wait_timeout_while(self.lock(), WAIT_LIMIT, |value| {
                found = find(value);
                found.is_none()
            })
            .unwrap_or_else(PoisonError::into_inner);
        match found {
            Some(found) => found,
            None => panic!("waited {WAIT_LIMIT:?} for {what}; last seen: {:#?}", *value),
        }
    }

    /// As [`wait`](Self::wait), for a task on a runtime.
    ///
    /// # Panics
    /// After [`WAIT_LIMIT`], with `what` and the last value.
    pub async fn wait_async<R>(&self, what: &str, mut find: impl FnMut(&T) -> Option<R>) -> R {
        let search = async {
            loop {
                let mut woken = std::pin::pin!(self.notify.notified());
                // Registered before the value is read, so that a change between
                // the two is not missed.
                woken.as_mut().enable();
                if let Some(found) = self.read(&mut find) {
                    return found;
                }
                woken.await;
            }
        };
        match tokio::time::timeout(WAIT_LIMIT, search).await {
            Ok(found) => found,
            Err(_) => panic!("waited {WAIT_LIMIT:?} for {what}; last seen: {:#?}", *self.lock()),
        }
    }
}
