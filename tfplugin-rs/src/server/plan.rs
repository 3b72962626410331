//! Plans one change, in a fixed order (terraform-plugin-framework's, which users know):
//! proposed object, defaults, write-only to null, stored spellings where only the form
//! differs, computed values that the configuration leaves out to unknown if anything
//! differs from the stored object, attribute modifiers, the author, replacement paths,
//! and last Terraform's own rules.
//!
//! Planning is a pure function of the request and the provider's client: at apply
//! Terraform plans again with more known, and what was known must come out the same.

mod absent;
mod modifiers;

use std::collections::BTreeSet;

use super::identity::Identifier;
use super::operate::{Subject, answers};
use super::panic::catch;
use super::{Inner, Server, checks, equality, state, write_only};
use crate::diag::{Diagnostic, Diagnostics};
use crate::path::{AttributePath, Step};
use crate::provider::Provider;
use crate::resource::{AuthorPlan, ErasedResource, PlanInput};
use crate::schema::Schema;
use crate::ty::Type;
use crate::value::Value;

/// `PlanResourceChange`
pub struct PlanRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object; null on create.
    pub prior: Value,
    /// Terraform's merge of configuration and stored object; null on destroy.
    pub proposed: Value,
    /// The configuration; null on destroy.
    pub config: Value,
    /// The identity of the stored object, if it has one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
}

/// Answer to [`PlanRequest`].
pub struct PlanAnswer {
    /// The planned object; null on destroy, and the proposed one with an error.
    pub planned: Value,
    /// Its identity, perhaps unknown; only of types that have one.
    pub identity: Option<Value>,
    /// Attributes whose change requires replacement: sorted, each once.
    pub requires_replace: Vec<AttributePath>,
    /// The provider's own bytes for the apply.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

answers!(PlanAnswer);

impl<P: Provider> Server<P> {
    /// `PlanResourceChange`
    pub async fn plan(&self, request: PlanRequest) -> PlanAnswer {
        let subject = Subject::Resource(request.type_name.clone());
        let refused = PlanAnswer {
            planned: request.proposed.clone(),
            identity: request.identity.clone(),
            requires_replace: Vec::new(),
            private: request.private.clone(),
            diagnostics: Diagnostics::new(),
        };
        self.operate(subject, refused, |inner| async move { inner.plan(request) }).await
    }
}

impl<P: Provider> Inner<P> {
    fn plan(&self, request: PlanRequest) -> Result<PlanAnswer, Diagnostics> {
        let PlanRequest { type_name, prior, proposed, config, identity, private } = request;
        let (resource, schema) = self.registry.resource(&type_name)?;
        if proposed.is_null() {
            // An author cannot change the plan of a destroy.
            let (requires_replace, diagnostics) = (Vec::new(), Diagnostics::new());
            let planned = Value::Null;
            return Ok(PlanAnswer { planned, identity, requires_replace, private, diagnostics });
        }
        // The second half of a replacement is sent with the identity of the first.
        let known = identity.filter(|_| !prior.is_null());
        let client = self.client();
        let input = PlanInput { prior, config, planned: proposed, private };
        let work = || change(resource, schema, client.as_deref(), input);
        let mut answer = catch(&format!("the plan of {type_name}"), work)?;
        let is_replaced = !answer.requires_replace.is_empty();
        let identity = self.identifier(&type_name).and_then(|identifier| {
            let planned = |it: &Identifier<'_, _>| {
                it.planned(&answer.planned, known, is_replaced, client.as_deref())
            };
            identifier.as_ref().map(planned).transpose()
        });
        match identity {
            Ok(identity) => answer.identity = identity,
            Err(fault) => answer.diagnostics.push(fault),
        }
        Ok(answer)
    }
}

/// Plans a create or update.
fn change<C: 'static>(
    resource: &dyn ErasedResource<C>,
    schema: &Schema,
    client: Option<&C>,
    input: PlanInput,
) -> PlanAnswer {
    let PlanInput { prior, config, mut planned, private } = input;
    let mut diagnostics = Diagnostics::new();
    let body = schema.body();
    absent::set_defaults(body, &config, &mut planned);
    planned = write_only::nulled(body, planned);
    equality::keep_stored(body, &prior, &config, &mut planned);
    if planned != prior {
        absent::mark_unknown(body, &config, &mut planned);
    }
    let mut requires_replace =
        modifiers::run(body, &prior, &config, &mut planned, &mut diagnostics);

    let input = PlanInput { prior: prior.clone(), config: config.clone(), planned, private };
    let fallback = (input.planned.clone(), input.private.clone());
    let (planned, private) = match resource.plan(input, client, &mut diagnostics) {
        Ok(AuthorPlan { planned, requires_replace: more, private }) => {
            requires_replace.extend(more);
            match state::shape(schema, planned) {
                Ok(planned) => (planned, private),
                Err(fault) => {
                    diagnostics.push(fault);
                    fallback
                }
            }
        }
        Err(err) => {
            diagnostics.push(err.into());
            fallback
        }
    };

    let requires_replace =
        settle_paths(requires_replace, schema.ty(), [&prior, &planned], &mut diagnostics);
    if !diagnostics.has_errors() {
        let breaches = checks::check_plan(body, &prior, &config, &planned);
        diagnostics.extend(breaches.into_iter().map(checks::Breach::in_plan));
    }
    PlanAnswer { planned, identity: None, requires_replace, private, diagnostics }
}

/// Sorted, each path once, none on create; a path that leads nowhere is an error.
fn settle_paths(
    paths: Vec<AttributePath>,
    ty: &Type,
    [prior, planned]: [&Value; 2],
    diags: &mut Diagnostics,
) -> Vec<AttributePath> {
    if prior.is_null() {
        return Vec::new();
    }
    let mut settled = BTreeSet::new();
    for path in paths {
        match ty.address(&path) {
            Ok(path) if leads_somewhere(prior, &path) || leads_somewhere(planned, &path) => {
                settled.insert(path);
            }
            _ => {
                let detail = format!(
                    "The provider requires replacement because of `{path}`, which does not \
                     exist. Please report this to the provider's developers."
                );
                diags.push(Diagnostic::error("Provider fault", detail));
            }
        }
    }
    settled.into_iter().collect()
}

/// Whether Terraform can follow the path; inside something unknown it always can.
fn leads_somewhere(value: &Value, path: &AttributePath) -> bool {
    let mut reached = AttributePath::root();
    for step in path.steps() {
        if value.at(&reached).is_some_and(Value::is_unknown) {
            return true;
        }
        reached = reached.with(Step::clone(step));
        if value.at(&reached).is_none() {
            return false;
        }
    }
    true
}
