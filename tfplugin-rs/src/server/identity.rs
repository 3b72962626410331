//! Identities: derived from the object after each operation, and held to Terraform's rules.
//!
//! An identity is the same for the life of an object and wholly known once it exists. What
//! would break that is an error here; with an object that was changed already, beside it.

use super::operate::{Subject, answers};
use super::panic::catch;
use super::upgrade::Stored;
use super::{Inner, Server};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::Provider;
use crate::resource::ErasedIdentity;
use crate::schema::IdentitySchema;
use crate::value::Value;
use crate::value::json::{Strictness, from_json};

/// `UpgradeResourceIdentity`
pub struct UpgradeIdentityRequest {
    /// The resource type.
    pub type_name: String,
    /// The identity schema version that it was written with.
    pub version: i64,
    /// The identity as raw JSON (`RawState.json`).
    pub identity: Vec<u8>,
}

/// Answer to [`UpgradeIdentityRequest`].
pub struct UpgradeIdentityAnswer {
    /// The identity in the current shape; `None` with an error.
    pub identity: Option<Value>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

answers!(UpgradeIdentityAnswer);

/// How objects of one type are identified.
pub(super) struct Identifier<'a, C> {
    type_name: &'a str,
    identity: &'a dyn ErasedIdentity<C>,
    schema: &'a IdentitySchema,
}

impl<P: Provider> Server<P> {
    /// `UpgradeResourceIdentity`: called for every object that has an identity.
    pub async fn upgrade_identity(&self, request: UpgradeIdentityRequest) -> UpgradeIdentityAnswer {
        let subject = Subject::Identity(request.type_name.clone());
        let refused = UpgradeIdentityAnswer { identity: None, diagnostics: Diagnostics::new() };
        let work = |inner: std::sync::Arc<Inner<P>>| async move {
            let identity = Some(inner.upgrade_identity(&request)?);
            Ok(UpgradeIdentityAnswer { identity, diagnostics: Diagnostics::new() })
        };
        self.operate(subject, refused, work).await
    }
}

impl<P: Provider> Inner<P> {
    /// `None`: objects of that type have no identity, and none may be sent.
    pub(super) fn identifier<'a>(
        &'a self,
        type_name: &'a str,
    ) -> Result<Option<Identifier<'a, P::Client>>, Diagnostic> {
        let found = self.registry.identity(type_name)?;
        Ok(found.map(|(identity, schema)| Identifier { type_name, identity, schema }))
    }

    fn upgrade_identity(&self, request: &UpgradeIdentityRequest) -> Result<Value, Diagnostic> {
        let UpgradeIdentityRequest { type_name, version, identity: json } = request;
        let Some(Identifier { identity, schema, .. }) = self.identifier(type_name)? else {
            let detail = format!(
                "The state holds an identity of {type_name}, which this version of the provider \
                 does not have. Use the version that wrote it."
            );
            return Err(Diagnostic::error("Unknown resource identity", detail));
        };
        let stored = Stored { noun: "identity", type_name, version: *version, json };
        let json = stored.current(schema.version(), |json| identity.upgrade(*version, json))?;
        from_json(json, schema.ty(), Strictness::Lenient).map_err(|err| {
            let detail = format!(
                "The stored identity of this {type_name} does not fit its schema: {err}. Please \
                 report this to the provider's developers."
            );
            Diagnostic::error("Identity does not fit the schema", detail)
        })
    }
}

impl<C: 'static> Identifier<'_, C> {
    pub(super) const fn erased(&self) -> &dyn ErasedIdentity<C> {
        self.identity
    }

    /// The identity of an object, in the shape of its schema.
    pub(super) fn of(&self, object: &Value, client: &C) -> Result<Value, Diagnostic> {
        let work = || self.identity.identify(object.clone(), client);
        let found = catch(&format!("the identity of {}", self.type_name), work)??;
        found.conform(self.schema.ty()).map_err(|err| {
            let detail = format!(
                "The provider answered with an identity of {} that does not fit its schema: \
                 {err}. Please report this to the provider's developers.",
                self.type_name
            );
            Diagnostic::error("Provider fault", detail)
        })
    }

    /// The identity of a planned object. `stored` is the one it has, if it exists.
    pub(super) fn planned(
        &self,
        planned: &Value,
        stored: Option<Value>,
        is_replaced: bool,
        client: Option<&C>,
    ) -> Result<Value, Diagnostic> {
        let found = client.map(|client| self.of(planned, client)).transpose()?;
        match (stored.filter(|it| !is_blank(it)), found) {
            // A replacement is planned once more, as a create.
            (Some(stored), _) if is_replaced => Ok(stored),
            (Some(stored), Some(found)) => self.settled(&stored, found).map_err(|changed| {
                let detail = format!(
                    "The plan would change {changed} of the identity of this {}, which stays \
                     the same for the life of an object. Please report this to the provider's \
                     developers: what goes into the identity must force replacement.",
                    self.type_name
                );
                Diagnostic::error("Identity would change", detail)
            }),
            (Some(stored), None) => Ok(stored),
            (None, Some(found)) => Ok(found),
            (None, None) => Ok(self.unknown()),
        }
    }

