//! Data sources of every model behind one object-safe trait.

use super::{Context, DataSource};
use crate::diag::Diagnostics;
use crate::model::{Model, ModelError};
use crate::provider::Operation;
use crate::schema::Schema;
use crate::value::Value;

/// A data source whose model is hidden.
pub(crate) trait ErasedDataSource<C>: Send + Sync + 'static {
    /// [`DataSource::type_name`].
    fn type_name(&self) -> &'static str;
    /// [`DataSource::schema`].
    fn schema(&self) -> Schema;
    /// [`Model::faults`].
    fn model_faults(&self, schema: &Schema) -> Vec<ModelError>;
    /// [`DataSource::validate`].
    fn validate(&self, config: Value, diags: &mut Diagnostics);
    /// [`DataSource::read`].
    fn read<'a>(&'a self, config: Value, cx: &'a Context<'a, C>) -> Operation<'a, Value>;
}

/// Hides the model of a data source.
pub(crate) fn erase<D: DataSource>(data_source: D) -> Box<dyn ErasedDataSource<D::Client>> {
    Box::new(Erased(data_source))
}

struct Erased<D>(D);

impl<D: DataSource> ErasedDataSource<D::Client> for Erased<D> {
    fn type_name(&self) -> &'static str {
        self.0.type_name()
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn model_faults(&self, schema: &Schema) -> Vec<ModelError> {
        D::Model::faults(schema)
    }

    fn validate(&self, config: Value, diags: &mut Diagnostics) {
        match D::Model::from_object(config) {
            Ok(config) => self.0.validate(&config, diags),
            Err(err) => diags.push(err.into()),
        }
    }

    fn read<'a>(&'a self, config: Value, cx: &'a Context<'a, D::Client>) -> Operation<'a, Value> {
        Box::pin(async move {
            let config = D::Model::from_object(config)?;
            self.0.read(config, cx).await.map(Model::into_object)
        })
    }
}
