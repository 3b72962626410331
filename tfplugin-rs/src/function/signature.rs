//! What a function takes and returns.

use std::fmt;
use std::sync::Arc;

use super::FunctionError;
use crate::diag::Diagnostics;
use crate::path::AttributePath;
use crate::schema::documented::{Documentation, documented};
use crate::schema::validator::Validator;
use crate::schema::{Kind, assert_name};
use crate::ty::Type;
use crate::value::Value;

/// Parameters, result and documentation of a function.
#[derive(Clone, Debug)]
pub struct Signature {
    parameters: Vec<Parameter>,
    variadic: Option<Parameter>,
    result: Type,
    summary: String,
    documentation: Documentation,
}

/// One parameter of a function.
#[derive(Clone)]
pub struct Parameter {
    name: String,
    ty: Type,
    description: String,
    allows_null: bool,
    allows_unknown: bool,
    validators: Vec<Arc<dyn Validator>>,
}

// === impl Signature ===

documented!(Signature);

impl Signature {
    /// A function without parameters yet, whose result is of that type.
    ///
    /// # Panics
    /// If a dynamic type stands inside a list, set or map.
    pub fn new(result: Type) -> Self {
        Kind::from(result.clone()).assert_no_dynamic_elements();
        Self {
            parameters: Vec::new(),
            variadic: None,
            result,
            summary: String::new(),
            documentation: Documentation::none(),
        }
    }

    /// What it does, in one short sentence.
    #[must_use]
    pub fn summarize(mut self, text: impl Into<String>) -> Self {
        self.summary = text.into();
        self
    }

    /// Adds a parameter after those already there.
    ///
    /// # Panics
    /// If its name is taken.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.claim(&parameter.name);
        self.parameters.push(parameter);
        self
    }

    /// Takes any number of arguments more, after the others.
    ///
    /// # Panics
    /// If its name is taken, or there is such a parameter already.
    #[must_use]
    pub fn variadic(mut self, parameter: Parameter) -> Self {
        assert!(self.variadic.is_none(), "a function has one variadic parameter at most");
        self.claim(&parameter.name);
        self.variadic = Some(parameter);
        self
    }

    /// The parameters that each take one argument.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The parameter that takes the arguments that are left, if any.
    pub const fn variadic_parameter(&self) -> Option<&Parameter> {
        self.variadic.as_ref()
    }

    /// The type of the result.
    pub const fn result(&self) -> &Type {
        &self.result
    }

    /// What it does, in one sentence; may be empty.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The parameter that takes the argument at `index`, from 0.
    pub fn parameter_at(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }

    /// Checks the number of arguments.
    pub(crate) fn check_count(&self, count: usize) -> Result<(), FunctionError> {
        let wanted = self.parameters.len();
        let fits = if self.variadic.is_some() { count >= wanted } else { count == wanted };
        if fits {
            return Ok(());
        }
        let least = if self.variadic.is_some() { "at least " } else { "" };
        let plural = if wanted == 1 { "" } else { "s" };
        let names: Vec<String> =
            self.parameters.iter().map(|it| format!("`{}`", it.name)).collect();
        let names =
            if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        Err(FunctionError::general(format!(
            "expected {least}{wanted} argument{plural}{names}, got {count}"
        )))
    }

    fn claim(&self, name: &str) {
        let mut names = self.parameters.iter().chain(&self.variadic).map(|it| &it.name);
        assert!(!names.any(|it| it == name), "the parameter `{name}` is declared twice");
    }
}

// === impl Parameter ===

impl Parameter {
    /// A parameter of that type, which takes neither null nor unknown arguments.
    ///
    /// # Panics
    /// If the name is not `[a-z][a-z0-9_]*`, or a dynamic type stands inside a list, set or
    /// map.
    pub fn new(name: &str, ty: Type) -> Self {
        assert_name(name);
        Kind::from(ty.clone()).assert_no_dynamic_elements();
        Self {
            name: name.to_owned(),
            ty,
            description: String::new(),
            allows_null: false,
            allows_unknown: false,
            validators: Vec::new(),
        }
    }

    /// What it is for, in Markdown.
    #[must_use]
    pub fn describe(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// Takes null. What is inside an argument may be null in any case.
    #[must_use]
    pub const fn allow_null(mut self) -> Self {
        self.allows_null = true;
        self
    }

    /// Takes arguments that are unknown, wholly or in part. Otherwise the function is not
    /// called with them: its result is unknown.
    #[must_use]
    pub const fn allow_unknown(mut self) -> Self {
        self.allows_unknown = true;
        self
    }

    /// Adds a rule for arguments. It is not called with null or unknown ones.
    #[must_use]
    pub fn validate(mut self, validator: impl Validator) -> Self {
        self.validators.push(Arc::new(validator));
        self
    }

    /// Its name, for documentation and messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of its arguments.
    pub const fn ty(&self) -> &Type {
        &self.ty
    }

    /// What it is for, in Markdown; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether it takes null.
    pub const fn allows_null(&self) -> bool {
        self.allows_null
    }

    /// Whether it takes arguments that are unknown, wholly or in part.
    pub const fn allows_unknown(&self) -> bool {
        self.allows_unknown
    }

    /// The rules for its arguments.
    pub fn validators(&self) -> &[Arc<dyn Validator>] {
        &self.validators
    }

    /// Checks the argument at `index` against the rules.
    pub(crate) fn check(&self, index: usize, argument: &Value) -> Result<(), FunctionError> {
        if argument.is_null() {
            if self.allows_null {
                return Ok(());
            }
            let text = format!("the argument `{}` must not be null", self.name);
            return Err(FunctionError::argument(index, text));
        }
        if argument.is_unknown() {
            return Ok(());
        }
        let mut diags = Diagnostics::new();
        for validator in &self.validators {
            validator.validate(argument, &AttributePath::root(), &mut diags);
        }
        match diags.into_iter().find(|it| it.is_error()) {
            None => Ok(()),
            Some(error) if error.path.is_root() => {
                Err(FunctionError::argument(index, error.detail))
            }
            Some(error) => {
                let text = format!("`{}{}`: {}", self.name, error.path, error.detail);
                Err(FunctionError::argument(index, text))
            }
        }
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter")
            .field("name", &self.name)
            .field("ty", &self.ty)
            .field("allows_null", &self.allows_null)
            .field("allows_unknown", &self.allows_unknown)
            .finish_non_exhaustive()
    }
}
