//! From a request and the settings to a reply: Coder's middleware order and
//! literal texts, without any I/O.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Answer, BUILDINFO_PATH, CERTIFICATE_ALIAS, CERTIFICATE_PATH, ENTITLEMENTS_PATH,
    RecordedRequest, Routes, Settings, SignedOut, USERS_ME_PATH, Wording,
};
use crate::gate::Gate;
use testkit::token;

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

const LOGIN_PAGE: &str = "<!doctype html>\n<html lang=\"en\"><head><title>Sign in</title></head>\
    <body><div id=\"root\"></div></body></html>\n";

/// What the connection does.
#[derive(Debug)]
pub(super) enum Deed {
    /// Answers.
    Reply(Reply),
    /// Waits at the gate, then does the rest.
    Held(Gate, Box<Self>),
    /// Closes without a byte.
    Disconnect,
    /// Does nothing.
    Hang,
}

#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
    pub(super) delivery: Delivery,
}

/// How the body leaves.
#[derive(Debug)]
pub(super) enum Delivery {
    Whole,
    /// One byte for each step of the gate.
    Gated(Gate),
    /// Half, then a TCP reset.
    HalfThenReset,
    /// Half, then an orderly end.
    HalfThenEnd,
    /// Again and again.
    Endless,
}

/// Decides on the reply; scripted answers are used up.
pub(super) fn respond(settings: &mut Settings, request: &RecordedRequest) -> Deed {
    let deed = if request.path == "/healthz" {
        Deed::Reply(Reply::new(200, TEXT, "OK"))
    } else if let Some(access_url) = redirect_target(settings, request) {
        Deed::Reply(Reply::redirect(307, access_url))
    } else {
        route(settings, request)
    };
    with_version(deed, &settings.version)
}

fn with_version(deed: Deed, version: &str) -> Deed {
    match deed {
        Deed::Reply(mut reply) => {
            reply.headers.push(("X-Coder-Build-Version", version.to_owned()));
            Deed::Reply(reply)
        }
        Deed::Held(gate, rest) => Deed::Held(gate, Box::new(with_version(*rest, version))),
        other => other,
    }
}

fn redirect_target(settings: &Settings, request: &RecordedRequest) -> Option<String> {
    let access_url = settings.access_url.as_ref()?;
    let authority = access_url.split_once("://").map_or(access_url.as_str(), |(_, rest)| rest);
    let host = request.header("host").unwrap_or_default();
    (host != authority.trim_end_matches('/')).then(|| access_url.clone())
}

fn route(settings: &mut Settings, request: &RecordedRequest) -> Deed {
    let path = request.path.as_str();
    let certificate_path = path == CERTIFICATE_PATH || path == CERTIFICATE_ALIAS;
    let known = match settings.routes {
        Routes::Both => certificate_path,
        Routes::Old => path == CERTIFICATE_PATH,
        Routes::Alias => path == CERTIFICATE_ALIAS,
        Routes::Neither => false,
    };
    if known {
        let answer = settings.certificate_answers.next();
        return answer_with(settings, request, answer, certificate);
    }
    let answer = settings.others.get_mut(path).map_or(Answer::Certificate, |it| it.next());
    answer_with(settings, request, answer, ordinary)
}

