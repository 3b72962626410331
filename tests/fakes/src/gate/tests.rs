//! A gate lets the permitted number of steps pass, and no more.

use futures_util::FutureExt;

use super::Gate;

#[tokio::test]
async fn gate_lets_the_permitted_steps_pass() {
    let gate = Gate::new();
    assert!(gate.pass().now_or_never().is_none());
    gate.let_pass(1);
    assert!(gate.pass().now_or_never().is_some());
    assert!(gate.pass().now_or_never().is_none());
    assert_eq!(gate.arrivals(), 3);
}

#[tokio::test]
async fn open_gate_stays_open() {
    let gate = Gate::new();
    gate.open();
    for _ in 0..3 {
        assert!(gate.pass().now_or_never().is_some());
    }
}
