//! Which services a deployment has, from its responses; pure.

use crate::api::ca_certificate::FetchFault;
use crate::api::entitlements::Feature;
use crate::base_urls::Version;
use crate::http::AnswerError;

/// What is known of one part of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Whether this version and edition have it at all.
    pub is_available: Option<bool>,
    /// Whether the licence covers it.
    pub is_entitled: Option<bool>,
    /// Whether it is switched on in the server's settings.
    pub is_enabled: Option<bool>,
}

impl Service {
    /// Whether each of the three is known.
    pub(super) fn is_known(&self) -> bool {
        [self.is_available, self.is_entitled, self.is_enabled].iter().all(Option::is_some)
    }
}

/// The bridge and its proxy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Services {
    /// AI Bridge.
    pub bridge: Service,
    /// AI Bridge Proxy.
    pub proxy: Service,
}

/// The response of the licence endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Licence {
    /// The feature, none if this version does not list it.
    Known(Option<Feature>),
    /// There is no such endpoint: not Coder's, or an edition without licences.
    NoSuchRoute,
    /// It could not be read.
    Unknown,
}

/// Prefers the response of the certificate endpoint, which shows what is really
/// served, to that of the licence endpoint.
///
/// Coder checks the licence first, then the token, then whether the proxy is on:
/// so even a refusal gives the result of the checks before it.
pub(super) fn services(
    version: Option<Version>,
    licence: &Licence,
    certificate: Result<(), &FetchFault>,
) -> Services {
    let feature = match licence {
        Licence::Known(feature) => feature.as_ref(),
        Licence::NoSuchRoute | Licence::Unknown => None,
    };
    let mut bridge = Service {
        is_available: match licence {
            Licence::Known(feature) => Some(feature.is_some()),
            Licence::NoSuchRoute | Licence::Unknown => None,
        },
        is_entitled: feature.and_then(Feature::is_entitled),
        is_enabled: feature.map(Feature::is_enabled),
    };
    let mut proxy = Service { is_entitled: bridge.is_entitled, ..Service::default() };
    match certificate {
        Ok(()) | Err(FetchFault::Certificate(_) | FetchFault::NoCertificate { .. }) => {
            served(&mut bridge, &mut proxy);
            proxy.is_enabled = Some(true);
            // The proxy runs only beside a bridge that is on.
            bridge.is_enabled = Some(true);
        }
        Err(FetchFault::NotMounted { .. }) => {
            served(&mut bridge, &mut proxy);
            proxy.is_enabled = Some(true);
        }
        Err(FetchFault::NotEnabled { .. }) => {
            served(&mut bridge, &mut proxy);
            proxy.is_enabled = Some(false);
        }
        Err(FetchFault::NotLicensed { .. }) => {
            bridge = Service { is_available: Some(true), is_entitled: Some(false), ..bridge };
            proxy.is_entitled = Some(false);
            let has_proxy = version >= Some(Version::FIRST_WITH_PROXY);
            proxy.is_available = has_proxy.then_some(true);
        }
        Err(FetchFault::RouteMissing { .. } | FetchFault::NotFound { .. }) => {
            proxy = absent();
            if *licence == Licence::NoSuchRoute {
                bridge = absent();
            }
        }
        Err(FetchFault::Answer(AnswerError::SignedOut { .. })) => served(&mut bridge, &mut proxy),
        Err(
            FetchFault::Answer(_)
            | FetchFault::Empty
            | FetchFault::MethodRefused
            | FetchFault::OtherContent { .. },
        ) => {}
    }
    if bridge.is_available == Some(false) {
        bridge = absent();
    }
    Services { bridge, proxy }
}

/// The request came past the licence, to a route that is there.
fn served(bridge: &mut Service, proxy: &mut Service) {
    for service in [bridge, proxy] {
        service.is_available = Some(true);
        service.is_entitled = Some(true);
    }
}

/// What is not there is not switched on; a licence for it is no question.
fn absent() -> Service {
    Service { is_available: Some(false), is_entitled: None, is_enabled: Some(false) }
}
