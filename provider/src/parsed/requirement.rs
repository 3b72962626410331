//! Whether a step that the workspace can do without is taken, and whether it may fail.

use tfplugin::model::{Content, ModelError};
use tfplugin::path::AttributePath;
use tfplugin::ty::Type;
use tfplugin::value::Value;

/// A value of `ca_fetch` or `sync`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Requirement {
    /// Taken; a failure does no harm.
    #[default]
    Auto,
    /// Not taken.
    Off,
    /// Taken; a failure is an error.
    Required,
}

impl Requirement {
    /// The spellings of all values.
    pub(crate) const NAMES: [&'static str; 3] =
        [Self::Auto.name(), Self::Required.name(), Self::Off.name()];

    /// How the configuration spells it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::Required => "required",
        }
    }
}

impl Content for Requirement {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        let text = String::from_known(value, path)?;
        let known = [Self::Auto, Self::Off, Self::Required];
        known.into_iter().find(|it| it.name() == text).ok_or_else(|| {
            ModelError::new(path, format!("it must be one of {}", Self::NAMES.join(", ")))
        })
    }

    fn into_known(self) -> Value {
        self.name().into()
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        String::check(ty, path, faults);
    }
}
