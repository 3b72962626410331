//! A policy that accepts every chain and keeps it, for a diagnosis that judges
//! the chain afterwards. Nothing confidential may be sent over such a connection.

use std::iter;
use std::sync::{Mutex, PoisonError};

use rustls::Error;
use rustls_pki_types::CertificateDer;

use super::{ChainPolicy, Presented};

/// The chain that a server presented last.
#[derive(Debug, Default)]
pub struct RecordedChain(Mutex<Vec<CertificateDer<'static>>>);

impl RecordedChain {
    /// Takes the chain out, the leaf first; empty if no server presented one.
    pub fn take(&self) -> Vec<CertificateDer<'static>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ChainPolicy for RecordedChain {
    fn check(&self, chain: &Presented<'_>) -> Result<(), Error> {
        let certificates = iter::once(chain.leaf).chain(chain.intermediates);
        let certificates = certificates.map(|it| it.clone().into_owned()).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = certificates;
        Ok(())
    }
}
