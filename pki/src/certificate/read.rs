//! From PEM to DER and back: framing, kinds of blocks, strict lengths.

use std::fmt;

use pem::{EncodeConfig, LineEnding, Pem};
use settings::text;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::CertificateError;

/// What opens each block.
const BEGIN: &[u8] = b"-----BEGIN ";

/// The label of RFC 7468 §5, and the one that it replaced.
const CERTIFICATE_LABELS: [&str; 2] = ["CERTIFICATE", "X509 CERTIFICATE"];

/// The longest label or parser's word that is quoted.
const MAX_QUOTE: usize = 80;

/// Gives the DER of each block, at least one. Text around blocks is ignored,
/// as bundles have comments.
pub(super) fn certificate_blocks(input: &[u8]) -> Result<Vec<Vec<u8>>, CertificateError> {
    let trimmed = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input).trim_ascii();
    if trimmed.is_empty() {
        return Err(CertificateError::Empty);
    }
    let begun = count(trimmed, BEGIN);
    if begun == 0 {
        return Err(if trimmed.starts_with(b"<") {
            CertificateError::ServedMarkup
        } else {
            CertificateError::NotPem
        });
    }
    // A key must be called a key even if its block does not decode.
    if has_private_key(trimmed) {
        return Err(CertificateError::PrivateKey);
    }
    let blocks = pem::parse_many(trimmed).map_err(|err| malformed("PEM block", &err))?;
    if blocks.len() != begun {
        return Err(malformed("PEM block", &"the end line is missing"));
    }
    if let Some(other) = blocks.iter().find(|it| !CERTIFICATE_LABELS.contains(&it.tag())) {
        return Err(CertificateError::NoCertificate {
            label: text::one_line(other.tag(), MAX_QUOTE),
        });
    }
    Ok(blocks.into_iter().map(Pem::into_contents).collect())
}

/// Checks the label lines only: a comment may well mention private keys.
fn has_private_key(input: &[u8]) -> bool {
    const KEY: &[u8] = b"PRIVATE KEY-----";
    input.split(|it| *it == b'\n' || *it == b'\r').any(|line| {
        let line = line.trim_ascii();
        line.starts_with(BEGIN) && line.ends_with(KEY)
    })
}

fn count(input: &[u8], needle: &[u8]) -> usize {
    input.windows(needle.len()).filter(|it| *it == needle).count()
}

/// Parses exactly one certificate; bytes behind it are refused.
pub(super) fn x509(der: &[u8]) -> Result<X509Certificate<'_>, CertificateError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok((rest, _)) => {
            Err(malformed("certificate", &format_args!("{} bytes follow it", rest.len())))
        }
        Err(err) => Err(malformed("certificate", &err)),
    }
}

/// One block with line feeds, 64 columns and a trailing newline.
pub fn encode(der: &[u8]) -> String {
    let block = Pem::new(CERTIFICATE_LABELS[0], der);
    pem::encode_config(&block, EncodeConfig::new().set_line_ending(LineEnding::LF))
}

pub(super) fn malformed(part: &'static str, reason: &impl fmt::Display) -> CertificateError {
    CertificateError::Malformed { part, reason: text::one_line(&reason.to_string(), MAX_QUOTE) }
}
