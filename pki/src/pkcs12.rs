//! A truststore for Java: PKCS#12 (RFC 7292) with certificates only.
//!
//! Certificates are public, so they stand in clear and the password is the one that
//! every Java installation uses for its own; the MAC only distinguishes a whole file
//! from a truncated one. The same certificates always give the same bytes.

use ring::{digest, hmac};
use settings::text;
use yasna::models::ObjectIdentifier;
use yasna::{DERWriter, Tag};

/// Java's own default, which is public.
pub const PASSWORD: &str = "changeit";

/// Rounds of the key derivation, as Java's keytool takes by default.
const ITERATIONS: u32 = 10_000;

/// Bytes of salt, the length of the digest.
const SALT_LENGTH: usize = 32;

/// Bytes of a block of SHA-256, for the key derivation.
const BLOCK_LENGTH: usize = 64;

/// The purpose "MAC" in the key derivation (RFC 7292 appendix B.3).
const PURPOSE_MAC: u8 = 3;

const DATA: &[u64] = &[1, 2, 840, 113_549, 1, 7, 1];
const CERT_BAG: &[u64] = &[1, 2, 840, 113_549, 1, 12, 10, 1, 3];
const X509_CERTIFICATE: &[u64] = &[1, 2, 840, 113_549, 1, 9, 22, 1];
const FRIENDLY_NAME: &[u64] = &[1, 2, 840, 113_549, 1, 9, 20];
const SHA256: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 1];
const ANY_EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37, 0];

/// Oracle's attribute, without which Java takes a certificate for part of a chain
/// and not for an anchor.
const TRUSTED_KEY_USAGE: &[u64] = &[2, 16, 840, 1, 113_894, 746_875, 1, 1];

/// The file's bytes. Each certificate's alias is made of its SHA-256, so that no
/// two have the same.
pub fn truststore(certificates: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let bags = yasna::construct_der(|writer| {
        writer.write_sequence_of(|bags| {
            for certificate in certificates {
                write_bag(bags.next(), certificate.as_ref());
            }
        });
    });
    let safe = yasna::construct_der(|writer| {
        writer.write_sequence_of(|safes| write_data(safes.next(), &bags));
    });
    let salt = digest::digest(&digest::SHA256, &safe);
    let salt = &salt.as_ref()[..SALT_LENGTH];
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &mac_key(PASSWORD, salt)), &safe);
    yasna::construct_der(|writer| {
        writer.write_sequence(|pfx| {
            pfx.next().write_u8(3);
            write_data(pfx.next(), &safe);
            pfx.next().write_sequence(|mac_data| {
                mac_data.next().write_sequence(|info| {
                    info.next().write_sequence(|algorithm| {
                        write_oid(algorithm.next(), SHA256);
                        algorithm.next().write_null();
                    });
                    info.next().write_bytes(mac.as_ref());
                });
                mac_data.next().write_bytes(salt);
                mac_data.next().write_u32(ITERATIONS);
            });
        });
    })
}

/// `SafeBag` with a `CertBag` and two attributes.
fn write_bag(writer: DERWriter<'_>, certificate: &[u8]) {
    writer.write_sequence(|bag| {
        write_oid(bag.next(), CERT_BAG);
        bag.next().write_tagged(Tag::context(0), |value| {
            value.write_sequence(|cert_bag| {
                write_oid(cert_bag.next(), X509_CERTIFICATE);
                cert_bag
                    .next()
                    .write_tagged(Tag::context(0), |value| value.write_bytes(certificate));
            });
        });
        bag.next().write_set_of(|attributes| {
            attributes.next().write_sequence(|attribute| {
                write_oid(attribute.next(), FRIENDLY_NAME);
                attribute
                    .next()
                    .write_set_of(|values| values.next().write_bmp_string(&alias(certificate)));
            });
            attributes.next().write_sequence(|attribute| {
                write_oid(attribute.next(), TRUSTED_KEY_USAGE);
                attribute
                    .next()
                    .write_set_of(|values| write_oid(values.next(), ANY_EXTENDED_KEY_USAGE));
            });
        });
    });
}

/// `ContentInfo` of the type `data`.
fn write_data(writer: DERWriter<'_>, content: &[u8]) {
    writer.write_sequence(|info| {
        write_oid(info.next(), DATA);
        info.next().write_tagged(Tag::context(0), |value| value.write_bytes(content));
    });
}

fn write_oid(writer: DERWriter<'_>, oid: &[u64]) {
    writer.write_oid(&ObjectIdentifier::from_slice(oid));
}

fn alias(certificate: &[u8]) -> String {
    text::hex(digest::digest(&digest::SHA256, certificate).as_ref())
}

/// The key derivation of RFC 7292 appendix B.2, for one block: the key is as
/// long as the digest.
fn mac_key(password: &str, salt: &[u8]) -> Vec<u8> {
    let password: Vec<u8> = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
    let mut input = vec![PURPOSE_MAC; BLOCK_LENGTH];
    for part in [salt, &password] {
        let length = part.len().next_multiple_of(BLOCK_LENGTH);
        input.extend(part.iter().copied().cycle().take(length));
    }
    let mut key = digest::digest(&digest::SHA256, &input);
    for _ in 1..ITERATIONS {
        key = digest::digest(&digest::SHA256, key.as_ref());
    }
    key.as_ref().to_vec()
}

#[cfg(test)]
mod tests;
