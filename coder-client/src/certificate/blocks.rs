//! The certificates of a text as they stand in it, for stores that are copied
//! without being parsed.

use memchr::memmem;

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
