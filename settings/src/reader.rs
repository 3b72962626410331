//! The order of the sources of a setting, written once: flag, variables, file,
//! fallbacks, default.
//!
//! Empty counts as unset everywhere. An empty *flag* hides the stored value as
//! well, so that a script which names every setting also ends those that it no
//! longer has.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::duration;
use crate::fault::Fault;
use crate::lookup::Lookup;
use crate::setting::Setting;
use crate::source::Source;
use crate::spec::{Spec, Variable};

/// The form of a duration, for hints.
pub const DURATION_HINT: &str = "expected a duration such as `90s`, `2m` or `1m30s`";

/// Reads settings; what flags and file hold is handed in with each.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    env: &'a dyn Lookup,
    /// The file's name in messages.
    file: &'static str,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("file", &self.file).finish_non_exhaustive()
    }
}

/// What flag and file hold for one setting.
struct Given<V, F> {
    /// The flag's value, unless it is empty.
    flag: Option<V>,
    /// Whether the flag is there, empty or not.
    hides_stored: bool,
    /// The file's value, unless it is empty; a list is copied only if it counts.
    stored: F,
}

impl<'a> Reader<'a> {
    pub fn new(env: &'a dyn Lookup, file: &'static str) -> Self {
        Self { env, file }
    }

    /// Reads a text.
    pub fn text<'v>(
        &self,
        spec: &Spec,
        flag: Option<&'v str>,
        stored: Option<&'v str>,
    ) -> Setting<Cow<'v, str>> {
        let given = Given {
            flag: flag.filter(|it| !it.is_empty()).map(Cow::Borrowed),
            hides_stored: flag.is_some(),
            stored: || stored.filter(|it| !it.is_empty()).map(Cow::Borrowed),
        };
        self.first(spec, given, |value| value.into_string().map(|it| Some(it.into())))
    }

    /// Reads a path, as it is written.
    pub fn path<'v>(
        &self,
        spec: &Spec,
        flag: Option<&'v Path>,
        stored: Option<&'v Path>,
    ) -> Setting<Cow<'v, Path>> {
        let non_empty = |it: &&Path| !it.as_os_str().is_empty();
        let given = Given {
            flag: flag.filter(non_empty).map(Cow::Borrowed),
            hides_stored: flag.is_some(),
            stored: || stored.filter(non_empty).map(Cow::Borrowed),
        };
        self.first(spec, given, |value| Ok(Some(PathBuf::from(value).into())))
    }

    /// Reads a list. Flags add up, and each value may hold several items with
    /// commas between them; the first source with an item gives the whole list.
    pub fn list(&self, spec: &Spec, flags: &[String], stored: &[String]) -> Setting<Vec<String>> {
        let given = Given {
            flag: items(flags.iter().map(String::as_str)),
            hides_stored: !flags.is_empty(),
            stored: || items(stored.iter().map(String::as_str)),
        };
        self.first(spec, given, |value| value.into_string().map(|it| items([it.as_str()])))
    }

    /// Reads a list of paths, which are never split and made absolute.
    pub fn paths(
        &self,
        spec: &Spec,
        flags: &[PathBuf],
        stored: &[PathBuf],
    ) -> Setting<Vec<PathBuf>> {
        let given =
            Given { flag: paths(flags), hides_stored: !flags.is_empty(), stored: || paths(stored) };
        self.first(spec, given, |value| Ok(paths(&[PathBuf::from(value)])))
    }

    fn first<V>(
        &self,
        spec: &Spec,
        given: Given<V, impl FnOnce() -> Option<V>>,
        read: impl Fn(OsString) -> Result<Option<V>, OsString>,
    ) -> Setting<V> {
        let known = |value, source| Setting::Known { value, source };
        if let Some(value) = given.flag {
            return known(value, Source::Flag(spec.flag));
        }
        let mut fault = None;
        let mut variables = |all: &[Variable], source: fn(&'static str) -> Source| {
            all.iter().find_map(|variable| {
                let source = source(variable.name);
                match read(self.env.non_empty(variable.name)?) {
                    Ok(value) => Some((value?, source)),
                    Err(_) => {
                        fault.get_or_insert_with(|| Fault::not_utf8(source));
                        None
                    }
                }
            })
        };
        let stored = || {
            let value = if given.hides_stored { None } else { (given.stored)() };
            value.map(|it| (it, Source::File { key: spec.key, file: self.file }))
        };
        let default = || match read(spec.default?.into()) {
            Ok(value) => value.map(|it| (it, Source::Default)),
            Err(_) => None,
        };
        let found = variables(spec.variables, Source::Variable)
            .or_else(stored)
            .or_else(|| variables(spec.fallbacks, Source::Fallback))
            .or_else(default);
        match (fault, found) {
            (Some(fault), found) => Setting::Faulty { fault, next: found.map(|(value, _)| value) },
            (None, Some((value, source))) => known(value, source),
            (None, None) => Setting::Missing,
        }
    }
}

/// Reads a deadline, which must be greater than zero.
///
/// # Errors
///
/// A text that is no duration, or zero.
pub fn deadline(text: &str) -> Result<Duration, String> {
    match duration::parse(text) {
        Ok(Duration::ZERO) => Err(format!("the duration `{text}` is zero")),
        Ok(duration) => Ok(duration),
        Err(err) => Err(err.to_string()),
    }
}

/// A path that still means the same from another folder.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn items<'t>(values: impl IntoIterator<Item = &'t str>) -> Option<Vec<String>> {
    let items: Vec<String> = values
        .into_iter()
        .flat_map(|it| it.split(','))
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    (!items.is_empty()).then_some(items)
}

fn paths(values: &[PathBuf]) -> Option<Vec<PathBuf>> {
    let given = values.iter().filter(|it| !it.as_os_str().is_empty());
    let paths: Vec<PathBuf> = given.map(|it| absolute(it)).collect();
    (!paths.is_empty()).then_some(paths)
}

#[cfg(test)]
mod tests;
