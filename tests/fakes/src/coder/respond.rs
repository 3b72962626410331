//! From a request and the settings to a reply: Coder's middleware order, without
//! any I/O. The responses of the certificate endpoint are the contract's rows.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Answer, BUILDINFO_PATH, CERTIFICATE_ALIAS, CERTIFICATE_PATH, ENTITLEMENTS_PATH,
    RecordedRequest, Routes, Settings, USERS_ME_PATH,
};
use crate::contract::certificate_endpoint::{self as rows, Body, JSON, Meaning, PEM, Row, TEXT};
use crate::gate::Gate;
use testkit::token;

/// What the connection does with a request.
#[derive(Debug)]
pub(super) enum Action {
    /// Sends a response.
    Reply(Reply),
    /// Waits at the gate, then carries the action out.
    Held(Gate, Box<Self>),
    /// Closes without a byte.
    Disconnect,
    /// Leaves the request unanswered.
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
    /// Repeated without end.
    Endless,
}

/// Decides on the reply; scripted answers are used up.
pub(super) fn respond(settings: &mut Settings, request: &RecordedRequest) -> Action {
    let action = if request.path == "/healthz" {
        Action::Reply(Reply::new(200, TEXT, "OK"))
    } else if let Some(access_url) = redirect_target(settings, request) {
        Action::Reply(Reply::redirect(307, access_url))
    } else {
        route(settings, request)
    };
    with_version(action, &settings.version)
}

fn with_version(action: Action, version: &str) -> Action {
    match action {
        Action::Reply(mut reply) => {
            reply.headers.push(("X-Coder-Build-Version", version.to_owned()));
            Action::Reply(reply)
        }
        Action::Held(gate, rest) => Action::Held(gate, Box::new(with_version(*rest, version))),
        other => other,
    }
}

fn redirect_target(settings: &Settings, request: &RecordedRequest) -> Option<String> {
    let access_url = settings.access_url.as_ref()?;
    let authority = access_url.split_once("://").map_or(access_url.as_str(), |(_, rest)| rest);
    let host = request.header("host").unwrap_or_default();
    (host != authority.trim_end_matches('/')).then(|| access_url.clone())
}

fn route(settings: &mut Settings, request: &RecordedRequest) -> Action {
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
    let answer = settings.overrides.get_mut(path).map_or(Answer::Certificate, |it| it.next());
    answer_with(settings, request, answer, ordinary)
}

/// Carries out `answer`; `real` is the endpoint without a fault.
fn answer_with(
    settings: &Settings,
    request: &RecordedRequest,
    answer: Answer,
    real: fn(&Settings, &RecordedRequest) -> Reply,
) -> Action {
    let signed_in = |reply: Reply| match refusal(settings, request) {
        Some(row) => Reply::of(&row, settings),
        None => reply,
    };
    let certificate = || settings.certificate.clone().unwrap_or_default();
    let reply = match answer {
        Answer::Held(gate, rest) => {
            return Action::Held(gate, Box::new(answer_with(settings, request, *rest, real)));
        }
        Answer::Disconnect => return Action::Disconnect,
        Answer::Hang => return Action::Hang,
        Answer::Certificate => real(settings, request),
        Answer::Row(row) if row.is_before_sign_in => Reply::of(&row, settings),
        Answer::Row(row) => signed_in(Reply::of(&row, settings)),
        Answer::Redirect { status, location } => Reply::redirect(status, location),
        Answer::Status { status, retry_after } => Reply::bare_status(status, retry_after, settings),
        Answer::Pem(pem) => signed_in(Reply::pem(pem, Delivery::Whole)),
        Answer::Raw { status, content_type, body } => Reply::new(status, content_type, body),
        Answer::Slow(gate) => Reply { delivery: Delivery::Gated(gate), ..real(settings, request) },
        Answer::ResetInBody => signed_in(Reply::pem(certificate(), Delivery::HalfThenReset)),
        Answer::TruncatedBody => signed_in(Reply::pem(certificate(), Delivery::HalfThenEnd)),
        Answer::EndlessBody => signed_in(Reply::pem("A".repeat(4096), Delivery::Endless)),
    };
    Action::Reply(reply)
}

