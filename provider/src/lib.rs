//! The Terraform provider.
