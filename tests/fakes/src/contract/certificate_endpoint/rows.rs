//! The rows: those that tests name, and all of them.

use super::{Body, HTML, Meaning, PEM, Row, TEXT};

/// 200 and the certificate.
pub const CERTIFICATE: Row = Row {
    content_type: Some(PEM),
    body: Body::Certificate,
    ..Row::new("certificate", 200, Meaning::Accepted)
};
/// 200 and the login page of the dashboard, of a load balancer, or of a captive portal.
pub const LOGIN_PAGE: Row = Row::new("login page", 200, Meaning::WebPage)
    .text(
        HTML,
        "<!doctype html>\n<html lang=\"en\"><head><title>Sign in</title></head>\
         <body><div id=\"root\"></div></body></html>\n",
    )
    .before_sign_in();
/// 200 without a body.
pub const EMPTY: Row =
    Row { content_type: Some(PEM), ..Row::new("empty body", 200, Meaning::EmptyBody) };

const SIGNED_OUT: &str =
    "You are signed out or your session has expired. Please sign in again to continue.";

/// 401: no carrier held a token.
pub const NO_TOKEN: Row = Row::new("no token", 401, Meaning::SignedOut)
    .message_with(SIGNED_OUT, "Cookie \"coder_session_token\" or query parameter must be provided.")
    .before_sign_in();
/// 401: the token is not ten characters, a hyphen, 22 characters.
pub const MALFORMED_TOKEN: Row = Row::new("malformed token", 401, Meaning::SignedOut)
    .message_with(SIGNED_OUT, "Invalid API key format: incorrect amount of API key parts")
    .before_sign_in();
/// 401: no such key.
pub const UNKNOWN_TOKEN: Row = Row::new("unknown token", 401, Meaning::SignedOut)
    .message_with(SIGNED_OUT, "API key is invalid.")
    .before_sign_in();
/// 401: the key's lifetime is over.
pub const EXPIRED_TOKEN: Row = Row::new("expired token", 401, Meaning::SignedOut)
    .message_with(SIGNED_OUT, "API key expired at \"2026-01-01 00:00:00 +0000 UTC\".")
    .before_sign_in();
/// 401: the user is suspended or dormant.
pub const SUSPENDED_USER: Row = Row::new("suspended user", 401, Meaning::SignedOut)
    .message(
        "User is not active (status = \"suspended\"). Contact an admin to reactivate your account.",
    )
    .before_sign_in();

/// 403 of 2.30 to 2.33, even without a token: the licence lacks the feature.
pub const NOT_LICENSED_OLD: Row = Row::new("no licence, AI Bridge", 403, Meaning::LicenceMissing)
    .message("AI Bridge is a Premium feature. Contact sales!")
    .before_sign_in();
/// The same from 2.34 on.
pub const NOT_LICENSED: Row = Row::new("no licence, AI Gateway", 403, Meaning::LicenceMissing)
    .message("AI Gateway is a Premium feature. Contact sales!")
    .before_sign_in();

/// 404 of 2.30 to 2.34: the server's flag is off.
pub const NOT_ENABLED_OLD: Row = Row::new("proxy off, AI Bridge", 404, Meaning::ProxyDisabled)
    .message("AI Bridge Proxy is not enabled.");
/// The same from 2.35 on.
pub const NOT_ENABLED: Row = Row::new("proxy off, AI Gateway", 404, Meaning::ProxyDisabled)
    .message("AI Gateway Proxy is not enabled.");
/// 404 of 2.30 to 2.34: enabled, but the daemon is not up, yet or any more.
pub const NOT_MOUNTED_OLD: Row = Row::new("not mounted, AI Bridge", 404, Meaning::ProxyNotRunning)
    .message("AI Bridge Proxy handler not mounted.");
/// The same from 2.35 on.
pub const NOT_MOUNTED: Row = Row::new("not mounted, AI Gateway", 404, Meaning::ProxyNotRunning)
    .message("AI Gateway Proxy handler not mounted.");
/// 404: an open-source build, a version before 2.30, or the alias before 2.35.
pub const ROUTE_NOT_FOUND: Row = Row::new("no such route", 404, Meaning::RouteMissing)
    .message("Route not found.")
    .before_sign_in();