/// The certificate endpoint without a fault: API key, then method (the inner
/// router's), then the handler.
fn certificate(settings: &Settings, request: &RecordedRequest) -> Reply {
    let row = match refusal(settings, request) {
        Some(refused) => refused,
        None if request.method != "GET" => rows::WRONG_METHOD,
        None if settings.certificate.is_none() => rows::NO_CERTIFICATE,
        None => rows::CERTIFICATE,
    };
    Reply::of(&row, settings)
}

/// Every other path without a fault; outside the API that is the single-page
/// application.
fn ordinary(settings: &Settings, request: &RecordedRequest) -> Reply {
    let is_licensable = settings.routes != Routes::Neither;
    let api = [USERS_ME_PATH, BUILDINFO_PATH].contains(&request.path.as_str())
        || request.path == ENTITLEMENTS_PATH && is_licensable;
    match request.path.as_str() {
        _ if api && request.method != "GET" => Reply::of(&rows::WRONG_METHOD, settings),
        USERS_ME_PATH => match refusal(settings, request) {
            Some(row) => Reply::of(&row, settings),
            None => Reply::json(200, &user()),
        },
        BUILDINFO_PATH => Reply::json(200, &buildinfo(settings)),
        ENTITLEMENTS_PATH if is_licensable => Reply::json(200, &entitlements(settings)),
        path if path.starts_with("/api/") => Reply::of(&rows::ROUTE_NOT_FOUND, settings),
        _ => Reply::of(&rows::LOGIN_PAGE, settings),
    }
}

/// Why the token of the request is refused, if it is. The first carrier in
/// Coder's order decides alone.
fn refusal(settings: &Settings, request: &RecordedRequest) -> Option<Row> {
    match request.token() {
        None => Some(rows::NO_TOKEN),
        Some(token) if token == settings.token => None,
        Some(token) if token::is_well_formed(token) => Some(rows::UNKNOWN_TOKEN),
        Some(_) => Some(rows::MALFORMED_TOKEN),
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

    /// A row of the contract, as this deployment sends it.
    fn of(row: &Row, settings: &Settings) -> Self {
        let certificate = settings.certificate.as_deref().unwrap_or_default();
        let mut headers = Vec::new();
        if let Some(value) = row.content_type {
            headers.push(("Content-Type", value.to_owned()));
        }
        if let Some(value) = row.location {
            headers.push(("Location", value.to_owned()));
        }
        if row.body == Body::Certificate {
            headers.push(attachment());
        }
        let body = row.body.bytes(certificate).into();
        Self { status: row.status, headers, body, delivery: Delivery::Whole }
    }

    fn pem(pem: String, delivery: Delivery) -> Self {
        let mut reply = Self::new(200, PEM, pem);
        reply.headers.push(attachment());
        Self { delivery, ..reply }
    }

    fn json(status: u16, body: &Value) -> Self {
        Self::new(status, JSON, format!("{body}\n"))
    }

    fn redirect(status: u16, location: String) -> Self {
        let headers = vec![("Location", location)];
        Self { status, headers, body: Bytes::new(), delivery: Delivery::Whole }
    }

    /// A status by its row, or with a message if no row has it.
    fn bare_status(status: u16, retry_after: Option<u64>, settings: &Settings) -> Self {
        let row = rows::ROWS
            .iter()
            .find(|row| row.status == status && row.meaning == Meaning::Unavailable);
        let mut reply = match row {
            Some(row) => Self::of(row, settings),
            None => Self::json(status, &json!({ "message": format!("status {status}") })),
        };
        if let Some(seconds) = retry_after {
            reply.headers.push(("Retry-After", seconds.to_string()));
        }
        reply
    }
}

fn attachment() -> (&'static str, String) {
    ("Content-Disposition", "attachment; filename=ca-cert.pem".to_owned())
}
