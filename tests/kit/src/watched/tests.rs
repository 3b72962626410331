//! Both kinds of wait see a change made on another thread.

use std::sync::Arc;

use super::Watched;

#[test]
fn blocking_wait_sees_a_later_change() {
    let count = Arc::new(Watched::new(0));
    let writer = std::thread::spawn({
        let count = Arc::clone(&count);
        move || (0..3).for_each(|_| count.change(|count| *count += 1))
    });
    assert_eq!(count.wait("three", |count| (*count == 3).then_some(*count)), 3);
    writer.join().unwrap();
}

#[tokio::test]
async fn async_wait_sees_a_later_change() {
    let count = Arc::new(Watched::new(0));
    let writer = std::thread::spawn({
        let count = Arc::clone(&count);
        move || (0..3).for_each(|_| count.change(|count| *count += 1))
    });
    assert_eq!(count.wait_async("three", |count| (*count == 3).then_some(*count)).await, 3);
    writer.join().unwrap();
}