/// Carries out `answer`; `real` is what the endpoint does by itself.
fn answer_with(
    settings: &Settings,
    request: &RecordedRequest,
    answer: Answer,
    real: fn(&Settings, &RecordedRequest) -> Reply,
) -> Deed {
    let signed_in = |reply: Reply| match refusal(settings, request) {
        Some(reason) => Reply::signed_out(reason),
        None => reply,
    };
    let body = || settings.certificate.clone().unwrap_or_default();
    let reply = match answer {
        Answer::Held(gate, rest) => {
            return Deed::Held(gate, Box::new(answer_with(settings, request, *rest, real)));
        }
        Answer::Disconnect => return Deed::Disconnect,
        Answer::Hang => return Deed::Hang,
        Answer::Certificate => real(settings, request),
        Answer::NotSignedIn(reason) => Reply::signed_out(reason),
        Answer::NotLicensed(wording) => {
            let text = format!("{} is a Premium feature. Contact sales!", wording.product());
            Reply::error(403, &text, None)
        }
        Answer::NotEnabled(wording) => {
            let text = format!("{} Proxy is not enabled.", wording.product());
            signed_in(Reply::error(404, &text, None))
        }
        Answer::NotMounted(wording) => {
            let text = format!("{} Proxy handler not mounted.", wording.product());
            signed_in(Reply::error(404, &text, None))
        }
        Answer::RouteNotFound => Reply::route_not_found(),
        Answer::NoCertificate(wording) => signed_in(Reply::no_certificate(wording)),
        Answer::Redirect { status, location } => Reply::redirect(status, location),
        Answer::Html => Reply::new(200, HTML, LOGIN_PAGE),
        Answer::Status { status, retry_after } => Reply::bare_status(status, retry_after),
        Answer::Pem(pem) => signed_in(Reply::pem(pem, Delivery::Whole)),
        Answer::Raw { status, content_type, body } => Reply::new(status, content_type, body),
        Answer::Slow(gate) => Reply { delivery: Delivery::Gated(gate), ..real(settings, request) },
        Answer::ResetInBody => signed_in(Reply::pem(body(), Delivery::HalfThenReset)),
        Answer::TruncatedBody => signed_in(Reply::pem(body(), Delivery::HalfThenEnd)),
        Answer::EmptyBody => signed_in(Reply::pem(String::new(), Delivery::Whole)),
        Answer::EndlessBody => signed_in(Reply::pem("A".repeat(4096), Delivery::Endless)),
    };
    Deed::Reply(reply)
}

/// The certificate endpoint by itself: API key, then method (the inner
/// router's), then the handler.
fn certificate(settings: &Settings, request: &RecordedRequest) -> Reply {
    if let Some(reason) = refusal(settings, request) {
        return Reply::signed_out(reason);
    }
    if request.method != "GET" {
        return Reply::wrong_method();
    }
    match &settings.certificate {
        Some(pem) => Reply::pem(pem.clone(), Delivery::Whole),
        None => Reply::no_certificate(Wording::New),
    }
}

/// Every other path by itself; outside the API that is the single-page
/// application.
fn ordinary(settings: &Settings, request: &RecordedRequest) -> Reply {
    let is_licensable = settings.routes != Routes::Neither;
    let api = [USERS_ME_PATH, BUILDINFO_PATH].contains(&request.path.as_str())
        || request.path == ENTITLEMENTS_PATH && is_licensable;
    match request.path.as_str() {
        _ if api && request.method != "GET" => Reply::wrong_method(),
        USERS_ME_PATH => match refusal(settings, request) {
            Some(reason) => Reply::signed_out(reason),
            None => Reply::json(200, &user()),
        },
        BUILDINFO_PATH => Reply::json(200, &buildinfo(settings)),
        ENTITLEMENTS_PATH if is_licensable => Reply::json(200, &entitlements(settings)),
        path if path.starts_with("/api/") => Reply::route_not_found(),
        _ => Reply::new(200, HTML, LOGIN_PAGE),
    }
}

/// Why the request is signed out, if it is. The first carrier in Coder's order
/// decides alone.
fn refusal(settings: &Settings, request: &RecordedRequest) -> Option<SignedOut> {
    match request.token() {
        None => Some(SignedOut::NoToken),
        Some(token) if token == settings.token => None,
        Some(token) if token::is_well_formed(token) => Some(SignedOut::Unknown),
        Some(_) => Some(SignedOut::WrongFormat),
    }
}

