//! Attributes: a mode, a type or nested attributes, and rules.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Body;
use super::default::Default;
use super::equality::Equality;
use super::modifier::PlanModifier;
use super::validator::Validator;
use crate::ty::Type;
use crate::value::Value;

/// One attribute of a schema. Built by [`Attribute::required`] and its siblings.
#[derive(Clone)]
pub struct Attribute {
    mode: Mode,
    kind: Kind,
    description: String,
    deprecation: Option<String>,
    is_sensitive: bool,
    is_write_only: bool,
    default: Option<Default>,
    equality: Option<Arc<dyn Equality>>,
    validators: Vec<Arc<dyn Validator>>,
    modifiers: Vec<Arc<dyn PlanModifier>>,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The practitioner must.
    Required,
    /// The practitioner may; otherwise it is null.
    Optional,
    /// The provider does.
    Computed,
    /// The practitioner may; otherwise the provider does.
    OptionalComputed,
}

/// What an attribute holds: a plain type or nested attributes, never both.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value of that type.
    Type(Type),
    /// Objects with attributes of their own.
    Nested(Nested),
}

/// Nested attributes and how many objects of them there are.
#[derive(Clone, Debug)]
pub struct Nested {
    nesting: Nesting,
    body: Body,
}

/// How nested attributes repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// Objects by key.
    Map,
}

/// An attribute being built; `M` is its mode, so that only what fits it can be called.
pub struct AttributeBuilder<M> {
    attribute: Attribute,
    mode: PhantomData<M>,
}

/// Marks the modes of [`AttributeBuilder`].
pub mod mode {
    /// The practitioner sets it, always.
    #[derive(Debug)]
    pub struct Required(());
    /// The practitioner may set it.
    #[derive(Debug)]
    pub struct Optional(());
    /// The provider sets it.
    #[derive(Debug)]
    pub struct Computed(());
    /// The practitioner or the provider sets it.
    #[derive(Debug)]
    pub struct OptionalComputed(());

    /// Modes in which only the practitioner sets a value.
    pub trait Configured {}
    impl Configured for Required {}
    impl Configured for Optional {}
}

// === impl Attribute ===

impl Attribute {
    /// An attribute that the practitioner must set.
    ///
    /// # Panics
    /// Each constructor panics if a dynamic type stands inside a list, set or map.
    pub fn required(kind: impl Into<Kind>) -> AttributeBuilder<mode::Required> {
        AttributeBuilder::new(Mode::Required, kind.into())
    }

    /// An attribute that the practitioner may set; null otherwise.
    pub fn optional(kind: impl Into<Kind>) -> AttributeBuilder<mode::Optional> {
        AttributeBuilder::new(Mode::Optional, kind.into())
    }

    /// An attribute that only the provider sets.
    pub fn computed(kind: impl Into<Kind>) -> AttributeBuilder<mode::Computed> {
        AttributeBuilder::new(Mode::Computed, kind.into())
    }

    /// An attribute that the provider sets if the practitioner does not.
    pub fn optional_computed(kind: impl Into<Kind>) -> AttributeBuilder<mode::OptionalComputed> {
        AttributeBuilder::new(Mode::OptionalComputed, kind.into())
    }

    /// Who sets it.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether the practitioner must set it.
    pub fn is_required(&self) -> bool {
        self.mode == Mode::Required
    }

    /// Whether the practitioner may leave it out and may set it.
    pub fn is_optional(&self) -> bool {
        matches!(self.mode, Mode::Optional | Mode::OptionalComputed)
    }

    /// Whether the provider may set it.
    pub fn is_computed(&self) -> bool {
        matches!(self.mode, Mode::Computed | Mode::OptionalComputed)
    }

    /// What it holds.
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The nested attributes, if it has any.
    pub const fn nested(&self) -> Option<&Nested> {
        match &self.kind {
            Kind::Nested(nested) => Some(nested),
            Kind::Type(_) => None,
        }
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        self.kind.ty()
    }

    /// What it is for, in Markdown; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What to use instead, if it is deprecated.
    pub fn deprecation(&self) -> Option<&str> {
        self.deprecation.as_deref()
    }

    /// Whether its value is hidden from output.
    pub const fn is_sensitive(&self) -> bool {
        self.is_sensitive
    }

    /// Whether its value is seen in the configuration only and never stored.
    pub const fn is_write_only(&self) -> bool {
        self.is_write_only
    }

    /// What it is if the configuration leaves it out.
    pub const fn default(&self) -> Option<&Default> {
        self.default.as_ref()
    }

    /// When two values mean the same, if not only when they are equal.
    pub fn equality(&self) -> Option<&dyn Equality> {
        self.equality.as_deref()
    }

    /// Whether two values mean the same: they are equal, or known and the same by the
    /// attribute's own rule.
    pub(crate) fn is_same(&self, left: &Value, right: &Value) -> bool {
        left == right
            || self.equality().is_some_and(|rule| {
                left.is_wholly_known() && right.is_wholly_known() && rule.is_same(left, right)
            })
    }

    /// The rules that a known value is checked against.
    pub fn validators(&self) -> &[Arc<dyn Validator>] {
        &self.validators
    }

    /// What adjusts the planned value, in order.
    pub fn modifiers(&self) -> &[Arc<dyn PlanModifier>] {
        &self.modifiers
    }

    pub(super) fn has_write_only(&self) -> bool {
        self.is_write_only || self.nested().is_some_and(|it| it.body.has_write_only())
    }
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attribute")
            .field("mode", &self.mode)
            .field("kind", &self.kind)
            .field("is_sensitive", &self.is_sensitive)
            .field("is_write_only", &self.is_write_only)
            .finish_non_exhaustive()
    }
}

