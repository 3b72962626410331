//! Runs the modifiers of each attribute, outer ones before those inside.

use crate::diag::Diagnostics;
use crate::path::AttributePath;
use crate::schema::Body;
use crate::schema::modifier::AttributePlan;
use crate::server::pairs::each_object;
use crate::value::Value;

/// Runs all modifiers; returns the attributes that require replacement.
pub(super) fn run(
    body: &Body,
    prior: &Value,
    config: &Value,
    planned: &mut Value,
    diags: &mut Diagnostics,
) -> Vec<AttributePath> {
    let before = planned.clone();
    let mut pass = Pass { prior, planned: &before, requires_replace: Vec::new(), diags };
    let stored = Some(prior).filter(|prior| !prior.is_null());
    pass.object(body, planned, config, stored, &AttributePath::root());
    pass.requires_replace
}

struct Pass<'a> {
    prior: &'a Value,
    planned: &'a Value,
    requires_replace: Vec<AttributePath>,
    diags: &'a mut Diagnostics,
}

impl Pass<'_> {
    fn object(
        &mut self,
        body: &Body,
        planned: &mut Value,
        config: &Value,
        prior: Option<&Value>,
        path: &AttributePath,
    ) {
        let Value::Object(values) = planned else { return };
        for (name, attribute) in body.attributes() {
            let Some(value) = values.get_mut(name) else { continue };
            let path = path.attribute(name);
            let config = config.get(name).unwrap_or(&Value::Null);
            let prior = prior.and_then(|prior| prior.get(name));
            for modifier in attribute.modifiers() {
                let mut plan = AttributePlan {
                    path: &path,
                    config,
                    prior,
                    planned: value,
                    prior_object: self.prior,
                    planned_object: self.planned,
                    requires_replace: false,
                    diags: self.diags,
                };
                modifier.modify(&mut plan);
                if plan.requires_replace {
                    self.requires_replace.push(path.clone());
                }
            }
            if let Some(nested) = attribute.nested() {
                self.inside(nested.body(), value, config, prior, &path);
            }
        }
        for (name, block) in body.blocks() {
            let Some(value) = values.get_mut(name) else { continue };
            let config = config.get(name).unwrap_or(&Value::Null);
            let prior = prior.and_then(|prior| prior.get(name));
            self.inside(block.body(), value, config, prior, &path.attribute(name));
        }
    }

    fn inside(
        &mut self,
        body: &Body,
        planned: &mut Value,
        config: &Value,
        prior: Option<&Value>,
        path: &AttributePath,
    ) {
        each_object(body, planned, config, prior, path, &mut |path, planned, config, prior| {
            self.object(body, planned, config, prior, path);
        });
    }
}
