//! Resource `aibridge_proxy`: everything a template needs to bring tools to the
//! company's proxy.
//!
//! It makes nothing anywhere. Its attributes are a pure function of the
//! configuration, but for the CA certificate, which create and update fetch so
//! that a workspace can start without the network. No operation fails because
//! of network or token unless the configuration says so: a workspace must be
//! able to start, stop and go away while the deployment is ill.

mod certificate;
mod compute;
mod inputs;
mod model;
mod plan;
mod schema;
#[cfg(test)]
mod tests;
mod validate;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use coder_client::workspace::{DEFAULT_USERNAME, ProxyUrl};
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::provider::Context;
use tfplugin::resource::{Created, Deleted, Imported, Plan, Read, Resource, Updated};
use tfplugin::schema::Schema;

use self::inputs::{CA_FETCH, Inputs, Open, SYNC};
use self::model::{CaAttributes, ProxyModel};
use crate::client::Client;
use crate::fetching::{NotFetched, unless_stopped};
use crate::wording::sentences;

/// The resource.
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

    fn validate(&self, config: &ProxyModel, diags: &mut Diagnostics) {
        validate::helper(config, diags);
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
        let limit = inputs.create_limit();
        match fetch(inputs, limit, CaAttributes::none(), cx).await {
            Ok(ca) => planned.set_ca(ca),
            Err(error) => return Created::failed(error),
        }
        planned.id = new_id().into();
        Created::Created(planned)
    }

    async fn read(&self, mut state: ProxyModel, cx: &Context<'_, Client>) -> Read<ProxyModel> {
        let inputs = Inputs { model: &state, client: Some(cx.client()) };
        let Some(target) = inputs.read_target() else { return Read::Present(state) };
        let fetch = cx.client().fetch_once(&target, inputs.read_limit());
        match unless_stopped::<_, _, NotFetched>(fetch, cx.stop()).await {
            Ok(fetched) => state.set_ca(certificate::attributes(&fetched.certificate)),
            Err(failure) => {
                let consequence = "The state stays as it is.";
                cx.push(certificate::optional(&failure, consequence));
            }
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
        let limit = inputs.update_limit();
        // Nothing is open any more when changes are made.
        let stored = plan::kept(&prior, inputs).unwrap_or_else(|Open| CaAttributes::none());
        match fetch(inputs, limit, stored, cx).await {
            Ok(ca) => planned.set_ca(ca),
            Err(error) => return Updated::failed(error),
        }
        Updated::Updated(planned)
    }

    /// Only forgets: nothing exists outside the state.
    async fn delete(&self, _state: ProxyModel, _cx: &Context<'_, Client>) -> Deleted {
        Deleted::Deleted
    }

    async fn import(&self, id: &str, cx: &Context<'_, Client>) -> Imported<ProxyModel> {
        if let Err(err) = ProxyUrl::parse(id) {
            let detail = format!(
                "{} This resource is imported by its proxy_url.",
                sentences(&err, Some(err.hint()))
            );
            return Imported::Failed(Diagnostic::error("Import ID is no proxy URL", detail));
        }
        // With the defaults written out, as the plan of any configuration has them.
        let mut state = ProxyModel {
            proxy_url: id.into(),
            id: new_id().into(),
            ca_fetch: CA_FETCH[0].into(),
            prebuild: false.into(),
            sync: SYNC[0].into(),
            username: DEFAULT_USERNAME.into(),
            ..ProxyModel::default()
        };
        compute::compute(Inputs { model: &state, client: Some(cx.client()) }).write(&mut state);
        Imported::Imported(state)
    }
}

/// Fetches the certificate as `ca_fetch` says, or falls back on `stored`.
async fn fetch(
    inputs: Inputs<'_>,
    limit: Duration,
    stored: CaAttributes,
    cx: &Context<'_, Client>,
) -> Result<CaAttributes, Diagnostic> {
    let Some(target) = inputs.fetch_target() else { return Ok(stored) };
    let fetch = cx.client().fetch(&target, limit);
    match unless_stopped::<_, _, NotFetched>(fetch, cx.stop()).await {
        Ok(fetched) => {
            certificate::warn(&fetched.certificate, inputs.model, cx);
            Ok(certificate::attributes(&fetched.certificate))
        }
        Err(failure) if inputs.is_fetch_required() => Err(certificate::required(&failure)),
        Err(failure) => {
            let consequence = "The workspace fetches it on its own when it starts.";
            cx.push(certificate::optional(&failure, consequence));
            Ok(stored)
        }
    }
}

/// Makes an id that no other object has. It names, it does not protect: the
/// standard library's randomly keyed hash is random enough for that.
fn new_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}