// === impl AttributeBuilder ===

impl<M> AttributeBuilder<M> {
    fn new(mode: Mode, kind: Kind) -> Self {
        kind.assert_no_dynamic_elements();
        let attribute = Attribute {
            mode,
            kind,
            description: String::new(),
            deprecation: None,
            is_sensitive: false,
            is_write_only: false,
            default: None,
            equality: None,
            validators: Vec::new(),
            modifiers: Vec::new(),
        };
        Self { attribute, mode: PhantomData }
    }

    /// What it is for, in Markdown.
    #[must_use]
    pub fn describe(mut self, text: impl Into<String>) -> Self {
        self.attribute.description = text.into();
        self
    }

    /// Hides its value from output.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.attribute.is_sensitive = true;
        self
    }

    /// Marks it as deprecated; the message states what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.attribute.deprecation = Some(message.into());
        self
    }

    /// Adds a rule for configured values. It is not called with null or unknown ones.
    #[must_use]
    pub fn validate(mut self, validator: impl Validator) -> Self {
        self.attribute.validators.push(Arc::new(validator));
        self
    }

    /// Sets when two values mean the same: the stored spelling is kept.
    #[must_use]
    pub fn equal_by(mut self, equality: impl Equality) -> Self {
        self.attribute.equality = Some(Arc::new(equality));
        self
    }

    /// Adds a modifier of the planned value, after those already there.
    #[must_use]
    pub fn modify(mut self, modifier: impl PlanModifier) -> Self {
        self.attribute.modifiers.push(Arc::new(modifier));
        self
    }
}

impl AttributeBuilder<mode::OptionalComputed> {
    /// What it is if the configuration leaves it out.
    ///
    /// # Panics
    /// If the value is null, unknown or of another type than the attribute.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.attribute.default = Some(Default::new(value.into(), &self.attribute.ty()));
        self
    }
}

impl<M: mode::Configured> AttributeBuilder<M> {
    /// Keeps the value out of plan and state: it is seen in the configuration only.
    ///
    /// Terraform cannot see that such a value has changed. The custom is to name it
    /// `…_wo` and to put an optional `…_wo_version` beside it, which the practitioner
    /// raises with each new value; its change is the update. Clients that would store the
    /// value are refused when they validate.
    ///
    /// # Panics
    /// If nested attributes are not all write-only themselves.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        if let Kind::Nested(nested) = &self.attribute.kind {
            let all = nested.attributes().values().all(Attribute::is_write_only);
            assert!(all, "all attributes inside a write-only one must be write-only");
        }
        self.attribute.is_write_only = true;
        self
    }
}

impl<M> From<AttributeBuilder<M>> for Attribute {
    fn from(builder: AttributeBuilder<M>) -> Self {
        builder.attribute
    }
}

impl<M> fmt::Debug for AttributeBuilder<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attribute.fmt(f)
    }
}

// === impl Kind ===

impl Kind {
    fn ty(&self) -> Type {
        match self {
            Self::Type(ty) => ty.clone(),
            Self::Nested(nested) => nested.ty(),
        }
    }

    pub(crate) fn assert_no_dynamic_elements(&self) {
        fn check(ty: &Type) {
            match ty {
                Type::Bool | Type::Number | Type::String | Type::Dynamic => {}
                Type::List(element) | Type::Set(element) | Type::Map(element) => {
                    let is_dynamic = element.has_dynamic();
                    assert!(!is_dynamic, "a dynamic type cannot stand inside a {ty}");
                    check(element);
                }
                Type::Tuple(elements) => elements.iter().for_each(check),
                Type::Object(attributes) => attributes.values().for_each(check),
            }
        }
        check(&self.ty());
    }
}

impl From<Type> for Kind {
    fn from(ty: Type) -> Self {
        Self::Type(ty)
    }
}

impl From<Nested> for Kind {
    fn from(nested: Nested) -> Self {
        Self::Nested(nested)
    }
}

// === impl Nested ===

impl Nested {
    /// One object.
    pub const fn single() -> Self {
        Self::new(Nesting::Single)
    }

    /// A list of objects.
    pub const fn list() -> Self {
        Self::new(Nesting::List)
    }

    /// A set of objects.
    pub const fn set() -> Self {
        Self::new(Nesting::Set)
    }

    /// Objects by key.
    pub const fn map() -> Self {
        Self::new(Nesting::Map)
    }

    /// Adds an attribute of the nested object.
    ///
    /// # Panics
    /// If the name is invalid or taken, or if a set would hold a write-only attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, attribute: impl Into<Attribute>) -> Self {
        let attribute = attribute.into();
        let is_barred = self.nesting == Nesting::Set && attribute.has_write_only();
        assert!(!is_barred, "`{name}`: a set cannot hold write-only attributes");
        self.body.add_attribute(name, attribute);
        self
    }

    /// How the object repeats.
    pub const fn nesting(&self) -> Nesting {
        self.nesting
    }

    /// The attributes of the nested object.
    pub const fn attributes(&self) -> &BTreeMap<String, Attribute> {
        &self.body.attributes
    }

    /// The nested attributes as the contents of an object; there are no blocks in it.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    fn ty(&self) -> Type {
        let object = self.body.ty();
        match self.nesting {
            Nesting::Single => object,
            Nesting::List => Type::list(object),
            Nesting::Set => Type::set(object),
            Nesting::Map => Type::map(object),
        }
    }

    const fn new(nesting: Nesting) -> Self {
        Self { nesting, body: Body::new() }
    }
}
