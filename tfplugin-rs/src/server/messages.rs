//! Requests and answers of the calls on resources, without the protocol's encoding.

use crate::diag::Diagnostics;
use crate::path::AttributePath;
use crate::resource::MoveSource;
use crate::value::Value;

/// `ValidateDataResourceConfig`, `ReadDataSource`, `ValidateEphemeralResourceConfig`,
/// `OpenEphemeralResource`
pub struct ConfigRequest {
    /// The data source or ephemeral resource.
    pub type_name: String,
    /// The configuration; for a validation anything may be unknown.
    pub config: Value,
}

/// `ValidateResourceConfig`
pub struct ValidateRequest {
    /// The resource type.
    pub type_name: String,
    /// The configuration; anything may be unknown.
    pub config: Value,
    /// Whether the client knows of write-only attributes and stores none
    /// (`ClientCapabilities.write_only_attributes_allowed`).
    pub write_only_allowed: bool,
}

/// `UpgradeResourceState`
pub struct UpgradeRequest {
    /// The resource type.
    pub type_name: String,
    /// The schema version that the state was written with.
    pub version: i64,
    /// The state as raw JSON (`RawState.json`).
    pub state: Vec<u8>,
}

/// Answer to [`UpgradeRequest`].
pub struct UpgradeAnswer {
    /// The state in the current shape; null with an error.
    pub state: Value,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `ReadResource`
pub struct ReadRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object.
    pub state: Value,
    /// Its stored identity, if it has one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
}

/// Answer to [`ReadRequest`].
pub struct ReadAnswer {
    /// The object now; null only if it is certainly gone.
    pub state: Value,
    /// Its identity; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `PlanResourceChange`
pub struct PlanRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object; null on create.
    pub prior: Value,
    /// Terraform's merge of configuration and stored object; null on destroy.
    pub proposed: Value,
    /// The configuration; null on destroy.
    pub config: Value,
    /// The identity of the stored object, if it has one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
}

/// Answer to [`PlanRequest`].
pub struct PlanAnswer {
    /// The planned object; null on destroy, and the proposed one with an error.
    pub planned: Value,
    /// Its identity, perhaps unknown; only of types that have one.
    pub identity: Option<Value>,
    /// Attributes whose change asks for replacement: sorted, each once.
    pub requires_replace: Vec<AttributePath>,
    /// The provider's own bytes for the apply.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `ApplyResourceChange`
pub struct ApplyRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object; null on create.
    pub prior: Value,
    /// The planned object; null on destroy.
    pub planned: Value,
    /// The configuration; null on destroy.
    pub config: Value,
    /// The planned identity, if there is one.
    pub identity: Option<Value>,
    /// The provider's own bytes from the plan.
    pub private: Vec<u8>,
}

/// Answer to [`ApplyRequest`].
pub struct ApplyAnswer {
    /// What exists now, with an error too; null if nothing does.
    pub state: Value,
    /// Its identity, wholly known; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `ImportResourceState`
pub struct ImportRequest {
    /// The resource type.
    pub type_name: String,
    /// What the practitioner calls the object.
    pub target: ImportTarget,
}

/// How the object to import is named.
pub enum ImportTarget {
    /// By a text that the resource understands.
    Id(String),
    /// By its identity; what is optional may be null.
    Identity(Value),
}

/// Answer to [`ImportRequest`].
pub struct ImportAnswer {
    /// The object; `None` with an error.
    pub state: Option<Value>,
    /// Its identity, as far as it is known by now; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `MoveResourceState`
pub struct MoveRequest {
    /// The resource type that the object is to have.
    pub type_name: String,
    /// Where it comes from.
    pub source: MoveSource,
}

/// Answer to [`MoveRequest`].
pub struct MoveAnswer {
    /// The object; `None` with an error.
    pub state: Option<Value>,
    /// Its identity, if it is known by now; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `UpgradeResourceIdentity`
pub struct UpgradeIdentityRequest {
    /// The resource type.
    pub type_name: String,
    /// The identity schema version that it was written with.
    pub version: i64,
    /// The identity as raw JSON (`RawState.json`).
    pub identity: Vec<u8>,
}

/// Answer to [`UpgradeIdentityRequest`].
pub struct UpgradeIdentityAnswer {
    /// The identity in the current shape; `None` with an error.
    pub identity: Option<Value>,
    /// Messages.
    pub diagnostics: Diagnostics,
}
