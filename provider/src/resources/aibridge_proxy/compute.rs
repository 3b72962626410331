//! What follows from the configuration; pure, and known at plan whenever its
//! inputs are.
//!
//! All values that the workspace sees are computed here, so that they change only when a
//! setting does.

use std::collections::BTreeMap;

use coder_client::workspace::{Files, NoProxy, Proxy, Trust, Workspace};
use settings::Secret;
use tfplugin::model::{Attr, Sensitive};

use super::inputs::{Inputs, Known};
use super::model::ProxyModel;
use crate::parsed::{Parsed, UnitName};
use crate::scripts::{Bootstrap, Setup, bootstrap_script, refresh_script, setup_script};

/// The computed attributes, apart from `id` and those of the fetched certificate.
#[derive(Debug)]
pub(super) struct Computed {
    bootstrap_script: Attr<String>,
    bundle_path: Attr<String>,
    cert_path: Attr<Parsed<Files>>,
    env: Attr<BTreeMap<String, Attr<Sensitive>>>,
    no_proxy_effective: Attr<Vec<Attr<String>>>,
    proxy_auth_url: Attr<Sensitive>,
    refresh_script: Attr<String>,
    setup_script: Attr<String>,
    status_path: Attr<String>,
    sync_unit: Attr<Parsed<UnitName>>,
    trust_env: Attr<BTreeMap<String, Attr<String>>>,
}

/// Computes all of them from the configured ones.
pub(super) fn compute(inputs: Inputs<'_>) -> Computed {
    let (cert_path, proxy, trust) = (inputs.cert_path(), inputs.proxy(), inputs.trust());
    let beside = |path: fn(&Files) -> &String| attr(cert_path.as_ref().map(|it| path(it).clone()));
    let setup = setup(inputs);
    Computed {
        bootstrap_script: attr(bootstrap(inputs).map(|it| bootstrap_script(&it))),
        bundle_path: beside(|it| &it.bundle_path),
        cert_path: attr(cert_path.clone()),
        env: attr(env(&proxy, &trust)),
        no_proxy_effective: attr(inputs.exclusions().map(hosts)),
        proxy_auth_url: attr(proxy.as_ref().map(|it| sensitive(&it.auth_url()))),
        refresh_script: attr(setup.as_ref().map(refresh_script)),
        setup_script: attr(setup.as_ref().map(setup_script)),
        status_path: beside(|it| &it.status_path),
        sync_unit: attr(inputs.sync_unit()),
        trust_env: attr(trust.as_ref().map(trust_env)),
    }
}

impl Computed {
    /// Writes the attributes into `model`.
    pub(super) fn write(self, model: &mut ProxyModel) {
        model.bootstrap_script = self.bootstrap_script;
        model.bundle_path = self.bundle_path;
        model.cert_path = self.cert_path;
        model.env = self.env;
        model.no_proxy_effective = self.no_proxy_effective;
        model.proxy_auth_url = self.proxy_auth_url;
        model.refresh_script = self.refresh_script;
        model.setup_script = self.setup_script;
        model.status_path = self.status_path;
        model.sync_unit = self.sync_unit;
        model.trust_env = self.trust_env;
    }
}

fn attr<T, E>(known: Result<T, E>) -> Attr<T> {
    known.map_or(Attr::Unknown, Attr::Known)
}

/// A list of hosts as a computed attribute.
pub(super) fn hosts(list: NoProxy) -> Vec<Attr<String>> {
    list.into_hosts().into_iter().map(Attr::Known).collect()
}

fn trust_env(trust: &Trust) -> BTreeMap<String, Attr<String>> {
    let variables = trust.variables().into_iter();
    variables.map(|(name, value)| (name.to_owned(), Attr::Known(value))).collect()
}

fn env(proxy: &Known<Proxy>, trust: &Known<Trust>) -> Known<BTreeMap<String, Attr<Sensitive>>> {
    let workspace = Workspace { proxy: proxy.clone()?, trust: trust.clone()? };
    let variables = workspace.variables().into_iter();
    Ok(variables.map(|(name, value)| (name.to_owned(), Attr::Known(sensitive(&value)))).collect())
}

fn bootstrap(inputs: Inputs<'_>) -> Known<Bootstrap> {
    let cert_path = inputs.cert_path()?;
    Ok(Bootstrap {
        helper: inputs.helper()?,
        bundle_path: cert_path.bundle_path.clone(),
        cert_path: cert_path.text().to_owned(),
        unit: inputs.active_unit()?,
        is_prebuild: inputs.is_prebuild()?,
    })
}

fn setup(inputs: Inputs<'_>) -> Known<Setup> {
    Ok(Setup {
        bootstrap: bootstrap(inputs)?,
        access_url: inputs.access_url()?.map(|url| url.to_string()),
        proxy_url: inputs.proxy_url()?.to_string(),
        pin: inputs.pin()?.map(ToString::to_string),
        no_proxy: inputs.no_proxy()?,
        extra_ca: inputs.extra_ca()?,
        sync: inputs.sync()?.name().to_owned(),
        sync_unit: inputs.sync_unit()?.text().to_owned(),
    })
}

fn sensitive(secret: &Secret) -> Sensitive {
    Sensitive::new(secret.expose())
}
