//! A panic becomes a value, whenever it comes.

use super::*;

#[tokio::test]
async fn panic_at_any_poll_is_caught_as_its_message() {
    assert_eq!(caught(async { 1 }).await, Ok(1));
    let at_once = caught(async { panic!("at {}", "once") });
    assert_eq!(at_once.await, Err::<(), _>("at once".to_owned()));
    let later = caught(async {
        tokio::task::yield_now().await;
        panic!("later")
    });
    assert_eq!(later.await, Err::<(), _>("later".to_owned()));
}

#[test]
fn panic_without_text_has_a_message() {
    assert_eq!(message(&7_u8), "panic without a text");
}

#[test]
fn ignored_signals_are_read_from_the_process_status() {
    for (status, expected) in [
        ("Name:\tx\nSigBlk:\t0000000000000007\nSigIgn:\t0000000000001003\nSigCgt:\t00", 0x1003),
        ("SigIgn:\t0000000000000000\n", 0),
        ("SigIgn:\tnone\n", 0),
        ("", 0),
    ] {
        assert_eq!(ignored(status), expected, "{status}");
    }
}
