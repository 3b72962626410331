//! What `cargo xtask soak` sets and reads: it runs a few tests at full size.

use std::str::FromStr;

/// The number in that variable, which the soak sets; otherwise a part of it.
#[expect(clippy::disallowed_methods, reason = "a soak sets sizes through the environment")]
pub(crate) fn number<N: FromStr>(variable: &str, part: N) -> N {
    let Ok(number) = std::env::var(variable) else { return part };
    number.parse().unwrap_or_else(|_| panic!("{variable} is no number: `{number}`"))
}

/// Prints what a test did.
#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that ignored its variable would pass unnoticed"
)]
pub(crate) fn report(text: &str) {
    println!("{text}");
}
