//! Certificates: reading and checking them, pins, chains, the roots that a
//! system trusts, the verifier of TLS clients, bundles and truststores.
//!
//! Each module is pure (bytes and the time are handed in) except `system_roots`,
//! which reads the system's store.

pub mod bundle;
pub mod certificate;
pub mod chain;
pub mod pkcs12;
pub mod system_roots;
pub mod verifier;
