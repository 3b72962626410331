//! Tokens of Coder's format that stand out: nothing else in a test can contain
//! one by chance.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

#[cfg(test)]
mod tests;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A fresh token: 10 characters, `-`, 22 characters, all alphanumeric.
pub fn random() -> String {
    format!("{}-{}", letters(10), letters(22))
}

/// Whether `token` has the form that Coder insists on.
pub fn is_well_formed(token: &str) -> bool {
    let alphanumeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    token.split_once('-').is_some_and(|(id, secret)| {
        id.len() == 10 && secret.len() == 22 && alphanumeric(id) && alphanumeric(secret)
    })
}

fn letters(count: u8) -> String {
    // The standard library's hasher keys are the one source of randomness that
    // needs no dependency.
    let seed = RandomState::new();
    (0..count)
        .map(|index| {
            let letter = seed.hash_one(index) % ALPHABET.len() as u64;
            char::from(ALPHABET[letter as usize])
        })
        .collect()
}