/// 404 of older versions: no certificate is loaded.
pub const NO_CERTIFICATE_OLD: Row = Row::new("no certificate", 404, Meaning::NoCertificateLoaded)
    .text(TEXT, "CA certificate not configured\n");
/// The same of newer ones.
pub const NO_CERTIFICATE: Row = Row::new("no MITM certificate", 404, Meaning::NoCertificateLoaded)
    .text(TEXT, "MITM CA certificate not configured\n");

/// 405: the inner router knows GET only.
pub const WRONG_METHOD: Row = Row::new("wrong method", 405, Meaning::WrongMethod);

/// 307: the scheme or host of the request is not the access URL's; `Location` is the
/// access URL without a path.
pub const ACCESS_URL_MISMATCH: Row =
    Row::new("redirect to the access URL", 307, Meaning::AccessUrlMismatch)
        .location("https://coder.example.com")
        .before_sign_in();

/// 429 of Coder's limiter.
pub const RATE_LIMITED: Row = Row::new("429", 429, Meaning::Unavailable)
    .message("You've been rate limited for sending too many requests!")
    .before_sign_in();
/// 500.
pub const INTERNAL_ERROR: Row = Row::new("500", 500, Meaning::Unavailable)
    .message("An internal server error occurred.")
    .before_sign_in();
/// 503.
pub const UNAVAILABLE: Row =
    Row::new("503", 503, Meaning::Unavailable).message("Service unavailable.").before_sign_in();

/// What a load balancer or a login in front of Coder redirects to.
const SSO: &str = "https://sso.example.com/login?state=secret";

const fn unavailable(name: &'static str, status: u16) -> Row {
    Row::new(name, status, Meaning::Unavailable)
        .text(TEXT, "upstream connect error\n")
        .before_sign_in()
}

const fn redirect(name: &'static str, status: u16) -> Row {
    Row::new(name, status, Meaning::Redirected).location(SSO).before_sign_in()
}

const fn page(name: &'static str, status: u16, meaning: Meaning) -> Row {
    Row::new(name, status, meaning).text(HTML, "<html>nginx</html>\n").before_sign_in()
}

/// Every row.
pub const ROWS: &[Row] = &[
    CERTIFICATE,
    LOGIN_PAGE,
    EMPTY,
    Row::new("page as PEM", 200, Meaning::WebPage).text(PEM, "<html>").before_sign_in(),
    Row::new("JSON of another service", 200, Meaning::NotACertificate)
        .message("hello")
        .before_sign_in(),
    Row::new("text", 200, Meaning::NotACertificate).text(TEXT, "hello").before_sign_in(),
    Row::new("half a PEM block", 200, Meaning::BadCertificate)
        .text(PEM, "-----BEGIN CERTIFICATE-----\naGVsbG8=\n"),
    Row::new("PEM without a certificate in it", 200, Meaning::BadCertificate)
        .text(PEM, "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n"),
    redirect("301 elsewhere", 301),
    redirect("302 elsewhere", 302),
    redirect("303 elsewhere", 303),
    redirect("307 elsewhere", 307),
    redirect("308 elsewhere", 308),
    ACCESS_URL_MISMATCH,
    NO_TOKEN,
    MALFORMED_TOKEN,
    UNKNOWN_TOKEN,
    EXPIRED_TOKEN,
    SUSPENDED_USER,
    NOT_LICENSED_OLD,
    NOT_LICENSED,
    Row::new("403 with other words", 403, Meaning::AccessDenied).message("Forbidden."),
    page("403 as a page", 403, Meaning::WebPage),
    NOT_ENABLED_OLD,
    NOT_ENABLED,
    NOT_MOUNTED_OLD,
    NOT_MOUNTED,
    ROUTE_NOT_FOUND,
    NO_CERTIFICATE_OLD,
    NO_CERTIFICATE,
    Row::new("404 with other words", 404, Meaning::EndpointMissing)
        .message("Resource not found or you do not have access to this resource"),
    page("404 as a page", 404, Meaning::WebPage),
    WRONG_METHOD,
    unavailable("408", 408),
    unavailable("425", 425),
    RATE_LIMITED,
    INTERNAL_ERROR,
    unavailable("502", 502),
    UNAVAILABLE,
    unavailable("504", 504),
    page("503 as a page", 503, Meaning::Unavailable),
];
