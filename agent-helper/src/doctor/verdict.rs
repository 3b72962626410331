//! The result of one check, and of all of them together; pure.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::exit::Exit;

#[cfg(test)]
mod tests;

/// A part of the path from the settings to a tool's request, in order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Leg {
    /// Flags, variables and stored settings.
    Settings,
    /// The deployment.
    AccessUrl,
    /// The session token, at the deployment.
    Token,
    /// Where the deployment serves the CA.
    CertificateEndpoint,
    /// What set-up left in the folder.
    Files,
    /// The proxy's listener.
    Proxy,
    /// What the proxy does with the hosts of AI providers.
    Interception,
    /// What each runtime would trust.
    Trust,
    /// Variables of this process that a tool would inherit.
    Environment,
    /// The workspace agent's coordination.
    Agent,
    /// Programs that are installed here.
    Tools,
}

impl Leg {
    /// Its name in reports.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::AccessUrl => "access URL",
            Self::Token => "token",
            Self::CertificateEndpoint => "certificate endpoint",
            Self::Files => "files",
            Self::Proxy => "proxy",
            Self::Interception => "interception",
            Self::Trust => "trust",
            Self::Environment => "environment",
            Self::Agent => "agent",
            Self::Tools => "tools",
        }
    }
}

/// The result of a check, from good to bad.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Not checked, because an earlier check found a fault or a setting is missing.
    Skipped,
    /// No problem.
    Pass,
    /// Works, but some tool or user will have a problem.
    Warn,
    /// Does not work.
    Fail,
}

impl Verdict {
    /// The verdict in reports and JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One check.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct Check {
    pub(crate) leg: Leg,
    /// What was checked, such as `TLS` or a host.
    pub(crate) name: String,
    pub(crate) verdict: Verdict,
    /// The result in one line; never a secret.
    pub(crate) summary: String,
    /// The fix, if it is known.
    pub(crate) hint: Option<String>,
    /// The class of a fault, a word of `status.json`.
    pub(crate) class: Option<&'static str>,
    /// The class of a fault as a number.
    #[serde(serialize_with = "code")]
    pub(crate) exit_code: Option<Exit>,
    /// Duration of the check.
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub(crate) took: Duration,
}

impl Check {
    fn new(
        leg: Leg,
        name: impl Into<String>,
        verdict: Verdict,
        summary: impl Into<String>,
    ) -> Self {
        Self {
            leg,
            name: name.into(),
            verdict,
            summary: summary.into(),
            hint: None,
            class: None,
            exit_code: None,
            took: Duration::ZERO,
        }
    }

    /// A check without a problem.
    pub(crate) fn pass(leg: Leg, name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(leg, name, Verdict::Pass, summary)
    }

    /// Not checked, for this reason.
    pub(crate) fn skipped(leg: Leg, name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::new(leg, name, Verdict::Skipped, reason)
    }

    /// Works, but some tool or user will have a problem.
    pub(crate) fn warn(leg: Leg, name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(leg, name, Verdict::Warn, summary)
    }

    /// Does not work; the run ends with this code if no earlier check failed.
    pub(crate) fn fail(
        leg: Leg,
        name: impl Into<String>,
        exit: Exit,
        summary: impl Into<String>,
    ) -> Self {
        let class = Some(exit.class());
        Self { class, exit_code: Some(exit), ..Self::new(leg, name, Verdict::Fail, summary) }
    }

    /// Adds the fix.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the fix, if it is known.
    #[must_use]
    pub(crate) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// Adds the duration.
    #[must_use]
    pub(crate) fn took(mut self, took: Duration) -> Self {
        self.took = took;
        self
    }
}

/// All checks, in order, and their result together.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct Diagnosis {
    /// Version of this form.
    pub(crate) version: u32,
    pub(crate) helper_version: &'static str,
    /// The worst verdict of all checks.
    pub(crate) verdict: Verdict,
    /// What the run ends with: the class of the first fault.
    #[serde(serialize_with = "code")]
    pub(crate) exit_code: Option<Exit>,
    /// Index of the first fault in `checks`.
    pub(crate) first_fault: Option<usize>,
    /// Duration of the whole run.
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub(crate) took: Duration,
    /// In the order of the legs.
    pub(crate) checks: Vec<Check>,
}

/// Version of [`Diagnosis`]'s form.
pub(crate) const VERSION: u32 = 1;

impl Diagnosis {
    /// Weighs the checks.
    pub(crate) fn new(checks: Vec<Check>, took: Duration) -> Self {
        let first_fault = checks.iter().position(|it| it.verdict == Verdict::Fail);
        let exit = first_fault.and_then(|it| checks[it].exit_code).unwrap_or(Exit::Done);
        // A run without a check that passed is no success.
        let verdict = checks.iter().map(|it| it.verdict).max().unwrap_or(Verdict::Skipped);
        Self {
            version: VERSION,
            helper_version: env!("CARGO_PKG_VERSION"),
            verdict,
            exit_code: Some(exit),
            first_fault,
            took,
            checks,
        }
    }

    /// The exit code of the run.
    pub(crate) fn exit(&self) -> Exit {
        self.exit_code.unwrap_or(Exit::Done)
    }

    /// The check with the first fault.
    pub(crate) fn first_fault(&self) -> Option<&Check> {
        self.checks.get(self.first_fault?)
    }

    /// The number of checks with this verdict.
    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        self.checks.iter().filter(|it| it.verdict == verdict).count()
    }
}

fn code<S: Serializer>(exit: &Option<Exit>, serializer: S) -> Result<S::Ok, S::Error> {
    exit.map(Exit::code).serialize(serializer)
}

fn milliseconds<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let tenths = (took.as_secs_f64() * 10_000.0).round() / 10.0;
    tenths.serialize(serializer)
}
