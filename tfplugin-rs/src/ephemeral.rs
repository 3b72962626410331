//! The trait that an author implements for each ephemeral resource, and what its
//! operations may answer.
//!
//! An ephemeral resource is open while Terraform needs it, and nothing of it is stored:
//! neither its attributes nor its private data reach a plan or a state.

mod erased;

use std::future::Future;
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::erased::Lease;
pub(crate) use self::erased::{ErasedEphemeralResource, erase};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Model;
pub use crate::provider::{Context, Stop};
use crate::schema::Schema;

/// An ephemeral resource: something that is opened, perhaps renewed, and closed, all
/// within one run of Terraform.
///
/// It may be opened several times at once and in one run.
pub trait EphemeralResource: Send + Sync + 'static {
    /// The provider's client, [`Provider::Client`](crate::provider::Provider::Client).
    type Client: Send + Sync + 'static;

    /// The attributes, as in the schema.
    type Model: Model;

    /// What renew and close need to know of what was opened; `()` if nothing.
    ///
    /// Terraform keeps it in memory only, so it may hold secrets.
    type Private: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The whole type name, such as `example_token`. A resource may have the same.
    fn type_name(&self) -> &'static str;

    /// The schema, of version 0. No I/O.
    ///
    /// Nothing is planned or stored here, so nothing in it may be write-only, have a
    /// default or have a plan modifier.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema requires. No I/O; any value may be unknown.
    fn validate(&self, config: &Self::Model, diags: &mut Diagnostics) {
        let _ = (config, diags);
    }

    /// Opens. Configured values are all known; they must come back as they are, and
    /// computed ones known.
    ///
    /// What is opened and cannot be handed over (because it breaks these rules, or the
    /// client has gone away meanwhile) is closed by the SDK.
    fn open(
        &self,
        config: Self::Model,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Opened<Self::Model, Self::Private>> + Send;

    /// Keeps what was opened alive. Called only after an answer that named a time for it.
    ///
    /// The attributes stay as they were opened: Terraform would not see others.
    fn renew(
        &self,
        private: Self::Private,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Renewed<Self::Private>> + Send {
        let _ = cx;
        async { Renewed::Renewed { private } }
    }

    /// Closes what was opened. Called once for each successful open, also after a failed
    /// renewal and after Ctrl-C: the stop signal of its context is never given, because
    /// this is the last chance to clean up.
    ///
    /// Terraform hands over the private data of [`EphemeralResource::open`], not those
    /// of the last renewal. What is gone already counts as closed.
    fn close(
        &self,
        private: Self::Private,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Closed> + Send {
        let _ = (private, cx);
        async { Closed::Closed }
    }
}

/// What became of an open.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened<M, P = ()> {
    /// It is open and stays so until it is closed.
    Opened {
        /// The attributes that Terraform passes on.
        result: M,
        /// For renew and close.
        private: P,
    },
    /// It is open, and must be renewed to stay so.
    Renewable {
        /// The attributes that Terraform passes on.
        result: M,
        /// For renew and close.
        private: P,
        /// When to renew: some time before it ends. A time that is past, or nearly so,
        /// counts as one second from now, so that a short life is no endless loop.
        renew_at: SystemTime,
    },
    /// It failed, and nothing is open.
    Failed(Diagnostic),
}

/// What became of a renewal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewed<P = ()> {
    /// It stays open until it is closed.
    Renewed {
        /// For a client that renews again nevertheless.
        private: P,
    },
    /// It must be renewed again.
    Renewable {
        /// For the next renewal.
        private: P,
        /// When to renew, as in [`Opened::Renewable`].
        renew_at: SystemTime,
    },
    /// It failed. It is not tried again, but closed in the end.
    Failed(Diagnostic),
}

/// What became of a close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It is open no more.
    Closed,
    /// It may still be open.
    Failed(Diagnostic),
}

impl<M, P: Default> Opened<M, P> {
    /// Open until it is closed, with nothing to remember.
    pub fn lasting(result: M) -> Self {
        Self::Opened { result, private: P::default() }
    }
}
