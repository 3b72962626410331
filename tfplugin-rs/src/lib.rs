//! SDK for Terraform plugin protocol 6.
