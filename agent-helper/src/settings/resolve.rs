//! The order of the sources of one setting, written once.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};
use std::time::Duration;

use settings::duration;

use crate::env::Lookup;
use crate::settings::stored::Stored;
use crate::settings::{Fault, SettingsError};

/// What a span of time looks like.
pub const SPAN_HINT: &str = "write a span such as 90s, 2m or 1m30s";

/// The names of one setting in each of its sources.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Flag, with its dashes.
    pub flag: &'static str,
    /// Variable of the reserved prefix.
    pub variable: &'static str,
    /// Key in `settings.json`.
    pub key: &'static str,
}

impl Spec {
    /// Names a setting.
    pub const fn new(flag: &'static str, variable: &'static str, key: &'static str) -> Self {
        Self { flag, variable, key }
    }
}

/// A value and who said it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sourced<T> {
    /// The value, not empty.
    pub value: T,
    /// The flag, variable or key, in backticks.
    pub source: String,
}

/// Looks settings up and collects what is wrong with them.
pub struct Resolver<'a> {
    /// The environment.
    pub env: &'a dyn Lookup,
    /// What an earlier set-up stored.
    pub stored: &'a Stored,
    faults: Vec<Fault>,
}

impl fmt::Debug for Resolver<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("faults", &self.faults).finish_non_exhaustive()
    }
}

impl<'a> Resolver<'a> {
    /// Starts without faults.
    pub fn new(env: &'a dyn Lookup, stored: &'a Stored) -> Self {
        Self::with_faults(env, stored, Vec::new())
    }

    /// Starts with faults that were found before.
    pub fn with_faults(env: &'a dyn Lookup, stored: &'a Stored, faults: Vec<Fault>) -> Self {
        Self { env, stored, faults }
    }

    /// Notes a fault.
    pub fn fault(&mut self, source: String, message: String, hint: Option<String>) {
        self.faults.push(Fault { source, message, hint });
    }

    /// Notes that a setting is nowhere to be found.
    pub fn missing(&mut self, spec: Spec, message: &str) {
        let hint = format!("pass `{}` or set `{}`", spec.flag, spec.variable);
        self.fault(format!("`{}`", spec.flag), message.to_owned(), Some(hint));
    }

    /// Whether a fault came from this exact source.
    pub fn has_fault_from(&self, source: &str) -> bool {
        self.faults.iter().any(|it| it.source == source)
    }

    /// Whether any source of this setting had a fault.
    pub fn has_fault_of(&self, spec: Spec) -> bool {
        [flag_source(spec), variable_source(spec.variable), stored_source(spec)]
            .iter()
            .any(|it| self.has_fault_from(it))
            || (spec.key == "access_url"
                && self.has_fault_from(&variable_source(crate::env::ENV_CODER_AGENT_URL)))
    }

    /// Ends with the faults, if there are any.
    ///
    /// # Errors
    ///
    /// All faults.
    pub fn finish(self) -> Result<(), SettingsError> {
        if self.faults.is_empty() { Ok(()) } else { Err(SettingsError { faults: self.faults }) }
    }

    /// Ends with the faults as they are.
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Reads one variable; text that is not UTF-8 is a fault and counts as unset.
    pub fn variable(&mut self, name: &'static str) -> Option<Sourced<String>> {
        let source = variable_source(name);
        match self.env.non_empty(name)?.into_string() {
            Ok(value) => Some(Sourced { value, source }),
            Err(_) => {
                self.fault(source, "is not UTF-8".to_owned(), None);
                None
            }
        }
    }

    /// Flag, variable, stored value: the first that is not empty.
    pub fn text(
        &mut self,
        spec: Spec,
        flag: Option<&str>,
        stored: Option<&str>,
    ) -> Option<Sourced<String>> {
        if let Some(value) = flag.filter(|it| !it.is_empty()) {
            return Some(Sourced { value: value.to_owned(), source: flag_source(spec) });
        }
        self.variable(spec.variable).or_else(|| {
            let value = stored.filter(|it| !it.is_empty() && flag.is_none())?;
            Some(Sourced { value: value.to_owned(), source: stored_source(spec) })
        })
    }

    /// As [`Self::text`], for a path that must be UTF-8.
    pub fn path(
        &mut self,
        spec: Spec,
        flag: Option<&Path>,
        stored: Option<&str>,
    ) -> Option<Sourced<String>> {
        match flag.map(|it| it.to_str().ok_or(it)) {
            Some(Err(path)) => {
                let message = format!("`{}` is not UTF-8", path.display());
                self.fault(flag_source(spec), message, None);
                None
            }
            Some(Ok(text)) => self.text(spec, Some(text), stored),
            None => self.text(spec, None, stored),
        }
    }

    /// As [`Self::text`], for a list: flags add up, each may hold several values
    /// separated by commas; the first source with a value gives the whole list.
    pub fn list(&mut self, spec: Spec, flags: &[String], stored: &[String]) -> Vec<String> {
        let from_flags = split(flags.iter().map(String::as_str));
        if !from_flags.is_empty() {
            return from_flags;
        }
        let variable = self.variable(spec.variable);
        let from_variable = split(variable.iter().map(|it| it.value.as_str()));
        if !from_variable.is_empty() {
            return from_variable;
        }
        if flags.is_empty() { split(stored.iter().map(String::as_str)) } else { Vec::new() }
    }

    /// As [`Self::list`], for paths: never split, made absolute.
    pub fn paths(&mut self, spec: Spec, flags: &[PathBuf], stored: &[PathBuf]) -> Vec<PathBuf> {
        let given = |it: &&PathBuf| !it.as_os_str().is_empty();
        let from_flags: Vec<PathBuf> = flags.iter().filter(given).map(|it| absolute(it)).collect();
        if !from_flags.is_empty() {
            return from_flags;
        }
        if let Some(path) = self.env.non_empty(spec.variable) {
            return vec![absolute(Path::new(&path))];
        }
        if flags.is_empty() { stored.to_vec() } else { Vec::new() }
    }

    /// Unwraps what was parsed from `found`, or notes the fault.
    pub fn checked<T, E: Display>(
        &mut self,
        found: &Sourced<String>,
        parsed: Result<T, E>,
        hint: impl FnOnce(&E) -> Option<String>,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(err) => {
                let hint = hint(&err);
                self.fault(found.source.clone(), err.to_string(), hint);
                None
            }
        }
    }

    /// Reads a deadline, which must be longer than nothing.
    pub fn span(&mut self, found: &Sourced<String>) -> Option<Duration> {
        let hint = Some(SPAN_HINT.to_owned());
        let span = self.checked(found, duration::parse(&found.value), |_| hint.clone())?;
        if span.is_zero() {
            self.fault(found.source.clone(), format!("`{}` leaves no time", found.value), hint);
            return None;
        }
        Some(span)
    }
}

/// A path that still means the same from another folder.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn flag_source(spec: Spec) -> String {
    format!("`{}`", spec.flag)
}

fn variable_source(name: &str) -> String {
    format!("`{name}`")
}

fn stored_source(spec: Spec) -> String {
    format!("`{}` in settings.json", spec.key)
}

fn split<'t>(values: impl Iterator<Item = &'t str>) -> Vec<String> {
    values
        .flat_map(|it| it.split(','))
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}
