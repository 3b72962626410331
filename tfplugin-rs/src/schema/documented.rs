//! Description and deprecation, which schemas, blocks and functions have alike.

/// The documentation of a part of the schema.
#[derive(Clone, Debug)]
pub(crate) struct Documentation {
    pub(crate) description: String,
    pub(crate) deprecation: Option<String>,
}

impl Documentation {
    pub(crate) const fn none() -> Self {
        Self { description: String::new(), deprecation: None }
    }
}

/// Builders and getters of a type with a field `documentation`.
macro_rules! documented {
    ($documented:ty) => {
        impl $documented {
            /// What it is for, in Markdown.
            #[must_use]
            pub fn describe(mut self, text: impl Into<String>) -> Self {
                self.documentation.description = text.into();
                self
            }

            /// Marks it as deprecated; the message states what to use instead.
            #[must_use]
            pub fn deprecated(mut self, message: impl Into<String>) -> Self {
                self.documentation.deprecation = Some(message.into());
                self
            }

            /// What it is for, in Markdown; may be empty.
            pub fn description(&self) -> &str {
                &self.documentation.description
            }

            /// What to use instead, if it is deprecated.
            pub fn deprecation(&self) -> Option<&str> {
                self.documentation.deprecation.as_deref()
            }
        }
    };
}

pub(crate) use documented;
