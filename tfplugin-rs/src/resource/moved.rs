//! Objects that come from another resource type, by a `moved` block.

use serde_json::Value as Json;

use crate::diag::Diagnostic;
use crate::private::Private;

/// An object of another resource type, perhaps of another provider, as its state has it.
#[derive(Clone, Debug)]
pub struct MoveSource {
    /// The provider's address, such as `registry.terraform.io/hashicorp/null`.
    pub provider_address: String,
    /// The resource type.
    pub type_name: String,
    /// The schema version of the state. It is not upgraded: that takes the other provider.
    pub schema_version: i64,
    /// The stored object.
    pub state: Json,
    /// The stored identity, if it has one.
    pub identity: Option<Json>,
    /// The schema version of the identity.
    pub identity_version: i64,
    /// What the other provider noted about it.
    pub private: Private,
}

/// What became of a move.
#[derive(Clone, Debug, PartialEq)]
pub enum Moved<M> {
    /// The object, with as much as a read needs.
    Moved(M),
    /// The resource does not know that type, provider or version.
    UnknownSource,
    /// This object cannot be moved, though others of its type can.
    Failed(Diagnostic),
}

impl MoveSource {
    /// Whether the object is of that type of that provider. The address is compared without
    /// its registry, so that `hashicorp/null` is the same for Terraform and OpenTofu.
    pub fn is(&self, provider: &str, type_name: &str) -> bool {
        let own = self.provider_address.split_once('/').map_or("", |(_, own)| own);
        self.type_name == type_name && (own == provider || self.provider_address == provider)
    }

    /// A text of the stored object.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.state.get(attribute)?.as_str()
    }
}
