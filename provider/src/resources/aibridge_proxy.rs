//! Resource `aibridge_proxy`: what a template needs to route tools through the company's
//! proxy.
//!
//! It creates no remote object. Its attributes are a pure function of the configuration,
//! but for the CA certificate, which create and update fetch so that a workspace can start
//! without the network. No operation fails because of network or token unless the
//! configuration requires the certificate: a workspace must be able to start, stop and be
//! deleted while the deployment is unavailable.

mod certificate;
mod compute;
mod inputs;
mod model;
mod plan;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use coder_client::workspace::{DEFAULT_USERNAME, ProxyUrl};
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::provider::Context;
use tfplugin::resource::{Created, Deleted, Imported, Plan, Read, Resource, Updated};
use tfplugin::schema::Schema;

use self::inputs::{Inputs, LIMITS, Unknown};
use self::model::{CaAttributes, ProxyModel};
use crate::client::Client;
use crate::parsed::{Parsed, Requirement};

/// Resource `aibridge_proxy`.
pub(crate) struct Proxy;

impl Resource for Proxy {
    type Client = Client;
    type Model = ProxyModel;

    fn type_name(&self) -> &'static str {
        "aibridge_proxy"
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn plan(
        &self,
        plan: &mut Plan<'_, ProxyModel>,
        client: Option<&Client>,
        diags: &mut Diagnostics,
    ) {
        let config = plan.config().clone();
        let prior = plan.prior().cloned();
        let inputs = Inputs { model: &config, client };
        plan::plan(prior.as_ref(), inputs, plan.planned_mut());
        plan::report(inputs, diags);
    }

    async fn create(
        &self,
        mut planned: ProxyModel,
        cx: &Context<'_, Client>,
    ) -> Created<ProxyModel> {
        let inputs = Inputs { model: &planned, client: Some(cx.client()) };
        let timeout = LIMITS.of_create(&planned.timeouts);
        match fetch(inputs, timeout, CaAttributes::none(), cx).await {
            Ok(ca) => planned.set_ca(ca),
            Err(error) => return Created::failed(error),
        }
        planned.id = new_id().into();
        Created::Created(planned)
    }

    async fn read(&self, mut state: ProxyModel, cx: &Context<'_, Client>) -> Read<ProxyModel> {
        let inputs = Inputs { model: &state, client: Some(cx.client()) };
        let Some(target) = inputs.read_target() else { return Read::Present(state) };
        let timeout = LIMITS.of_read(&state.timeouts);
        match cx.client().fetch_once(&target, timeout, cx.stop()).await {
            Ok(fetched) => state.set_ca(certificate::attributes(&fetched.certificate)),
            Err(failure) => cx.push(failure.warning("The state stays as it is.")),
        }
        Read::Present(state)
    }

    async fn update(
        &self,
        prior: ProxyModel,
        mut planned: ProxyModel,
        cx: &Context<'_, Client>,
    ) -> Updated<ProxyModel> {
        let inputs = Inputs { model: &planned, client: Some(cx.client()) };
        let timeout = LIMITS.of_update(&planned.timeouts);
        // At apply no value is unknown any more.
        let stored = plan::kept(&prior, inputs).unwrap_or_else(|Unknown| CaAttributes::none());
        match fetch(inputs, timeout, stored, cx).await {
            Ok(ca) => planned.set_ca(ca),
            Err(error) => return Updated::failed(error),
        }
        Updated::Updated(planned)
    }

    /// Only removes the object from the state: nothing exists outside it.
    async fn delete(&self, _state: ProxyModel, _cx: &Context<'_, Client>) -> Deleted {
        Deleted::Deleted
    }

    async fn import(&self, id: &str, cx: &Context<'_, Client>) -> Imported<ProxyModel> {
        let proxy_url = match Parsed::<ProxyUrl>::parse(id) {
            Ok(proxy_url) => proxy_url,
            Err(refusal) => {
                let detail = format!(
                    "{} The import ID of this resource is its proxy_url.",
                    refusal.sentences()
                );
                return Imported::Failed(Diagnostic::error("Invalid import ID", detail));
            }
        };
        // With the defaults written out, as the plan of any configuration has them.
        let mut state = ProxyModel {
            proxy_url: proxy_url.into(),
            id: new_id().into(),
            ca_fetch: Requirement::default().into(),
            prebuild: false.into(),
            sync: Requirement::default().into(),
            username: DEFAULT_USERNAME.into(),
            ..ProxyModel::default()
        };
        compute::compute(Inputs { model: &state, client: Some(cx.client()) }).write(&mut state);
        Imported::Imported(state)
    }
}

/// Fetches the certificate as `ca_fetch` requires, or falls back on `stored`.
async fn fetch(
    inputs: Inputs<'_>,
    timeout: Duration,
    stored: CaAttributes,
    cx: &Context<'_, Client>,
) -> Result<CaAttributes, Diagnostic> {
    let Some(target) = inputs.fetch_target() else { return Ok(stored) };
    match cx.client().fetch(&target, timeout, cx.stop()).await {
        Ok(fetched) => {
            certificate::warn(&fetched.certificate, inputs.model, cx);
            Ok(certificate::attributes(&fetched.certificate))
        }
        Err(failure) if inputs.is_fetch_required() => Err(failure.error(
            "With ca_fetch set to \"auto\" this is a warning, and the workspace fetches the \
             certificate on its own.",
        )),
        Err(failure) => {
            cx.push(failure.warning("The workspace fetches it on its own when it starts."));
            Ok(stored)
        }
    }
}

/// Makes an id that no other object has. It protects no secret, so the
/// standard library's randomly keyed hash is random enough.
fn new_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}
