//! A gate that a test opens, which makes a fake slow without a clock.

use std::sync::Arc;

use tokio::sync::Semaphore;

use testkit::watched::Watched;

#[cfg(test)]
mod tests;

/// Holds back the steps of a fake (a byte, an answer) until the test lets them
/// pass. Clones share one gate.
#[derive(Debug, Clone)]
pub struct Gate {
    permits: Arc<Semaphore>,
    arrivals: Arc<Watched<usize>>,
}

impl Gate {
    /// A closed gate.
    #[expect(
        clippy::new_without_default,
        reason = "a default gate would not say whether it is open"
    )]
    pub fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(0)), arrivals: Arc::new(Watched::new(0)) }
    }

    /// Lets `steps` more steps pass.
    pub fn let_pass(&self, steps: usize) {
        self.permits.add_permits(steps);
    }

    /// Lets every step pass from now on.
    pub fn open(&self) {
        self.permits.close();
    }

    /// Steps that have reached the gate so far, those that passed included.
    pub fn arrivals(&self) -> usize {
        self.arrivals.read(|count| *count)
    }

    /// Blocks until `count` steps have reached the gate.
    #[track_caller]
    pub fn wait_arrivals(&self, count: usize) {
        self.arrivals.wait("arrivals at the gate", |seen| (*seen >= count).then_some(()));
    }

    /// As [`wait_arrivals`](Self::wait_arrivals), for a task on a runtime.
    pub async fn wait_arrivals_async(&self, count: usize) {
        self.arrivals
            .wait_async("arrivals at the gate", |seen| (*seen >= count).then_some(()))
            .await;
    }

    /// Waits as a fake does: counts one arrival, then passes when the test
    /// allows.
    pub(crate) async fn pass(&self) {
        self.arrivals.change(|count| *count += 1);
        // An error means that the gate was opened for good.
        if let Ok(permit) = self.permits.acquire().await {
            permit.forget();
        }
    }
}
