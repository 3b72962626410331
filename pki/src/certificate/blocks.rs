//! The certificates of a text as they stand in it, for stores that are copied
//! without being parsed.

use memchr::memmem;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::parse_certificates;

/// What a `CERTIFICATE` block starts with.
pub const BLOCK_BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// What it ends with.
pub const BLOCK_END: &[u8] = b"-----END CERTIFICATE-----";

/// The `CERTIFICATE` blocks of a text, from their first dash to their last.
/// What is between them, and a block without an end, is passed over.
pub fn blocks(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[memmem::find(rest, BLOCK_BEGIN)?..];
            let end = memmem::find(rest, BLOCK_END)?;
            let (block, tail) = rest.split_at(end + BLOCK_END.len());
            // A block that never ended swallows no whole one behind it.
            match memmem::find(&block[BLOCK_BEGIN.len()..], BLOCK_BEGIN) {
                Some(next) => rest = &rest[BLOCK_BEGIN.len() + next..],
                None => {
                    rest = tail;
                    return Some(block);
                }
            }
        }
    })
}

/// The same, decoded but not parsed; what cannot be decoded is passed over.
pub fn ders(text: &[u8]) -> Vec<CertificateDer<'static>> {
    blocks(text).filter_map(|it| CertificateDer::from_pem_slice(it).ok()).collect()
}

/// The same, parsed; what does not parse is passed over.
pub fn parsable(text: &[u8]) -> Vec<CertificateDer<'static>> {
    blocks(text).filter_map(|it| parse_certificates(it).ok()).flatten().collect()
}
