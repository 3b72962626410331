//! SDK for Terraform plugin protocol 6.
//!
//! Authors write a [`provider::Provider`] with its [`resource::Resource`]s,
//! [`data_source::DataSource`]s, [`ephemeral::EphemeralResource`]s over typed models, and
//! its [`function::Function`]s; the SDK plans, checks and speaks the protocol. In reading order:
//! values and their types, schemas, models, the authors' traits, the core that drives
//! them, the transport.

#![warn(missing_docs)]

pub mod ty;
pub mod value;

pub mod diag;
pub mod duration;
pub mod path;

pub mod schema;

pub mod model;
pub mod private;
pub mod provider;

pub mod data_source;
pub mod ephemeral;
pub mod function;
pub mod resource;
pub mod timeouts;

pub mod server;

pub mod serve;

pub mod prelude;

#[cfg(feature = "testing")]
pub mod testing;

mod generated;
mod log;
mod proto6;

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
