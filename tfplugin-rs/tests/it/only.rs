//! A provider that has one resource and nothing to configure.

use tfplugin::diag::Diagnostics;
use tfplugin::provider::Provider;
use tfplugin::resource::{ErasedResource, Resource, resource};
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

    fn resources(&self) -> Vec<Box<dyn ErasedResource<()>>> {
        vec![resource(self.0)]
    }
}
