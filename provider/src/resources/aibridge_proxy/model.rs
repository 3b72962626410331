//! The attributes of `aibridge_proxy` as Rust sees them.

use std::collections::BTreeMap;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{Files, ProxyUrl};
use pki::certificate::Pin;
use tfplugin::model::{Attr, Sensitive};
use tfplugin::timeouts::Timeouts;

use crate::parsed::{
    Certificates, DownloadUrl, Parsed, ProgramPath, Requirement, Sha256, Token, UnitName,
};

tfplugin::model! {
    /// The whole resource.
    pub(crate) struct ProxyModel {
        pub(crate) access_url: Attr<Parsed<AccessUrl>>,
        pub(crate) agent_id: Attr<String>,
        pub(crate) bootstrap_script: Attr<String>,
        pub(crate) bundle_path: Attr<String>,
        pub(crate) ca_cert_not_after: Attr<String>,
        pub(crate) ca_cert_pem: Attr<String>,
        pub(crate) ca_cert_sha256: Attr<String>,
        pub(crate) ca_cert_subject: Attr<String>,
        pub(crate) ca_fetch: Attr<Requirement>,
        pub(crate) ca_pin_sha256: Attr<Parsed<Pin>>,
        pub(crate) cert_path: Attr<Parsed<Files>>,
        pub(crate) env: Attr<BTreeMap<String, Attr<Sensitive>>>,
        pub(crate) extra_ca_certificates: Attr<Parsed<Certificates>>,
        pub(crate) helper: Attr<HelperModel>,
        pub(crate) id: Attr<String>,
        pub(crate) no_proxy: Attr<Vec<Attr<String>>>,
        pub(crate) no_proxy_effective: Attr<Vec<Attr<String>>>,
        pub(crate) prebuild: Attr<bool>,
        pub(crate) proxy_auth_url: Attr<Sensitive>,
        pub(crate) proxy_url: Attr<Parsed<ProxyUrl>>,
        pub(crate) refresh_script: Attr<String>,
        pub(crate) session_token: Attr<Token>,
        pub(crate) setup_script: Attr<String>,
        pub(crate) status_path: Attr<String>,
        pub(crate) sync: Attr<Requirement>,
        pub(crate) sync_unit: Attr<Parsed<UnitName>>,
        pub(crate) timeouts: Attr<Timeouts>,
        pub(crate) trust_env: Attr<BTreeMap<String, Attr<String>>>,
        pub(crate) username: Attr<String>,
    }

    /// Where the workspace takes the helper from.
    pub(crate) struct HelperModel {
        pub(crate) path: Attr<Parsed<ProgramPath>>,
        pub(crate) platforms: Attr<BTreeMap<String, Attr<DownloadModel>>>,
    }

    /// One downloadable helper.
    pub(crate) struct DownloadModel {
        pub(crate) sha256: Attr<Parsed<Sha256>>,
        pub(crate) url: Attr<Parsed<DownloadUrl>>,
    }
}

/// The attributes that describe the fetched certificate.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct CaAttributes {
    pub(super) not_after: Attr<String>,
    pub(super) pem: Attr<String>,
    pub(super) sha256: Attr<String>,
    pub(super) subject: Attr<String>,
}

impl CaAttributes {
    /// Known only once a fetch has ended.
    pub(super) fn unknown() -> Self {
        Self {
            not_after: Attr::Unknown,
            pem: Attr::Unknown,
            sha256: Attr::Unknown,
            subject: Attr::Unknown,
        }
    }

    /// There is no fetched certificate.
    pub(super) fn none() -> Self {
        Self::default()
    }
}

impl ProxyModel {
    pub(super) fn ca(&self) -> CaAttributes {
        CaAttributes {
            not_after: self.ca_cert_not_after.clone(),
            pem: self.ca_cert_pem.clone(),
            sha256: self.ca_cert_sha256.clone(),
            subject: self.ca_cert_subject.clone(),
        }
    }

    pub(super) fn set_ca(&mut self, ca: CaAttributes) {
        self.ca_cert_not_after = ca.not_after;
        self.ca_cert_pem = ca.pem;
        self.ca_cert_sha256 = ca.sha256;
        self.ca_cert_subject = ca.subject;
    }
}
