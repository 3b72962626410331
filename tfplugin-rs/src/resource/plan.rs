//! What an author sees of a plan, and may change.

use crate::model::Model;
use crate::path::AttributePath;
use crate::private::Private;

/// The plan of one create or update, after defaults and attribute modifiers.
///
/// Destroying is planned by the SDK alone.
#[derive(Debug)]
pub struct Plan<'a, M> {
    pub(super) prior: Option<&'a M>,
    pub(super) config: &'a M,
    pub(super) planned: M,
    pub(super) private: Private,
    pub(super) requires_replace: Vec<AttributePath>,
}

impl<M: Model> Plan<'_, M> {
    /// The stored object; `None` on create, and in the second plan of a replacement.
    pub const fn prior(&self) -> Option<&M> {
        self.prior
    }

    /// The configuration: what is null here and computed is the provider's to set.
    pub const fn config(&self) -> &M {
        self.config
    }

    /// The planned object so far.
    pub const fn planned(&self) -> &M {
        &self.planned
    }

    /// The planned object, to be changed in place.
    ///
    /// Only computed attributes that the configuration leaves out may be set, to a value or
    /// to unknown; Terraform refuses any other change.
    pub const fn planned_mut(&mut self) -> &mut M {
        &mut self.planned
    }

    /// Requires the object to be destroyed and created again because of the attribute at `path`.
    /// Nothing happens on create.
    pub fn require_replace(&mut self, path: impl Into<AttributePath>) {
        self.requires_replace.push(path.into());
    }

    /// The provider's notes about the object; none on create.
    pub const fn private(&self) -> &Private {
        &self.private
    }

    /// The notes, to be handed to the apply of this plan. Not encrypted: no secrets.
    pub const fn private_mut(&mut self) -> &mut Private {
        &mut self.private
    }
}
