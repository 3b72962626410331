//! Messages of `coder.agentsocket.v1`, the parts that units need.

/// Prefix of every rpc path.
pub(super) const SERVICE: &str = "/coder.agentsocket.v1.AgentSocket/";

/// SyncStart, SyncWant, SyncComplete, SyncReady and SyncStatus all fit in this:
/// the second field is SyncWant's.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct UnitRequest {
    #[prost(string, tag = "1")]
    pub(super) unit: String,
    #[prost(string, tag = "2")]
    pub(super) depends_on: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct ReadyResponse {
    #[prost(bool, tag = "1")]
    pub(super) ready: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct StatusResponse {
    #[prost(string, tag = "1")]
    pub(super) status: String,
    #[prost(bool, tag = "2")]
    pub(super) is_ready: bool,
    #[prost(message, repeated, tag = "3")]
    pub(super) dependencies: Vec<DependencyInfo>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct DependencyInfo {
    #[prost(string, tag = "1")]
    pub(super) unit: String,
    #[prost(string, tag = "2")]
    pub(super) depends_on: String,
    #[prost(string, tag = "3")]
    pub(super) required_status: String,
    #[prost(string, tag = "4")]
    pub(super) current_status: String,
    #[prost(bool, tag = "5")]
    pub(super) is_satisfied: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct ListResponse {
    #[prost(message, repeated, tag = "1")]
    pub(super) units: Vec<UnitInfo>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct UnitInfo {
    #[prost(string, tag = "1")]
    pub(super) unit: String,
    #[prost(string, tag = "2")]
    pub(super) status: String,
    #[prost(bool, tag = "3")]
    pub(super) is_ready: bool,
}
