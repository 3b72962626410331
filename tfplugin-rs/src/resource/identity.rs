//! The trait for resources whose objects have an identity.

use std::future::Future;

use super::{Context, Imported, Resource};
use crate::diag::Diagnostic;
use crate::model::Model;
#[cfg(doc)]
use crate::provider::Kinds;
use crate::schema::identity::IdentitySchema;

/// A resource whose objects have an identity: a few values that name an object for its
/// whole life, by which Terraform 1.12 and OpenTofu 1.12 can import it.
///
/// An identity is a function of the object, so that no operation can forget it, and only
/// a resource added by [`Kinds::identified_resource`] has one: Terraform crashes at an
/// identity without a schema.
pub trait Identified: Resource {
    /// The attributes, as in the identity schema.
    type Identity: Model;

    /// The schema of identities. No I/O.
    fn identity_schema(&self) -> IdentitySchema;

    /// The identity of an object. No I/O.
    ///
    /// Of a planned object, what is unknown in it is unknown in the identity. Once it
    /// exists, all of the identity is known, and it stays the same: an attribute that goes
    /// into it must force replacement.
    fn identify(&self, object: &Self::Model, client: &Self::Client) -> Self::Identity;

    /// Finds an object that exists already by its identity; attributes that are optional
    /// may be null. What it answers is read again at once, as in [`Resource::import`].
    fn import_by_identity(
        &self,
        identity: Self::Identity,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Imported<Self::Model>> + Send;

    /// Whether an update may change the identity, because the API lets an object be
    /// renamed. Without need, leave it: others may have stored the old one.
    fn identity_may_change(&self) -> bool {
        false
    }

    /// Brings an identity of an older schema version into the current shape, as a JSON
    /// object. Each older version comes here straight.
    ///
    /// # Errors
    /// A diagnostic that states why it cannot be read. The default refuses every older
    /// version, as [`Resource::upgrade`] does.
    fn upgrade_identity(
        &self,
        version: i64,
        identity: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        let _ = identity;
        Err(super::too_old("identity", self.type_name(), version))
    }
}
