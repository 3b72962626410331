//! What each combination of responses reveals.

use pki::certificate::CertificateError;

use super::judge::{Licence, Service, services};
use super::*;
use crate::api::entitlements::Feature;
use crate::http::ServerMessage;

/// `available entitled enabled`, each `+`, `-` or `?`.
fn marks(service: Service) -> String {
    let mark = |it| match it {
        Some(true) => '+',
        Some(false) => '-',
        None => '?',
    };
    [service.is_available, service.is_entitled, service.is_enabled].map(mark).iter().collect()
}

fn licence(entitlement: &str, enabled: bool) -> Licence {
    let json = serde_json::json!({ "entitlement": entitlement, "enabled": enabled });
    Licence::Known(Some(serde_json::from_value::<Feature>(json).expect("a feature")))
}

#[track_caller]
fn check(licence: &Licence, certificate: Result<(), &FetchFault>, bridge: &str, proxy: &str) {
    let found = services(Version::parse("v2.35.0"), licence, certificate);
    let found = (marks(found.bridge), marks(found.proxy));
    assert_eq!(found, (bridge.to_owned(), proxy.to_owned()), "{licence:?} {certificate:?}");
}

fn message(text: &str) -> ServerMessage {
    ServerMessage::new(text, None).expect("a text")
}

#[test]
fn certificate_endpoint_decides_before_the_licence_endpoint() {
    let (on, off) = (licence("entitled", true), licence("grace_period", false));
    let (ours, unread) = (Licence::NoSuchRoute, Licence::Unknown);
    for licence in [&on, &ours, &unread] {
        check(licence, Ok(()), "+++", "+++");
        check(licence, Err(&FetchFault::Certificate(CertificateError::NotCa)), "+++", "+++");
        check(licence, Err(&FetchFault::NoCertificate { message: message("no") }), "+++", "+++");
    }
    let not_mounted = FetchFault::NotMounted { message: message("not mounted") };
    check(&off, Err(&not_mounted), "++-", "+++");
    check(&unread, Err(&not_mounted), "++?", "+++");
    let not_enabled = FetchFault::NotEnabled { message: message("not enabled") };
    check(&on, Err(&not_enabled), "+++", "++-");
    check(&off, Err(&not_enabled), "++-", "++-");
    check(&unread, Err(&not_enabled), "++?", "++-");
}

#[test]
fn missing_licence_leaves_the_proxy_settings_unknown() {
    let not_licensed = FetchFault::NotLicensed { message: message("Contact sales!") };
    check(&licence("not_entitled", true), Err(&not_licensed), "+-+", "+-?");
    check(&Licence::Unknown, Err(&not_licensed), "+-?", "+-?");
    let old = services(Version::parse("v2.29.1"), &Licence::Unknown, Err(&not_licensed));
    assert_eq!(marks(old.proxy), "?-?", "2.29 has no proxy that a licence could hide");
}

#[test]
fn missing_route_means_an_edition_or_version_without_the_proxy() {
    let missing = FetchFault::RouteMissing { message: message("Route not found.") };
    check(&Licence::NoSuchRoute, Err(&missing), "-?-", "-?-");
    check(&Licence::Known(None), Err(&missing), "-?-", "-?-");
    check(&licence("entitled", true), Err(&missing), "+++", "-?-");
    check(&Licence::Unknown, Err(&missing), "???", "-?-");
}

#[test]
fn without_a_token_the_licence_is_known_and_the_proxy_settings_are_unknown() {
    let signed_out = FetchFault::Answer(AnswerError::SignedOut { message: None });
    check(&licence("entitled", true), Err(&signed_out), "+++", "++?");
    check(&Licence::NoSuchRoute, Err(&signed_out), "++?", "++?");
}

#[test]
fn response_that_is_not_coders_leaves_services_unknown() {
    let page = FetchFault::Answer(AnswerError::Markup { status: 200 });
    check(&Licence::Unknown, Err(&page), "???", "???");
    check(&licence("entitled", false), Err(&FetchFault::Empty), "++-", "?+?");
    check(&licence("a new word", true), Err(&page), "+?+", "???");
}
