//! What a set-up prints. The sentences on stdout are a contract with scripts
//! and tests of the registry's module that this replaces.

use coder_client::access_url::AccessUrl;
use coder_client::api::ca_certificate::FetchFault;
use coder_client::http::AnswerError;

use super::conclude::Report;
use super::plan::Plan;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::{Output, chain};
use crate::status::Outcome;

/// Prints a report and returns how to end.
pub(super) fn print(plan: &Plan, report: &Report, out: &mut Output) -> Exit {
    let cert_path = plan.cert_path();
    let access_url = plan.config.tool.access_url.usable().map_or("", AccessUrl::as_str);
    match (report.outcome, &report.error) {
        (Outcome::Ok, _) => out.notice(&saved(cert_path)),
        (Outcome::Seeded, error) => {
            out.notice(&saved(cert_path));
            out.notice(
                "Terraform has fetched this certificate; the deployment could not be reached.",
            );
            if let Some(err) = error {
                out.warn(&chain(err), err.hint().as_deref());
            }
        }
        (Outcome::Deferred, Some(err)) => {
            let why = reason(err, access_url);
            out.notice(&format!(
                "AI Bridge Proxy setup put off until the prebuild is claimed: {why}"
            ));
        }
        (outcome, Some(err)) => {
            let what = if plan.kind.is_refresh() { "refresh" } else { "setup" };
            out.notice(&format!("AI Bridge Proxy {what} failed: {}", reason(err, access_url)));
            if outcome == Outcome::Stale {
                out.notice(&format!(
                    "The certificate of an earlier set-up stays in place: {cert_path}"
                ));
            }
            out.error(err);
        }
        (_, None) => {}
    }
    for warning in &report.warnings {
        out.warn(warning, None);
    }
    for err in &report.late {
        out.warn(&chain(err), err.hint().as_deref());
    }
    report.exit()
}

fn saved(cert_path: &str) -> String {
    format!("AI Bridge Proxy CA certificate saved to {cert_path}")
}

/// The reason in one line; three of them begin with a fixed phrase.
fn reason(err: &Error, access_url: &str) -> String {
    let text = chain(err);
    match err {
        Error::Fetch(err) => match err.fault() {
            FetchFault::Answer(AnswerError::Transport(_)) => {
                format!("could not connect to {access_url}: {text}")
            }
            FetchFault::Empty => "downloaded certificate is empty.".to_owned(),
            FetchFault::Certificate(_) => text,
            _ => format!("unexpected response: {text}"),
        },
        _ => text,
    }
}
