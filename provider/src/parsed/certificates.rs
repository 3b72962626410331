//! Certificates in PEM form and their fingerprints.

use pki::certificate::{Pin, parse_certificates};
use rustls_pki_types::CertificateDer;

use super::{Parse, Refusal};

/// One certificate or more.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Certificates(Vec<CertificateDer<'static>>);

/// The SHA-256 of a file, 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sha256(String);

impl Certificates {
    /// The certificates in their order.
    pub(crate) fn as_slice(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

impl Sha256 {
    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Parse for Certificates {
    const RULE: &'static str = "must be one or more PEM certificates";

    fn parse(text: &str) -> Result<Self, Refusal> {
        parse_certificates(text.as_bytes())
            .map(Self)
            .map_err(|err| Refusal { problem: err.to_string(), hint: err.hint() })
    }
}

impl Parse for Pin {
    const RULE: &'static str = "must be 64 hexadecimal digits, with or without colons";

    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|err| Refusal::new(&err, err.hint()))
    }
}

impl Parse for Sha256 {
    const RULE: &'static str = "must be 64 hexadecimal digits";

    fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        let problem = format!("`{text}` is not 64 hexadecimal digits");
        Err(Refusal::new(problem, "write what `sha256sum` prints for the file"))
    }
}
