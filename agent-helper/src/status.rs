//! `status.json`: the outcome of the last set-up, which the agent's units cannot record.

#[cfg(test)]
mod tests;

use pki::certificate::CaCertificate;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::Error;
use crate::output;
use crate::run_id::RunId;
use coder_client::workspace::Files;

/// Version of the file's form.
pub(crate) const VERSION: u32 = 1;

/// How a set-up ended.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It failed in a prebuild; the set-up after the claim is the one that counts.
    Deferred,
    /// It failed and there is no certificate to work with.
    #[default]
    Failed,
    /// The certificate of the deployment is in place.
    Ok,
    /// It has not ended.
    Running,
    /// The network failed; the certificate that Terraform fetched is in place.
    Seeded,
    /// It failed; an earlier certificate is still valid and in place.
    Stale,
}

impl Outcome {
    /// The word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Ok => "ok",
            Self::Running => "running",
            Self::Seeded => "seeded",
            Self::Stale => "stale",
        }
    }
}

/// The file. Readers take a missing key as null: the bootstrap script writes
/// few of them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Status {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// Start of the workspace that this belongs to.
    pub(crate) run: RunId,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// When this was written, RFC 3339.
    pub(crate) time: String,
    /// Certificate file.
    pub(crate) cert_path: String,
    /// Bundle.
    pub(crate) bundle_path: String,
    /// SHA-256 of the first certificate in place, lower-case hexadecimal.
    pub sha256: Option<String>,
    /// Its subject.
    pub(crate) subject: Option<String>,
    /// Its dates, RFC 3339.
    pub(crate) not_before: Option<String>,
    /// Its dates, RFC 3339.
    pub(crate) not_after: Option<String>,
    /// Every CA that is in the certificate file.
    pub(crate) seen: Vec<Seen>,
    /// URL that the certificate came from, or `terraform`.
    pub(crate) source: Option<String>,
    /// Version of the deployment, from its response.
    pub(crate) deployment_version: Option<String>,
    /// When a set-up last ended `ok`, RFC 3339.
    pub(crate) last_success: Option<String>,
    /// Why it failed; of `seeded`, why the network did; beside `ok`, why a
    /// later refresh failed.
    pub(crate) error: Option<Fault>,
}

/// A CA in the certificate file and when a deployment last served it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Seen {
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// RFC 3339.
    pub(crate) last_seen: String,
}

/// Why a set-up failed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Fault {
    /// A word for programs.
    pub(crate) class: String,
    /// What `setup` would have ended with on its own.
    pub(crate) exit_code: u8,
    /// One sentence.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl From<&Error> for Fault {
    fn from(err: &Error) -> Self {
        Self {
            class: err.class().to_owned(),
            exit_code: err.exit().code(),
            message: output::chain(err),
            hint: err.hint(),
        }
    }
}

impl Status {
    /// A status of this run without a certificate.
    pub(crate) fn new(place: &Files, run: &RunId, outcome: Outcome, now: OffsetDateTime) -> Self {
        Self {
            version: VERSION,
            run: run.clone(),
            outcome,
            time: rfc3339(now),
            cert_path: place.cert_path.clone(),
            bundle_path: place.bundle_path.clone(),
            ..Self::default()
        }
    }

    /// Whether this start's set-up has put a certificate in place.
    pub(crate) fn has_succeeded_in(&self, run: &RunId) -> bool {
        run.is_same(&self.run) && matches!(self.outcome, Outcome::Ok | Outcome::Seeded)
    }

    /// Names the first certificate in place.
    pub(crate) fn describe(&mut self, certificate: &CaCertificate) {
        self.sha256 = Some(certificate.sha256().to_owned());
        self.subject = Some(certificate.subject().to_owned());
        self.not_before = Some(rfc3339(certificate.not_before()));
        self.not_after = Some(rfc3339(certificate.not_after()));
    }

    /// Reads the file's bytes; `None` if they are not ours or of another form.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|it: &Self| it.version == VERSION)
    }

    /// Writes the file's bytes.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        // Strings, numbers and lists of them cannot fail to serialise.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

/// A point in time as our files write it, to the second.
pub(crate) fn rfc3339(time: OffsetDateTime) -> String {
    let time = time.to_offset(time::UtcOffset::UTC);
    // Years beyond 9999 have no such form; no clock and no certificate has one.
    time.replace_nanosecond(0).unwrap_or(time).format(&Rfc3339).unwrap_or_default()
}

/// Reads what [`rfc3339`] wrote.
pub(crate) fn parse_time(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}
