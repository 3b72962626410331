//! The data sources, one file each.

mod aibridge_ca_certificate;
mod aibridge_deployment;

pub(crate) use self::aibridge_ca_certificate::CaCertificate;
pub(crate) use self::aibridge_deployment::Deployment;
