//! The one list of data sources.

mod aibridge_ca_certificate;
mod aibridge_deployment;

use tfplugin::data_source::{ErasedDataSource, data_source};

use crate::client::Client;

/// All data sources of the provider.
pub(crate) fn all() -> Vec<Box<dyn ErasedDataSource<Client>>> {
    vec![
        data_source(aibridge_ca_certificate::CaCertificate),
        data_source(aibridge_deployment::Deployment),
    ]
}
