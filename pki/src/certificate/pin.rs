//! The pin: the SHA-256 of the one certificate that is accepted.

use std::fmt;

use thiserror::Error;

use super::CertificateError;

/// Digits of a SHA-256 in hexadecimal.
const DIGITS: usize = 64;

/// A SHA-256 of a certificate's DER. `Display` is 64 lower-case digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin(String);

/// Why a text is no pin.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PinError {
    /// A character that is neither a hexadecimal digit nor a colon.
    #[error("the pin contains `{0}`")]
    NotHex(char),
    /// Too few or too many digits.
    #[error("the pin has {0} hexadecimal digits instead of 64")]
    Length(usize),
}

impl PinError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        "write the certificate's SHA-256 as 64 hexadecimal digits, as `openssl x509 -noout \
         -fingerprint -sha256` prints them behind the `=`"
            .to_owned()
    }
}

impl Pin {
    /// Reads 64 hexadecimal digits; colons between them and upper case are
    /// allowed, as other tools print fingerprints that way.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        let digits: String = text.chars().filter(|it| *it != ':').collect();
        if let Some(other) = digits.chars().find(|it| !it.is_ascii_hexdigit()) {
            return Err(PinError::NotHex(other));
        }
        if digits.len() != DIGITS {
            return Err(PinError::Length(digits.len()));
        }
        Ok(Self(digits.to_ascii_lowercase()))
    }

    pub(super) fn check(&self, sha256: &str) -> Result<(), CertificateError> {
        if self.0 == sha256 {
            return Ok(());
        }
        Err(CertificateError::PinMismatch { expected: self.0.clone(), actual: sha256.to_owned() })
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
