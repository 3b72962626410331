//! The messages of `coder.agentsocket.v1`, as far as units need them. Fields
//! that are not listed are skipped when reading.

/// `PingRequest` and every response without fields.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(super) struct Empty {}

/// `SyncStartRequest`, `SyncCompleteRequest`, `SyncReadyRequest` and
/// `SyncStatusRequest` have the same one field.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct UnitRequest {
    #[prost(string, tag = "1")]
    pub(super) unit: String,
}

impl UnitRequest {
    pub(super) fn new(unit: &str) -> Self {
        Self { unit: unit.to_owned() }
    }
}

/// `SyncWantRequest`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct WantRequest {
    #[prost(string, tag = "1")]
    pub(super) unit: String,
    #[prost(string, tag = "2")]
    pub(super) depends_on: String,
}

/// `SyncReadyResponse`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(super) struct ReadyResponse {
    #[prost(bool, tag = "1")]
    pub(super) ready: bool,
}

/// `SyncStatusResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct StatusResponse {
    #[prost(string, tag = "1")]
    pub(super) status: String,
    #[prost(bool, tag = "2")]
    pub(super) is_ready: bool,
    #[prost(message, repeated, tag = "3")]
    pub(super) dependencies: Vec<DependencyInfo>,
}

/// `DependencyInfo`; its field 1 repeats the unit of the request.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct DependencyInfo {
    #[prost(string, tag = "2")]
    pub(super) depends_on: String,
    #[prost(string, tag = "3")]
    pub(super) required_status: String,
    #[prost(string, tag = "4")]
    pub(super) current_status: String,
    #[prost(bool, tag = "5")]
    pub(super) is_satisfied: bool,
}

/// `SyncListResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct ListResponse {
    #[prost(message, repeated, tag = "1")]
    pub(super) units: Vec<UnitInfo>,
}

/// `UnitInfo`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct UnitInfo {
    #[prost(string, tag = "1")]
    pub(super) unit: String,
    #[prost(string, tag = "2")]
    pub(super) status: String,
    #[prost(bool, tag = "3")]
    pub(super) is_ready: bool,
}
