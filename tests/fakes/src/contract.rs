//! The contracts of the systems around us, row by row, as data.
//!
//! A fake answers from these rows, its own tests hold it to them, and the tests
//! of each client iterate over the same rows. A row names what a client must
//! conclude in terms of its own, since this crate knows no product crate: the
//! client's test maps them to its types with an exhaustive `match`. There is no
//! I/O here, and no row depends on the time or on the machine.

pub mod certificate_endpoint;
pub mod connect;
pub mod units;

#[cfg(test)]
mod tests;
