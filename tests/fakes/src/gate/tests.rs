//! A gate lets pass what it was told to, and no more.

use futures_util::FutureExt;

use super::Gate;

#[tokio::test]
async fn lets_pass_as_many_steps_as_allowed() {
    let gate = Gate::new();
    assert!(gate.pass().now_or_never().is_none());
    gate.let_pass(1);
    assert!(gate.pass().now_or_never().is_some());
    assert!(gate.pass().now_or_never().is_none());
    assert_eq!(gate.arrivals(), 3);
}

#[tokio::test]
async fn an_open_gate_stays_open() {
    let gate = Gate::new();
    gate.open();
    for _ in 0..3 {
        assert!(gate.pass().now_or_never().is_some());
    }
}
