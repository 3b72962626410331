//! Who is let in, and when the process may end.

use futures_util::FutureExt as _;

use super::{Admission, Lifetime};

/// Whether a future is over without waiting.
fn is_over(future: impl Future<Output = ()>) -> bool {
    future.now_or_never().is_some()
}

#[test]
fn second_client_is_refused_also_after_the_first_has_left() {
    let lifetime = Lifetime::new(Admission::One);
    assert!(!is_over(lifetime.first_client()));
    let first = lifetime.admit().expect("the place is free");
    assert!(is_over(lifetime.first_client()));
    assert!(lifetime.admit().is_none(), "a second client beside the first");
    assert!(!is_over(lifetime.last_client_gone()));
    drop(first);
    assert!(is_over(lifetime.last_client_gone()));
    assert!(lifetime.admit().is_none(), "a second client after the first");
}

#[test]
fn debug_mode_admits_any_number_of_clients() {
    let lifetime = Lifetime::new(Admission::Any);
    let first = lifetime.admit().expect("any client");
    let second = lifetime.admit().expect("any client");
    drop(first);
    assert!(!is_over(lifetime.last_client_gone()));
    drop(second);
    assert!(lifetime.admit().is_some());
}

#[test]
fn shutdown_request_is_ignored_in_debug_mode() {
    for (admission, ends) in [(Admission::One, true), (Admission::Any, false)] {
        let lifetime = Lifetime::new(admission);
        lifetime.shut_down();
        assert_eq!(lifetime.ending().is_cancelled(), ends, "{admission:?}");
    }
}

#[tokio::test]
async fn shutdown_waits_for_open_connections() {
    let lifetime = Lifetime::new(Admission::One);
    let ending = lifetime.ending();
    lifetime.connection(async move { ending.cancelled().await });
    assert!(!is_over(lifetime.connections_closed()));
    lifetime.end();
    lifetime.connections_closed().await;
}
