//! A provider that has one resource and nothing to configure.

use tfplugin::diag::Diagnostics;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::resource::Resource;
use tfplugin::schema::Schema;

tfplugin::model! {
    /// No attribute.
    pub(crate) struct Nothing {}
}

/// The resource makes up the provider.
#[derive(Clone, Copy)]
pub(crate) struct Only<R>(pub(crate) R);

impl<R: Resource<Client = ()> + Copy> Provider for Only<R> {
    type Config = Nothing;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0)
    }

    async fn configure(&self, _config: Nothing, _diags: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new().resource(self.0)
    }
}
