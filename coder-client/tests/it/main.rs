//! Integration tests of this crate, one binary.

mod api;
mod ca_certificate;
mod deployment;
mod isolation;
mod redirects;
mod retries;
mod socket;
mod tls;
mod units;
mod world;