fn user() -> Value {
    json!({
        "id": "8d6c8f4e-58a4-4a7b-9d3e-0d4c6f2b1a90",
        "username": "owner",
        "name": "Template Owner",
        "avatar_url": "",
        "email": "owner@example.com",
        "created_at": "2026-01-05T09:00:00.000000Z",
        "updated_at": "2026-01-05T09:00:00.000000Z",
        "last_seen_at": "2026-01-05T09:00:00.000000Z",
        "status": "active",
        "login_type": "password",
        "theme_preference": "",
        "organization_ids": ["3a1f0f6e-0a51-4f2b-8a4c-2f7f7d1f5c11"],
        "roles": [{ "name": "owner", "display_name": "Owner" }],
    })
}

fn buildinfo(settings: &Settings) -> Value {
    json!({
        "external_url": "https://github.com/coder/coder/commit/abcdef",
        "version": settings.version,
        "dashboard_url": settings.access_url.as_deref().unwrap_or("http://localhost:3000"),
        "telemetry": false,
        "workspace_proxy": false,
        "agent_api_version": "1.0",
        "provisioner_api_version": "1.13",
        "upgrade_message": "",
        "deployment_id": "5b7c9d1e-7a52-4c0f-9a34-6d7e8f901234",
    })
}

fn entitlements(settings: &Settings) -> Value {
    let (entitlement, enabled) = settings.licence;
    json!({
        "features": {
            "aibridge": { "entitlement": entitlement, "enabled": enabled },
            "audit_log": { "entitlement": "entitled", "enabled": true },
            "user_limit": { "entitlement": "entitled", "enabled": true, "limit": 100, "actual": 7 },
        },
        "warnings": [],
        "errors": [],
        "has_license": true,
        "trial": false,
        "require_telemetry": false,
        "refreshed_at": "2026-01-05T09:00:00.000000Z",
    })
}

// === impl Reply ===

impl Reply {
    fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", content_type.to_owned())],
            body: body.into(),
            delivery: Delivery::Whole,
        }
    }

    fn pem(pem: String, delivery: Delivery) -> Self {
        let mut reply = Self::new(200, "application/x-pem-file", pem);
        reply.headers.push(("Content-Disposition", "attachment; filename=ca-cert.pem".to_owned()));
        Self { delivery, ..reply }
    }

    fn json(status: u16, body: &Value) -> Self {
        Self::new(status, JSON, format!("{body}\n"))
    }

    fn error(status: u16, message: &str, detail: Option<&str>) -> Self {
        let mut body = json!({ "message": message });
        if let Some(detail) = detail {
            body["detail"] = detail.into();
        }
        Self::json(status, &body)
    }

    fn signed_out(reason: SignedOut) -> Self {
        Self::error(401, reason.message(), reason.detail())
    }

    fn wrong_method() -> Self {
        Self { headers: Vec::new(), ..Self::new(405, TEXT, "") }
    }

    fn route_not_found() -> Self {
        Self::error(404, "Route not found.", None)
    }

    fn no_certificate(wording: Wording) -> Self {
        let text = match wording {
            Wording::Old => "CA certificate not configured\n",
            Wording::New => "MITM CA certificate not configured\n",
        };
        Self::new(404, TEXT, text)
    }

    fn redirect(status: u16, location: String) -> Self {
        let headers = vec![("Location", location)];
        Self { status, headers, body: Bytes::new(), delivery: Delivery::Whole }
    }

    fn bare_status(status: u16, retry_after: Option<u64>) -> Self {
        let message = match status {
            429 => "You've been rate limited for sending too many requests!".to_owned(),
            408 => "Request timed out.".to_owned(),
            500 => "An internal server error occurred.".to_owned(),
            503 => "Service unavailable.".to_owned(),
            other => format!("Answered with status {other}."),
        };
        let mut reply = Self::error(status, &message, None);
        if let Some(seconds) = retry_after {
            reply.headers.push(("Retry-After", seconds.to_string()));
        }
        reply
    }
}
