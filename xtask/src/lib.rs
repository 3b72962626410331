//! What the programs of this package share: the environment, child processes,
//! outside programs, and places in this checkout. Nothing here is part of a
//! product.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool for developers writes to its terminal"
)]

pub mod configuration;
pub mod duration;
pub mod env;
pub mod process;
pub mod tools;
pub mod workspace;
