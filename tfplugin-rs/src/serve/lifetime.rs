//! How long the process lives: who is connected, what is in flight, when the
//! end is near.
//!
//! Knows nothing of sockets and messages.

#[cfg(test)]
mod tests;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How many clients may be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Any number, coming and going: a plugin started by hand.
    Any,
    /// One for life: the process that started us.
    One,
}

/// Shared by all that serves. One for the process.
#[derive(Debug)]
pub(crate) struct Lifetime {
    admission: Admission,
    connections: TaskTracker,
    ending: CancellationToken,
    clients: watch::Sender<Clients>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Clients {
    now: usize,
    ever: usize,
}

impl Lifetime {
    pub(crate) fn new(admission: Admission) -> Self {
        Self {
            admission,
            connections: TaskTracker::new(),
            ending: CancellationToken::new(),
            clients: watch::Sender::default(),
        }
    }

    /// Runs the service of one connection.
    pub(crate) fn connection(&self, connection: impl Future<Output = ()> + Send + 'static) {
        self.connections.spawn(connection);
    }

    /// The client wants the process to end. Ignored where clients come and
    /// go: there, one of them cannot decide for the others.
    pub(crate) fn shut_down(&self) {
        if self.admission == Admission::One {
            self.end();
        }
    }

    /// Ends every connection as soon as its calls are answered.
    pub(crate) fn end(&self) {
        self.ending.cancel();
    }

    /// Is cancelled once the end is near: streams close, connections follow.
    pub(crate) fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// Lets a client in that has proved who it is; `None` if the place is
    /// taken, or was taken once.
    pub(crate) fn admit(&self) -> Option<Seat<'_>> {
        let admitted = self.clients.send_if_modified(|clients| {
            if self.admission == Admission::One && clients.ever > 0 {
                return false;
            }
            clients.now += 1;
            clients.ever += 1;
            true
        });
        // Lazily: a seat that was never taken must not be given up.
        admitted.then(|| Seat { lifetime: self })
    }

    /// Resolves when the first client is in.
    pub(crate) async fn first_client(&self) {
        self.clients_are(|clients| clients.ever > 0).await;
    }

    /// Resolves when there was a client and there is none any more.
    pub(crate) async fn last_client_gone(&self) {
        self.clients_are(|clients| clients.ever > 0 && clients.now == 0).await;
    }

    async fn clients_are(&self, mut condition: impl FnMut(&Clients) -> bool) {
        let mut clients = self.clients.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = clients.wait_for(|clients| condition(clients)).await;
    }

    /// Resolves when every connection is closed.
    pub(crate) async fn connections_closed(&self) {
        self.connections.close();
        self.connections.wait().await;
    }
}

/// A connected client; dropping it records that the client has disconnected.
#[derive(Debug)]
pub(crate) struct Seat<'a> {
    lifetime: &'a Lifetime,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.lifetime.clients.send_modify(|clients| clients.now -= 1);
    }
}
