//! What a create or update will change; pure.

use coder_client::access_url::AccessUrl;
use coder_client::workspace::NoProxy;
use tfplugin::diag::Diagnostics;
use tfplugin::model::Attr;

use super::compute::{compute, hosts};
use super::inputs::{Inputs, Known, Unknown};
use super::model::{CaAttributes, ProxyModel};
use crate::connection;
use crate::wording::NO_ACCESS_URL;

/// Plans `planned` from `config`, both as the SDK hands them over.
///
/// The attributes of the certificate are unknown only if a fetch may happen:
/// on create, and on an update that changes something else.
pub(super) fn plan(prior: Option<&ProxyModel>, config: Inputs<'_>, planned: &mut ProxyModel) {
    compute(config).write(planned);
    let Some(prior) = prior else {
        planned.id = Attr::Unknown;
        planned.set_ca(if config.may_fetch() {
            CaAttributes::unknown()
        } else {
            CaAttributes::none()
        });
        return;
    };
    planned.id = prior.id.clone();
    planned.set_ca(prior.ca());
    if planned == prior {
        return;
    }
    let ca = if config.may_fetch() {
        CaAttributes::unknown()
    } else {
        let inputs = Inputs { model: planned, client: config.client };
        kept(prior, inputs).unwrap_or_else(|Unknown| CaAttributes::unknown())
    };
    planned.set_ca(ca);
}

/// The attributes of the certificate if none is fetched: those of the stored one, as long
/// as it is of the same deployment, fits the pin and `ca_fetch` is not `off`.
pub(super) fn kept(prior: &ProxyModel, planned: Inputs<'_>) -> Known<CaAttributes> {
    if planned.is_fetch_off() || prior.ca() == CaAttributes::none() {
        return Ok(CaAttributes::none());
    }
    let conditions = [
        is_fetch_wanted(planned),
        is_same_proxy(prior, planned),
        planned.access_url().map(|access_url| is_same_deployment(prior, access_url.as_ref())),
        fits_pin(prior, planned),
    ];
    // A condition that is known to fail decides, whatever else is unknown.
    if conditions.contains(&Ok(false)) {
        return Ok(CaAttributes::none());
    }
    if conditions.contains(&Err(Unknown)) { Err(Unknown) } else { Ok(prior.ca()) }
}

fn is_fetch_wanted(planned: Inputs<'_>) -> Known<bool> {
    if planned.model.ca_fetch.is_unknown() { Err(Unknown) } else { Ok(!planned.is_fetch_off()) }
}

fn is_same_proxy(prior: &ProxyModel, planned: Inputs<'_>) -> Known<bool> {
    planned.proxy_url()?;
    Ok(prior.proxy_url == planned.model.proxy_url)
}

/// Whether `prior` was made with this access URL. Without one it is not known whose
/// certificate it is.
fn is_same_deployment(prior: &ProxyModel, access_url: Option<&AccessUrl>) -> bool {
    let Some(access_url) = access_url else { return false };
    if let Some(before) = prior.access_url.as_known() {
        return **before == *access_url;
    }
    // Of the provider's access URL the state has the host alone, in the exclusion list: in
    // front of the configured hosts, so another host gives another list, even if that host
    // is one of those that are configured.
    let Ok(configured) = (Inputs { model: prior, client: None }).no_proxy() else { return false };
    let list = NoProxy::new(Some(access_url), &configured);
    prior.no_proxy_effective == Attr::Known(hosts(list))
}

fn fits_pin(prior: &ProxyModel, planned: Inputs<'_>) -> Known<bool> {
    let pin = planned.pin()?;
    Ok(pin.is_none_or(|pin| prior.ca_cert_sha256.as_str() == Some(pin.to_string().as_str())))
}

/// Reports what is missing, as far as that is known.
pub(super) fn report(config: Inputs<'_>, diags: &mut Diagnostics) {
    if config.token().is_ok_and(|token| token.is_empty()) {
        diags.push(connection::no_token(
            "The password in proxy_auth_url is empty, no CA certificate is fetched, and the \
             workspace refuses to set up.",
        ));
    }
    if config.access_url() == Ok(None) && !config.is_fetch_off() {
        let detail = "Without an access URL no CA certificate can be fetched at apply. Pass \
                      data.coder_workspace.me.access_url as access_url, or set ca_fetch to \"off\" \
                      and leave it to the workspace.";
        if config.is_fetch_required() {
            diags.error("access_url", NO_ACCESS_URL, detail);
        } else {
            diags.warning("access_url", NO_ACCESS_URL, detail);
        }
    }
}
