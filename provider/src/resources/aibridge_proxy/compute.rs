//! What follows from the configuration; pure, and known at plan whenever its
//! inputs are.
//!
//! Everything that the workspace sees comes from here, so that it changes only
//! when a setting does.

use std::collections::BTreeMap;

use coder_client::workspace::{Files, NoProxy, Proxy, Trust, Workspace};
use settings::Secret;
use tfplugin::model::{Attr, Sensitive};

use super::inputs::{Inputs, Settled};
use super::model::ProxyModel;
use crate::scripts::{Bootstrap, Setup, bootstrap_script, refresh_script, setup_script};

/// The computed attributes, apart from `id` and those of the fetched certificate.
#[derive(Debug)]
pub(super) struct Computed {
    bootstrap_script: Attr<String>,
    bundle_path: Attr<String>,
    cert_path: Attr<String>,
    env: Attr<BTreeMap<String, Attr<Sensitive>>>,
    no_proxy_effective: Attr<Vec<Attr<String>>>,
    proxy_auth_url: Attr<Sensitive>,
    refresh_script: Attr<String>,
    setup_script: Attr<String>,
    status_path: Attr<String>,
    sync_unit: Attr<String>,
    trust_env: Attr<BTreeMap<String, Attr<String>>>,
}

/// Computes all of them from the configured ones.
pub(super) fn compute(inputs: Inputs<'_>) -> Computed {
    let files = inputs.cert_path().map(Files::beside);
    let path = |of: fn(Files) -> String| attr(files.clone().map(of));
    let setup = setup(inputs);
    Computed {
        bootstrap_script: attr(bootstrap(inputs).map(|it| bootstrap_script(&it))),
        bundle_path: path(|it| it.bundle_path),
        cert_path: path(|it| it.cert_path),
        env: attr(env(inputs)),
        no_proxy_effective: attr(
            exclusions(inputs).map(|list| list.into_hosts().into_iter().map(Attr::Known).collect()),
        ),
        proxy_auth_url: attr(proxy(inputs).map(|it| sensitive(&it.auth_url()))),
        refresh_script: attr(setup.as_ref().map(refresh_script)),
        setup_script: attr(setup.as_ref().map(setup_script)),
        status_path: path(|it| it.status_path),
        sync_unit: attr(inputs.sync_unit()),
        trust_env: attr(trust_env(inputs)),
    }
}

impl Computed {
    /// Puts the attributes where they belong.
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

fn attr<T, E>(settled: Result<T, E>) -> Attr<T> {
    settled.map_or(Attr::Unknown, Attr::Known)
}

fn proxy(inputs: Inputs<'_>) -> Settled<Proxy> {
    Ok(Proxy { url: inputs.proxy_url()?, username: inputs.username()?, token: inputs.token()? })
}

fn exclusions(inputs: Inputs<'_>) -> Settled<NoProxy> {
    Ok(NoProxy::new(inputs.access_url()?.as_ref(), &inputs.no_proxy()?))
}

fn trust(inputs: Inputs<'_>) -> Settled<Trust> {
    Ok(Trust {
        files: Files::beside(inputs.cert_path()?),
        has_extra_cas: inputs.extra_ca()?.is_some(),
        no_proxy: exclusions(inputs)?,
    })
}

fn trust_env(inputs: Inputs<'_>) -> Settled<BTreeMap<String, Attr<String>>> {
    let variables = trust(inputs)?.variables().into_iter();
    Ok(variables.map(|(name, value)| (name.to_owned(), Attr::Known(value))).collect())
}

fn env(inputs: Inputs<'_>) -> Settled<BTreeMap<String, Attr<Sensitive>>> {
    let workspace = Workspace { proxy: proxy(inputs)?, trust: trust(inputs)? };
    let variables = workspace.variables().into_iter();
    Ok(variables.map(|(name, value)| (name.to_owned(), Attr::Known(sensitive(&value)))).collect())
}

fn bootstrap(inputs: Inputs<'_>) -> Settled<Bootstrap> {
    let Files { cert_path, bundle_path, .. } = Files::beside(inputs.cert_path()?);
    Ok(Bootstrap {
        helper: inputs.helper()?,
        bundle_path,
        cert_path,
        unit: inputs.active_unit()?,
        is_prebuild: inputs.is_prebuild()?,
    })
}

fn setup(inputs: Inputs<'_>) -> Settled<Setup> {
    Ok(Setup {
        bootstrap: bootstrap(inputs)?,
        access_url: inputs.access_url()?.map(|url| url.to_string()),
        proxy_url: inputs.proxy_url()?.to_string(),
        pin: inputs.pin()?.map(|pin| pin.to_string()),
        no_proxy: inputs.no_proxy()?,
        extra_ca: inputs.extra_ca()?,
        sync: inputs.sync()?,
        sync_unit: inputs.sync_unit()?,
    })
}

fn sensitive(secret: &Secret) -> Sensitive {
    Sensitive::new(secret.expose())
}
