//! Certificates: reading and checking them, pins, chains, the roots that a
//! system trusts, the verifier of TLS clients, bundles and truststores.
//!
//! Everything is a pure function of bytes and the time that is handed in, but
//! for `system_roots`, which reads the system's store.

pub mod bundle;
pub mod certificate;
pub mod chain;
pub mod pkcs12;
pub mod system_roots;
pub mod verifier;
