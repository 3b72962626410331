//! Identity schemas: which few values name an object for its whole life, in any state.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::assert_name;
use crate::ty::Type;
use crate::value::Value;

/// The attributes of an identity. They are few and plain: with them,
/// the object can be imported.
#[derive(Clone, Debug)]
pub struct IdentitySchema {
    version: i64,
    attributes: BTreeMap<String, IdentityAttribute>,
    /// The type of all attributes together, made when it is first needed.
    ty: OnceLock<Type>,
}

/// One attribute of an identity.
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    ty: Type,
    description: String,
    is_required: bool,
}

// === impl IdentitySchema ===

impl IdentitySchema {
    /// An empty schema. The version is raised whenever stored identities need an upgrade.
    ///
    /// # Panics
    /// If the version is negative.
    pub const fn new(version: i64) -> Self {
        assert!(version >= 0, "a schema version is never negative");
        Self { version, attributes: BTreeMap::new(), ty: OnceLock::new() }
    }

    /// Adds an attribute that an import must name, and that every identity has.
    ///
    /// # Panics
    /// If the name is not `[a-z][a-z0-9_]*` or is taken, or if the type is not bool, number,
    /// string or a list of these.
    #[must_use]
    pub fn required(self, name: &str, ty: Type, description: impl Into<String>) -> Self {
        self.add(name, IdentityAttribute { ty, description: description.into(), is_required: true })
    }

    /// Adds an attribute that an import may leave out, and that may be null.
    ///
    /// # Panics
    /// As [`IdentitySchema::required`].
    #[must_use]
    pub fn optional(self, name: &str, ty: Type, description: impl Into<String>) -> Self {
        let description = description.into();
        self.add(name, IdentityAttribute { ty, description, is_required: false })
    }

    /// The version of stored identities.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The attributes, by name.
    pub const fn attributes(&self) -> &BTreeMap<String, IdentityAttribute> {
        &self.attributes
    }

    /// The type of a whole identity.
    pub fn ty(&self) -> &Type {
        self.ty.get_or_init(|| {
            let attributes = self.attributes.iter();
            Type::object(attributes.map(|(name, it)| (name.clone(), it.ty.clone())))
        })
    }

    /// The required attributes that an identity of this schema lacks.
    pub(crate) fn missing<'a>(&'a self, identity: &Value) -> Vec<&'a str> {
        let is_missing = |name: &str| identity.get(name).is_none_or(Value::is_null);
        let required = self.attributes.iter().filter(|(_, it)| it.is_required);
        required.map(|(name, _)| name.as_str()).filter(|name| is_missing(name)).collect()
    }

    fn add(mut self, name: &str, attribute: IdentityAttribute) -> Self {
        assert_name(name);
        assert!(is_plain(&attribute.ty), "`{name}`: an identity cannot hold {}", attribute.ty);
        let former = self.attributes.insert(name.to_owned(), attribute);
        assert!(former.is_none(), "`{name}` is declared twice");
        self.ty = OnceLock::new();
        self
    }
}

// === impl IdentityAttribute ===

impl IdentityAttribute {
    /// The type of its values.
    pub const fn ty(&self) -> &Type {
        &self.ty
    }

    /// What it is; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether an import must name it.
    pub const fn is_required(&self) -> bool {
        self.is_required
    }
}

fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Number | Type::String => true,
        Type::List(element) => matches!(**element, Type::Bool | Type::Number | Type::String),
        _ => false,
    }
}
