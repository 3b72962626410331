//! Attribute paths: where in a value something is, as Terraform shows it to users.

#[cfg(test)]
mod tests;

use std::fmt;

/// The way from the root of a value to one of its parts. Empty: the whole value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributePath {
    steps: Vec<Step>,
}

/// One step of an [`AttributePath`]. Elements of sets have no address: a path ends at the set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An attribute or nested block by name.
    Attribute(String),
    /// An element of a list or tuple, from 0.
    Index(i64),
    /// An entry of a map.
    Key(String),
}

impl AttributePath {
    /// The whole value.
    pub const fn root() -> Self {
        Self { steps: Vec::new() }
    }

    /// The path to an attribute of what this path names.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Self {
        self.with(Step::Attribute(name.to_owned()))
    }

    /// The path to the element at `index` of what this path names.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    /// The path to the map entry `key` of what this path names.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// The path one step further.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.steps.len() + 1);
        steps.extend_from_slice(&self.steps);
        steps.push(step);
        Self { steps }
    }

    /// The steps from the root on.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether the path names the whole value.
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }
}

impl From<&str> for AttributePath {
    /// The attribute of that name at the root.
    fn from(name: &str) -> Self {
        Self::root().attribute(name)
    }
}

impl FromIterator<Step> for AttributePath {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self { steps: steps.into_iter().collect() }
    }
}

impl fmt::Display for AttributePath {
    /// As in Terraform's language: `helper.url`, `no_proxy[0]`, `env["HOME"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Attribute(name) if at == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}
