//! Nested blocks: only for providers that must keep an older shape of configuration.

use super::documented::{Documentation, documented};
use super::{Attribute, Body};
use crate::ty::Type;

/// A nested block and how often it may stand.
#[derive(Clone, Debug)]
pub struct Block {
    nesting: BlockNesting,
    limits: Limits,
    documentation: Documentation,
    body: Body,
}

/// How a block repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockNesting {
    /// At most one; null without it.
    Single,
    /// One always: with empty attributes if it is not written.
    Group,
    /// A list.
    List,
    /// A set.
    Set,
    /// By label.
    Map,
}

/// How many blocks of a list or set there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    min: u32,
    /// 0: no limit, as on the wire (`NestedBlock.max_items`).
    max: u32,
}

// === impl Block ===

documented!(Block);

impl Block {
    /// A block that may stand once.
    pub fn single() -> Self {
        Self::new(BlockNesting::Single, Limits::ANY)
    }

    /// A block that must stand once.
    pub fn required_single() -> Self {
        Self::new(BlockNesting::Single, Limits { min: 1, max: 1 })
    }

    /// A block that is there even if it is not written.
    pub fn group() -> Self {
        Self::new(BlockNesting::Group, Limits::ANY)
    }

    /// A block that repeats in order.
    pub fn list(limits: Limits) -> Self {
        Self::new(BlockNesting::List, limits)
    }

    /// A block that repeats without order.
    pub fn set(limits: Limits) -> Self {
        Self::new(BlockNesting::Set, limits)
    }

    /// A block that repeats with a label.
    pub fn map() -> Self {
        Self::new(BlockNesting::Map, Limits::ANY)
    }

    /// Adds an attribute.
    ///
    /// # Panics
    /// If the name is invalid or taken; if a block that repeats would hold a dynamic type,
    /// or a set a write-only attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, attribute: impl Into<Attribute>) -> Self {
        self.body.add_attribute(name, attribute.into());
        self.assert_contents(name);
        self
    }

    /// Adds a block inside this one.
    ///
    /// # Panics
    /// As [`Block::attribute`].
    #[must_use]
    pub fn block(mut self, name: &str, block: Self) -> Self {
        self.body.add_block(name, block);
        self.assert_contents(name);
        self
    }

    /// How it repeats.
    pub const fn nesting(&self) -> BlockNesting {
        self.nesting
    }

    /// How often it may stand.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Its attributes and blocks.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        let object = self.body.ty();
        match self.nesting {
            BlockNesting::Single | BlockNesting::Group => object,
            BlockNesting::List => Type::list(object),
            BlockNesting::Set => Type::set(object),
            BlockNesting::Map => Type::map(object),
        }
    }

    fn new(nesting: BlockNesting, limits: Limits) -> Self {
        let body = Body::new();
        Self { nesting, limits, documentation: Documentation::none(), body }
    }

    fn assert_contents(&self, name: &str) {
        let repeats = !matches!(self.nesting, BlockNesting::Single | BlockNesting::Group);
        let is_dynamic = repeats && self.body.has_dynamic();
        assert!(!is_dynamic, "`{name}`: a dynamic type cannot stand in a block that repeats");
        let is_barred = self.nesting == BlockNesting::Set && self.body.has_write_only();
        assert!(!is_barred, "`{name}`: a set cannot hold write-only attributes");
    }
}

// === impl Limits ===

impl Limits {
    /// Any number.
    pub const ANY: Self = Self { min: 0, max: 0 };

    /// That many or more.
    pub const fn at_least(min: u32) -> Self {
        Self { min, max: 0 }
    }

    /// From `min` to `max`, both included.
    ///
    /// # Panics
    /// If `max` is 0 or less than `min`.
    pub const fn between(min: u32, max: u32) -> Self {
        assert!(max > 0 && min <= max, "limits must leave a number to choose");
        Self { min, max }
    }

    /// The least number.
    pub const fn min(self) -> u32 {
        self.min
    }

    /// The greatest number; `None`: no limit.
    pub const fn max(self) -> Option<u32> {
        if self.max == 0 { None } else { Some(self.max) }
    }
}