    /// The identity of an object that exists. `stored` is the one it had or was planned
    /// with; it may be unknown.
    pub(super) fn existing(
        &self,
        object: &Value,
        stored: Option<&Value>,
        client: &C,
    ) -> Result<Value, Diagnostic> {
        let found = self.of(object, client)?;
        let settled = match stored.filter(|it| !is_blank(it)) {
            None => Ok(found),
            Some(stored) => self.settled(stored, found),
        };
        let identity = settled.map_err(|changed| {
            let detail = format!(
                "The object is another one than before: {changed} of its identity has changed. \
                 Remove the object from the state and import the right one. If it is \
                 the right one, please report this to the provider's developers."
            );
            Diagnostic::error("Object has another identity", detail)
        })?;
        match self.lacking(&identity) {
            None => Ok(identity),
            Some(lacking) => {
                let detail = format!(
                    "The provider left {lacking} of the identity of this {} open. \
                     Please report this to the provider's developers.",
                    self.type_name
                );
                Err(Diagnostic::error("Identity is incomplete", detail))
            }
        }
    }

    /// The identity, if the object determines all of it.
    pub(super) fn complete(&self, object: &Value, client: &C) -> Option<Value> {
        self.of(object, client).ok().filter(|identity| self.lacking(identity).is_none())
    }

    /// The identity that an import was requested by, completed by the object that was found.
    /// `None` if that leaves a part open.
    pub(super) fn imported(
        &self,
        wanted: Option<Value>,
        object: &Value,
        client: &C,
    ) -> Result<Option<Value>, Diagnostic> {
        let Some(wanted) = wanted else { return Ok(self.complete(object, client)) };
        let found = self.of(object, client)?;
        let differs = |name: &&String| {
            let (wanted, found) = (part(&wanted, name), part(&found, name));
            is_given(wanted) && is_given(found) && wanted != found
        };
        if let Some(name) = self.schema.attributes().keys().find(differs) {
            let detail = format!(
                "The object that was found has another `{name}` than the identity in the import \
                 block. Please report this to the provider's developers."
            );
            return Err(Diagnostic::error("Import found another object", detail));
        }
        let names = self.schema.attributes().keys();
        let both = names.map(|name| {
            let given =
                [part(&found, name), part(&wanted, name)].into_iter().find(|it| is_given(it));
            (name, given.cloned().unwrap_or_default())
        });
        Ok(Some(Value::object(both)))
    }

    /// The attributes that are missing in the identity of an import, quoted for a message.
    pub(super) fn lacking(&self, identity: &Value) -> Option<String> {
        let unknown = identity.unknown_paths().into_iter().map(|path| format!("`{path}`"));
        let missing = self.schema.missing(identity).into_iter().map(|name| format!("`{name}`"));
        let lacking: Vec<String> = unknown.chain(missing).collect();
        (!lacking.is_empty()).then(|| lacking.join(", "))
    }

    /// The one identity of an object that had `stored` and shows `found`; the attribute that
    /// differs, if it must not.
    ///
    /// What either leaves out is taken from the other: an import may have named less than
    /// the whole.
    fn settled(&self, stored: &Value, found: Value) -> Result<Value, String> {
        if self.identity.may_change() {
            return Ok(found);
        }
        let mut settled = Vec::new();
        for name in self.schema.attributes().keys() {
            let (stored, found) = (part(stored, name), part(&found, name));
            if is_given(stored) && is_given(found) && stored != found {
                return Err(format!("`{name}`"));
            }
            // After apply a known value takes the place of an unknown one.
            let value = if is_given(stored) || found.is_unknown() { stored } else { found };
            settled.push((name, value.clone()));
        }
        Ok(Value::object(settled))
    }

    fn unknown(&self) -> Value {
        Value::object(self.schema.attributes().keys().map(|name| (name, Value::unknown())))
    }
}

fn part<'a>(identity: &'a Value, name: &str) -> &'a Value {
    identity.get(name).unwrap_or(&Value::Null)
}

fn is_given(value: &Value) -> bool {
    !value.is_null() && value.is_wholly_known()
}

/// Whether all of it is null: clients send such an object for «none».
fn is_blank(identity: &Value) -> bool {
    identity.as_object().is_none_or(|attributes| attributes.values().all(Value::is_null))
}
