//! Schemas: what a practitioner may write, and what the provider fills in.
//!
//! No invalid [`Schema`] exists. Conflicts between modes, limits and nesting cannot be
//! written down; names and what sets may hold are checked where they are added, with a
//! panic that any test which builds the schema sees. Terraform refuses the whole
//! provider for one breach, so none may get as far as that.

pub mod attribute;
pub mod block;
pub mod default;
pub(crate) mod documented;
pub mod equality;
pub mod identity;
pub mod modifier;
pub mod validator;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use self::attribute::{Attribute, AttributeBuilder, Kind, Mode, Nested, Nesting};
pub use self::block::{Block, BlockNesting, Limits};
use self::documented::{Documentation, documented};
pub use self::identity::IdentitySchema;
use crate::ty::Type;

/// Names that Terraform reserves at the root of a block.
const RESERVED: [&str; 7] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// The schema of the provider block, or of one resource.
#[derive(Clone, Debug)]
pub struct Schema {
    version: i64,
    documentation: Documentation,
    body: Body,
    /// The type of `body`, made when it is first needed.
    ty: OnceLock<Type>,
}

/// Attributes and nested blocks by name: what a block may contain.
#[derive(Clone, Debug)]
pub struct Body {
    attributes: BTreeMap<String, Attribute>,
    blocks: BTreeMap<String, Block>,
}

// === impl Schema ===

documented!(Schema);

impl Schema {
    /// An empty schema. The version is raised whenever stored state needs an upgrade.
    ///
    /// # Panics
    /// If the version is negative.
    pub fn new(version: i64) -> Self {
        assert!(version >= 0, "a schema version is never negative");
        let (body, ty) = (Body::new(), OnceLock::new());
        Self { version, documentation: Documentation::none(), body, ty }
    }

    /// Adds an attribute.
    ///
    /// # Panics
    /// If the name is not `[a-z][a-z0-9_]*`, is taken, or is reserved by Terraform.
    #[must_use]
    pub fn attribute(mut self, name: &str, attribute: impl Into<Attribute>) -> Self {
        assert!(!RESERVED.contains(&name), "`{name}` is reserved by Terraform");
        self.body.add_attribute(name, attribute.into());
        self.ty = OnceLock::new();
        self
    }

    /// Adds a nested block. Prefer a nested attribute: blocks cannot be computed.
    ///
    /// # Panics
    /// As [`Schema::attribute`].
    #[must_use]
    pub fn block(mut self, name: &str, block: Block) -> Self {
        assert!(!RESERVED.contains(&name), "`{name}` is reserved by Terraform");
        self.body.add_block(name, block);
        self.ty = OnceLock::new();
        self
    }

    /// The version of stored state.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The attributes and blocks at the root.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// The attributes at the root, by name.
    pub const fn attributes(&self) -> &BTreeMap<String, Attribute> {
        &self.body.attributes
    }

    /// The type of a whole object of this schema.
    pub fn ty(&self) -> &Type {
        self.ty.get_or_init(|| self.body.ty())
    }
}

// === impl Body ===

impl Body {
    const fn new() -> Self {
        Self { attributes: BTreeMap::new(), blocks: BTreeMap::new() }
    }

    /// The attributes by name.
    pub const fn attributes(&self) -> &BTreeMap<String, Attribute> {
        &self.attributes
    }

    /// The nested blocks by name.
    pub const fn blocks(&self) -> &BTreeMap<String, Block> {
        &self.blocks
    }

    /// The type of an object with these attributes and blocks.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|(name, it)| (name.clone(), it.ty()));
        let blocks = self.blocks.iter().map(|(name, it)| (name.clone(), it.ty()));
        Type::object(attributes.chain(blocks))
    }

    fn add_attribute(&mut self, name: &str, attribute: Attribute) {
        self.claim(name);
        self.attributes.insert(name.to_owned(), attribute);
    }

    fn add_block(&mut self, name: &str, block: Block) {
        self.claim(name);
        self.blocks.insert(name.to_owned(), block);
    }

    fn claim(&self, name: &str) {
        assert_name(name);
        let is_taken = self.attributes.contains_key(name) || self.blocks.contains_key(name);
        assert!(!is_taken, "`{name}` is declared twice");
    }

    fn has_dynamic(&self) -> bool {
        self.ty().has_dynamic()
    }

    fn has_write_only(&self) -> bool {
        self.attributes.values().any(Attribute::has_write_only)
            || self.blocks.values().any(|it| it.body().has_write_only())
    }
}

/// The one place where names are checked (`Schema.Attribute.name`, `NestedBlock.type_name`).
pub(crate) fn assert_name(name: &str) {
    let is_tail = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
    let is_valid =
        name.bytes().next().is_some_and(|it| it.is_ascii_lowercase()) && name.bytes().all(is_tail);
    assert!(
        is_valid,
        "`{name}` is not a valid name: use lower-case letters, digits and underscores"
    );
}
