//! One object through its life, each step as Terraform takes it.

use super::answer::{Action, Object, Planned};
use super::session::Session;
use crate::diag::Diagnostics;
use crate::provider::Provider;
use crate::value::Value;

/// One object through its life. Every step must go well; a test of a failure takes the
/// steps of [`Session`] one by one.
pub struct Life<'a, P: Provider> {
    session: &'a Session<P>,
    type_name: String,
    object: Object,
}

impl<P: Provider> Session<P> {
    /// The life of an object that is not there yet.
    pub fn life(&self, type_name: &str) -> Life<'_, P> {
        Life { session: self, type_name: type_name.to_owned(), object: Object::none() }
    }
}

impl<P: Provider> Life<'_, P> {
    /// The object as stored now.
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// Validates, plans, plans again, applies, reads, and plans once more: nothing may be
    /// left to do. Gives what was done.
    ///
    /// # Panics
    /// If any step has an error, or the last plan is not empty.
    pub async fn apply<'c>(
        &mut self,
        config: impl IntoIterator<Item = (&'c str, Value)>,
    ) -> Action {
        let config = self.session.config(&self.type_name, config);
        silent("validate", &self.session.validate(&self.type_name, &config).await);
        let planned = self.plan(&config).await;
        let action = planned.action();
        match action {
            Action::NoOp => {}
            Action::Replace => {
                self.destroy().await;
                let planned = self.plan(&config).await;
                self.finish(&planned).await;
            }
            Action::Create | Action::Update | Action::Delete => self.finish(&planned).await,
        }
        self.refresh().await;
        let again = self.plan(&config).await;
        assert_eq!(
            again.action(),
            Action::NoOp,
            "a plan after the apply is not empty: stored {:?}, planned {:?}",
            self.object.state,
            again.state
        );
        action
    }

    /// Reads the object again.
    ///
    /// # Panics
    /// On an error, which a read of an existing object must not have.
    pub async fn refresh(&mut self) {
        let answer = self.session.read(&self.type_name, &self.object).await;
        silent("read", &answer.diagnostics);
        self.object = answer.object;
    }

    /// Imports the object by `id` and reads it: it must come out as it is stored, with
    /// nothing to do for `config`.
    ///
    /// # Panics
    /// If not.
    pub async fn import_matches<'c>(
        &self,
        id: &str,
        config: impl IntoIterator<Item = (&'c str, Value)>,
    ) {
        let imported = self.session.import(&self.type_name, id).await;
        silent("import", &imported.diagnostics);
        let read = self.session.read(&self.type_name, &imported.object).await;
        silent("read", &read.diagnostics);
        assert_eq!(read.object.state, self.object.state, "the import differs from the state");
        let config = self.session.config(&self.type_name, config);
        let planned = self.session.plan(&self.type_name, &read.object, &config).await;
        silent("plan", &planned.diagnostics);
        assert_eq!(planned.action(), Action::NoOp, "a plan after the import is not empty");
    }

    /// Destroys the object.
    ///
    /// # Panics
    /// On an error.
    pub async fn destroy(&mut self) {
        let planned = self.plan(&Value::Null).await;
        self.finish(&planned).await;
        assert!(!self.object.exists(), "a destroyed object is gone");
    }

    /// Plans twice, as Terraform does before an apply.
    async fn plan(&self, config: &Value) -> Planned {
        let first = self.session.plan(&self.type_name, &self.object, config).await;
        silent("plan", &first.diagnostics);
        let second = self.session.plan_again(&first, config).await;
        silent("plan", &second.diagnostics);
        assert_eq!(first.state, second.state, "a plan repeats itself");
        assert_eq!(first.requires_replace, second.requires_replace, "a plan repeats itself");
        second
    }

    async fn finish(&mut self, planned: &Planned) {
        let answer = self.session.apply(planned).await;
        silent("apply", &answer.diagnostics);
        self.object = answer.object;
    }
}

/// Warnings may be.
fn silent(step: &str, diagnostics: &Diagnostics) {
    assert!(!diagnostics.has_errors(), "{step}: {diagnostics:#?}");
}
