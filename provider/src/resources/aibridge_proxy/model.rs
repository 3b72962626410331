//! The attributes of `aibridge_proxy` as Rust sees them.

use std::collections::BTreeMap;

use tfplugin::model::{Attr, Sensitive};

tfplugin::model! {
    /// The whole resource.
    pub(crate) struct ProxyModel {
        pub(crate) access_url: Attr<String>,
        pub(crate) agent_id: Attr<String>,
        pub(crate) bootstrap_script: Attr<String>,
        pub(crate) bundle_path: Attr<String>,
        pub(crate) ca_cert_not_after: Attr<String>,
        pub(crate) ca_cert_pem: Attr<String>,
        pub(crate) ca_cert_sha256: Attr<String>,
        pub(crate) ca_cert_subject: Attr<String>,
        pub(crate) ca_fetch: Attr<String>,
        pub(crate) ca_pin_sha256: Attr<String>,
        pub(crate) cert_path: Attr<String>,
        pub(crate) env: Attr<BTreeMap<String, Attr<Sensitive>>>,
        pub(crate) extra_ca_certificates: Attr<String>,
        pub(crate) helper: Attr<HelperModel>,
        pub(crate) id: Attr<String>,
        pub(crate) no_proxy: Attr<Vec<Attr<String>>>,
        pub(crate) no_proxy_effective: Attr<Vec<Attr<String>>>,
        pub(crate) prebuild: Attr<bool>,
        pub(crate) proxy_auth_url: Attr<Sensitive>,
        pub(crate) proxy_url: Attr<String>,
        pub(crate) refresh_script: Attr<String>,
        pub(crate) session_token: Attr<Sensitive>,
        pub(crate) setup_script: Attr<String>,
        pub(crate) status_path: Attr<String>,
        pub(crate) sync: Attr<String>,
        pub(crate) sync_unit: Attr<String>,
        pub(crate) timeouts: Attr<TimeoutsModel>,
        pub(crate) trust_env: Attr<BTreeMap<String, Attr<String>>>,
        pub(crate) username: Attr<String>,
    }

    /// Where the workspace takes the helper from.
    pub(crate) struct HelperModel {
        pub(crate) path: Attr<String>,
        pub(crate) platforms: Attr<BTreeMap<String, Attr<DownloadModel>>>,
    }

    /// One downloadable helper.
    pub(crate) struct DownloadModel {
        pub(crate) sha256: Attr<String>,
        pub(crate) url: Attr<String>,
    }

    /// How long fetching may take.
    pub(crate) struct TimeoutsModel {
        pub(crate) create: Attr<String>,
        pub(crate) read: Attr<String>,
        pub(crate) update: Attr<String>,
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
