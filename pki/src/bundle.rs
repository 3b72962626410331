//! The bundle for tools whose variables replace the system's roots: our CAs,
//! further CAs, then the roots that the system trusts.
//!
//! The system's store is taken as text. Its certificates were checked by the
//! administrator who put them there, and parsing 140 of them would cost more than a whole set-up.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use crate::certificate::{BLOCK_BEGIN as BEGIN, BLOCK_END as END, blocks};

/// Base64 on one line.
const COLUMNS: usize = 64;

/// Joins PEM texts in their order; each certificate stands once, and nothing
/// but certificates is taken over.
pub fn compose(texts: &[&[u8]]) -> Vec<u8> {
    let mut bundle = Vec::with_capacity(texts.iter().map(|it| it.len()).sum());
    let mut seen = HashSet::new();
    for block in texts.iter().flat_map(|it| blocks(it)) {
        let block = Block(canonical(block));
        if !seen.contains(&block) {
            bundle.extend_from_slice(&block.0);
            bundle.push(b'\n');
            seen.insert(block);
        }
    }
    bundle
}

/// A canonical block. Its end is the certificate's signature, which
/// distinguishes it from all others well enough for a hash; hashing whole stores would cost more
/// than all the rest of composing.
#[derive(Eq, PartialEq)]
struct Block<'t>(Cow<'t, [u8]>);

impl Hash for Block<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0[self.0.len().saturating_sub(END.len() + COLUMNS)..]);
    }
}

/// The block with line feeds and 64 columns, so that two are equal exactly if
/// their certificates are. Most blocks are so already and are not copied.
fn canonical(block: &[u8]) -> Cow<'_, [u8]> {
    let inner = &block[BEGIN.len()..block.len() - END.len()];
    let is_canonical = inner.len() > 1
        && inner.iter().step_by(COLUMNS + 1).all(|it| *it == b'\n')
        && inner.ends_with(b"\n")
        && memchr::memchr3(b'\r', b' ', b'\t', inner).is_none()
        && memchr::memchr_iter(b'\n', inner).count() == (inner.len() - 1).div_ceil(COLUMNS + 1) + 1;
    if is_canonical {
        return Cow::Borrowed(block);
    }
    let body: Vec<u8> = inner.iter().copied().filter(|it| !it.is_ascii_whitespace()).collect();
    let mut text = BEGIN.to_vec();
    text.push(b'\n');
    for line in body.chunks(COLUMNS) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(END);
    Cow::Owned(text)
}
