//! The bundle for tools whose variables replace the system's roots: our CAs,
//! further CAs, then everything the system trusts.
//!
//! The system's store is taken as text. Its certificates were checked by who
//! put them there, and parsing 140 of them would cost more than a whole set-up.

pub mod system;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use pem::{EncodeConfig, LineEnding, Pem};

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// Joins PEM texts in their order; each certificate stands once, and nothing
/// but certificates is taken over.
pub fn compose<'t>(texts: impl IntoIterator<Item = &'t [u8]>) -> Vec<u8> {
    let mut bundle = Vec::new();
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    for block in texts.into_iter().flat_map(blocks) {
        if seen.insert(body(block)) {
            bundle.extend(block.iter().filter(|it| **it != b'\r'));
            bundle.push(b'\n');
        }
    }
    bundle
}

/// The `CERTIFICATE` blocks of a text, from their first dash to their last.
/// What is between them, and a block without an end, is passed over.
pub fn blocks(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[find(rest, BEGIN)?..];
            let end = find(rest, END)?;
            let (block, tail) = rest.split_at(end + END.len());
            // A block that never ended swallows no whole one behind it.
            match find(&block[BEGIN.len()..], BEGIN) {
                Some(next) => rest = &rest[BEGIN.len() + next..],
                None => {
                    rest = tail;
                    return Some(block);
                }
            }
        }
    })
}

/// One block, with line feeds and 64 columns.
pub fn encode(der: &[u8]) -> String {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    pem::encode_config(&Pem::new("CERTIFICATE", der), config)
}

/// The Base64 alone: equal exactly if the certificates are.
fn body(block: &[u8]) -> Vec<u8> {
    let inner = &block[BEGIN.len()..block.len() - END.len()];
    inner.iter().copied().filter(|it| !it.is_ascii_whitespace()).collect()
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    // All needles start with dashes, which Base64 does not have, so a jump to
    // the next dash passes over whole bodies at once.
    let mut from = 0;
    loop {
        from += text[from..].iter().position(|it| *it == b'-')?;
        if text[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}
