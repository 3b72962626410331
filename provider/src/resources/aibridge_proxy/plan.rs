//! What a create or update will change; pure.

use tfplugin::diag::Diagnostics;
use tfplugin::model::Attr;

use super::compute::compute;
use super::inputs::Inputs;
use super::model::{CaAttributes, ProxyModel};
use crate::reading;
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
    let ca = if config.may_fetch() { CaAttributes::unknown() } else { kept(prior, planned) };
    planned.set_ca(ca);
}

/// What stays of the stored certificate if none is fetched: all, as long as it
/// is of the same deployment, fits the pin and is still wanted.
pub(super) fn kept(prior: &ProxyModel, planned: &ProxyModel) -> CaAttributes {
    let inputs = Inputs { model: planned, client: None };
    let is_same_deployment = prior.access_url == planned.access_url
        && prior.proxy_url == planned.proxy_url
        // Holds the host of the access URL, wherever that came from.
        && prior.no_proxy_effective == planned.no_proxy_effective;
    let fits_pin = match inputs.pin() {
        Ok(Some(pin)) => prior.ca_cert_sha256.as_str() == Some(pin.to_string().as_str()),
        Ok(None) => true,
        Err(_) => false,
    };
    if is_same_deployment && fits_pin && !inputs.is_fetch_off() {
        prior.ca()
    } else {
        CaAttributes::none()
    }
}

/// Says what is missing, as far as that is known.
pub(super) fn report(config: Inputs<'_>, diags: &mut Diagnostics) {
    if config.token().is_ok_and(|token| token.is_empty()) {
        diags.push(reading::no_token(
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
