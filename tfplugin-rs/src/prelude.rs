//! What a provider with resources needs, for `use tfplugin::prelude::*`.
//!
//! The other kinds (data sources, ephemeral resources, functions) are taken from their own
//! modules: most providers have only some of them.

pub use crate::diag::{Diagnostic, Diagnostics};
pub use crate::model::Attr;
pub use crate::provider::{Context, Kinds, Provider};
pub use crate::resource::{Created, Deleted, Imported, Read, Resource, Updated};
pub use crate::schema::{Attribute, Schema, modifier, validator};
pub use crate::serve;
pub use crate::ty::Type;
