//! The `timeouts` attribute: how long each operation on an object may take.
//!
//! ```
//! use std::time::Duration;
//!
//! use tfplugin::model::Attr;
//! use tfplugin::schema::Schema;
//! use tfplugin::timeouts::{Limits, Timeouts};
//!
//! const LIMITS: Limits =
//!     Limits::new().create(Duration::from_mins(20)).delete(Duration::from_mins(5));
//!
//! // In the schema:
//! let schema = Schema::new(0).attribute("timeouts", LIMITS.attribute());
//! // In the model: `timeouts: Attr<Timeouts>`. In `create`:
//! let timeouts: Attr<Timeouts> = Attr::Null;
//! assert_eq!(LIMITS.of_create(&timeouts), Duration::from_mins(20));
//! ```

#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::duration;
use crate::model::{Attr, Content, ModelError};
use crate::path::AttributePath;
use crate::schema::validator::parses;
use crate::schema::{Attribute, Nested};
use crate::ty::Type;
use crate::value::Value;

/// The operations, as the attribute names them.
const OPERATIONS: [&str; 4] = ["create", "read", "update", "delete"];

/// The description of the attribute unless the author gives another one.
const DESCRIPTION: &str = "How long operations may take, such as `30s` or `1h30m`.";

/// Which operations can be limited, and how long each may take if nothing is configured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// In the order of [`OPERATIONS`].
    defaults: [Option<Duration>; 4],
    description: Option<&'static str>,
}

/// The configured `timeouts`, to be held against [`Limits`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// In the order of [`OPERATIONS`]; `None`: the schema has none.
    configured: [Option<Attr<String>>; 4],
}

// === impl Limits ===

impl Limits {
    /// No operation can be limited yet.
    pub const fn new() -> Self {
        Self { defaults: [None; 4], description: None }
    }

    /// Create takes that long at most, if nothing is configured.
    #[must_use]
    pub const fn create(mut self, default: Duration) -> Self {
        self.defaults[0] = Some(default);
        self
    }

    /// Read takes that long at most, if nothing is configured.
    #[must_use]
    pub const fn read(mut self, default: Duration) -> Self {
        self.defaults[1] = Some(default);
        self
    }

    /// Update takes that long at most, if nothing is configured.
    #[must_use]
    pub const fn update(mut self, default: Duration) -> Self {
        self.defaults[2] = Some(default);
        self
    }

    /// Delete takes that long at most, if nothing is configured.
    #[must_use]
    pub const fn delete(mut self, default: Duration) -> Self {
        self.defaults[3] = Some(default);
        self
    }

    /// Describes the attribute: what it is that takes the time.
    #[must_use]
    pub const fn describe(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }

    /// The attribute for the schema: optional, with one optional text for each operation
    /// that can be limited.
    pub fn attribute(&self) -> Attribute {
        let limited = OPERATIONS.iter().zip(self.defaults);
        let nested = limited.fold(Nested::single(), |nested, (name, default)| match default {
            None => nested,
            Some(default) => nested.attribute(
                name,
                Attribute::optional(Type::String)
                    .validate(parses("must be a duration such as `30s` or `1h30m`", check))
                    .describe(format!("At {name}, `{}` by default.", duration::format(default))),
            ),
        });
        Attribute::optional(nested).describe(self.description.unwrap_or(DESCRIPTION)).into()
    }

    /// How long create may take.
    pub fn of_create(&self, timeouts: &Attr<Timeouts>) -> Duration {
        self.of(0, timeouts)
    }

    /// How long read may take.
    pub fn of_read(&self, timeouts: &Attr<Timeouts>) -> Duration {
        self.of(1, timeouts)
    }

    /// How long update may take.
    pub fn of_update(&self, timeouts: &Attr<Timeouts>) -> Duration {
        self.of(2, timeouts)
    }

    /// How long delete may take.
    pub fn of_delete(&self, timeouts: &Attr<Timeouts>) -> Duration {
        self.of(3, timeouts)
    }

    /// The configured duration, or the default. An operation without either has no deadline.
    fn of(&self, operation: usize, timeouts: &Attr<Timeouts>) -> Duration {
        let configured = timeouts.as_known().and_then(|it| it.configured[operation].as_ref());
        configured
            .and_then(|it| duration::parse(it.as_str()?).ok())
            .or(self.defaults[operation])
            .unwrap_or(Duration::MAX)
    }
}

/// With no time at all an operation could only fail.
fn check(text: &str) -> Result<(), String> {
    match duration::parse(text) {
        Ok(Duration::ZERO) => {
            Err(format!("The timeout `{text}` is zero. Write a longer one, such as `30s`."))
        }
        Ok(_) => Ok(()),
        Err(err) => Err(err.to_string()),
    }
}

// === impl Timeouts ===

/// Any choice out of the four attributes, so that one type serves every schema.
impl Content for Timeouts {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        use crate::model::Field as _;

        let Value::Object(mut attributes) = value else {
            return Err(ModelError::new(
                path,
                format!("an object is needed, found {}", value.kind()),
            ));
        };
        let mut timeouts = Self::default();
        for (name, configured) in OPERATIONS.iter().zip(&mut timeouts.configured) {
            if let Some(value) = attributes.remove(*name) {
                *configured = Some(Attr::from_value(value, &path.attribute(name))?);
            }
        }
        match attributes.keys().next() {
            None => Ok(timeouts),
            Some(name) => Err(ModelError::new(&path.attribute(name), "there is no such operation")),
        }
    }

    fn into_known(self) -> Value {
        use crate::model::Field as _;

        let configured = OPERATIONS.iter().zip(self.configured);
        Value::object(configured.filter_map(|(name, it)| Some((*name, it?.into_value()))))
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        let Type::Object(attributes) = ty else {
            let problem = format!("the model holds timeouts, the schema declares {ty}");
            faults.push(ModelError::new(path, problem));
            return;
        };
        for (name, ty) in attributes {
            if !OPERATIONS.contains(&name.as_str()) || *ty != Type::String {
                let problem = "timeouts are strings for create, read, update and delete only";
                faults.push(ModelError::new(&path.attribute(name), problem));
            }
        }
    }
}
