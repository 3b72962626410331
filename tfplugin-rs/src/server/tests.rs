//! Paths of panics.

use super::panic::{catch, catch_async};

#[tokio::test]
async fn panic_of_author_code_becomes_a_diagnostic_with_its_message() {
    let text = catch("the plan", || panic!("lost {}", "it")).map(|(): ()| ()).unwrap_err();
    assert!(text.detail.contains("A fault in the plan ended this operation: lost it."));
    let fixed = catch_async("the read", async { panic!("gone") }).await;
    assert!(fixed.map(|(): ()| ()).unwrap_err().detail.contains("gone"));
    let odd = catch("it", || std::panic::panic_any(1)).map(|(): ()| ()).unwrap_err();
    assert!(odd.detail.contains("no message"));
}
