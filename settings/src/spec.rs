//! What a setting is called in each of its sources, and what it means: the one
//! place from which flags, help pages and lookups are made.

use crate::fault::Fault;

/// A variable of a setting.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Variable {
    pub name: &'static str,
    /// What it holds, if that is something other than what the flag takes.
    pub help: Option<&'static str>,
}

impl Variable {
    /// A variable that takes what the flag takes.
    pub const fn new(name: &'static str) -> Self {
        Self { name, help: None }
    }

    /// A variable with a meaning of its own, such as a value where the flag
    /// takes a file.
    pub const fn holding(name: &'static str, help: &'static str) -> Self {
        Self { name, help: Some(help) }
    }
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// What it is, for "no access URL".
    pub name: &'static str,
    /// What it means, for help pages; without a full stop.
    pub help: &'static str,
    /// The flag without its dashes; empty if there is none.
    pub flag: &'static str,
    /// Variables that win over the file, the first one first.
    pub variables: &'static [Variable],
    /// The key in the file; empty if it is never stored.
    pub key: &'static str,
    /// Variables that count if neither the others nor the file have a value.
    /// What they hold belongs to another program, so it is never stored.
    pub fallbacks: &'static [Variable],
    /// The value if there is none, in the form in which a flag takes it.
    pub default: Option<&'static str>,
}

impl Spec {
    /// A setting without fallbacks and default, for `..` in constants.
    pub const NONE: Self = Self {
        name: "",
        help: "",
        flag: "",
        variables: &[],
        key: "",
        fallbacks: &[],
        default: None,
    };

    /// The help text with the default.
    pub fn help(&self) -> String {
        self.with_default(self.help)
    }

    /// A table of the variables for `--help`: each name, its text indented below it.
    pub fn variable_help(&self) -> String {
        let own = self.variables.iter().chain(self.fallbacks);
        own.map(|it| {
            format!("  {}\n      {}.\n", it.name, self.with_default(it.help.unwrap_or(self.help)))
        })
        .collect()
    }

    /// The fault of a program that cannot do without.
    pub fn missing(&self) -> Fault {
        let flag = format!("`--{}`", self.flag);
        let hint = match self.variables.first() {
            Some(variable) => format!("pass {flag} or set `{}`", variable.name),
            None => format!("pass {flag}"),
        };
        Fault::new(flag, format!("no {}", self.name), Some(hint))
    }

    fn with_default(&self, help: &str) -> String {
        match self.default {
            Some(default) => format!("{help} (default `{default}`)"),
            None => help.to_owned(),
        }
    }
}
