//! What the steps of a session return.

use bytes::Bytes;

use crate::diag::Diagnostics;
use crate::path::AttributePath;
use crate::value::Value;

/// An object as Terraform stores it, with what Terraform keeps beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its attributes; null if there is no object.
    pub state: Value,
    /// What identifies it, for resources that have an identity.
    pub identity: Option<Value>,
    pub(super) private: Bytes,
}

/// What is to happen to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// It is removed.
    Delete,
    /// Nothing.
    NoOp,
    /// It is removed and created again.
    Replace,
    /// It is changed in place.
    Update,
}

/// The answer to a plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The planned object; null to destroy.
    pub state: Value,
    /// Attributes whose change requires replacement.
    pub requires_replace: Vec<AttributePath>,
    /// Messages.
    pub diagnostics: Diagnostics,
    pub(super) type_name: String,
    pub(super) prior: Object,
    pub(super) config: Value,
    pub(super) private: Bytes,
    pub(super) identity: Option<Value>,
}

/// The answer to anything that ends with an object.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The object now.
    pub object: Object,
    /// Messages.
    pub diagnostics: Diagnostics,
}

// === impl Object ===

impl Object {
    /// No object: what a create begins with.
    pub const fn none() -> Self {
        Self::of(Value::Null)
    }

    /// A stored object without private bytes and identity.
    pub const fn of(state: Value) -> Self {
        Self { state, identity: None, private: Bytes::new() }
    }

    /// Whether there is an object.
    pub fn exists(&self) -> bool {
        !self.state.is_null()
    }

    /// An attribute.
    ///
    /// # Panics
    /// If there is no object, or no such attribute.
    #[track_caller]
    pub fn get(&self, name: &str) -> &Value {
        match self.state.get(name) {
            Some(value) => value,
            None => panic!("`{name}` is not an attribute of {:?}", self.state),
        }
    }
}

// === impl Planned ===

impl Planned {
    /// What applying it would do.
    pub fn action(&self) -> Action {
        match (self.prior.exists(), self.state.is_null()) {
            (false, true) => Action::NoOp,
            (false, false) => Action::Create,
            (true, true) => Action::Delete,
            (true, false) if self.state == self.prior.state => Action::NoOp,
            (true, false) if self.requires_replace.is_empty() => Action::Update,
            (true, false) => Action::Replace,
        }
    }

    /// An attribute of the planned object.
    ///
    /// # Panics
    /// As [`Object::get`].
    #[track_caller]
    pub fn get(&self, name: &str) -> &Value {
        match self.state.get(name) {
            Some(value) => value,
            None => panic!("`{name}` is not an attribute of {:?}", self.state),
        }
    }
}
