//! The key and certificate a plugin host makes for itself: ECDSA on P-521, the
//! certificate self-signed, with the CA flag set, and used as an end entity.
//!
//! Written out in DER, because no backend in this workspace can make it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{Signature, SigningKey, VerifyingKey};
use p521::elliptic_curve::Generate as _;
use rustls::sign::{CertifiedKey, Signer, SigningKey as TlsKey, SingleCertAndKey};
use rustls::{SignatureAlgorithm, SignatureScheme};
use rustls_pki_types::CertificateDer;
use time::{Duration, OffsetDateTime};

/// `ecdsa-with-SHA512` as an algorithm identifier.
const ECDSA_SHA512: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04";
/// `id-ecPublicKey` on `secp521r1` as an algorithm identifier.
const EC_P521: &[u8] = b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23";
/// The name `CN=localhost`.
const NAME: &[u8] = b"\x30\x14\x31\x12\x30\x10\x06\x03\x55\x04\x03\x0c\x09localhost";
/// Critical basic constraints with the CA flag, DNS name `localhost`.
const EXTENSIONS: &[u8] = b"\xa3\x29\x30\x27\
    \x30\x0f\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x05\x30\x03\x01\x01\xff\
    \x30\x14\x06\x03\x55\x1d\x11\x04\x0d\x30\x0b\x82\x09localhost";

/// A plugin host's key pair.
#[derive(Clone, Debug)]
pub struct ClientKey {
    key: SigningKey,
    certificate: CertificateDer<'static>,
}

impl ClientKey {
    /// A new one, valid for a day.
    pub fn generate() -> Self {
        let key = SigningKey::generate();
        let certificate = certificate(&key).into();
        Self { key, certificate }
    }

    /// The certificate in DER.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The certificate as a plugin host passes it in `PLUGIN_CLIENT_CERT`.
    pub fn pem(&self) -> String {
        let base64 = STANDARD.encode(&self.certificate);
        format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
    }

    /// The same certificate with another key: what a thief of it would have.
    pub fn with_other_key(&self) -> Self {
        Self { key: SigningKey::generate(), certificate: self.certificate.clone() }
    }

    /// For a rustls client.
    pub fn resolver(&self) -> Arc<SingleCertAndKey> {
        let key = Arc::new(ClientSigner(self.key.clone()));
        Arc::new(CertifiedKey::new(vec![self.certificate.clone()], key).into())
    }
}

fn certificate(key: &SigningKey) -> Vec<u8> {
    let now = OffsetDateTime::now_utc();
    let public = VerifyingKey::from(key).to_sec1_point(false);
    let serial = public.as_bytes()[1] & 0x7f | 1;
    let body = sequence(&[
        b"\xa0\x03\x02\x01\x02",
        &[0x02, 0x01, serial],
        ECDSA_SHA512,
        NAME,
        &sequence(&[&utc_time(now - Duration::seconds(30)), &utc_time(now + Duration::days(1))]),
        NAME,
        &sequence(&[EC_P521, &bit_string(public.as_bytes())]),
        EXTENSIONS,
    ]);
    let signature: Signature = key.sign(&body);
    sequence(&[&body, ECDSA_SHA512, &bit_string(signature.to_der().as_bytes())])
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(0x30, &parts.concat())
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tagged(0x03, &[&[0], bytes].concat())
}

fn utc_time(time: OffsetDateTime) -> Vec<u8> {
    let text = format!(
        "{:02}{:02}{:02}{:02}{:02}{:02}Z",
        time.year() % 100,
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
    );
    tagged(0x17, text.as_bytes())
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("certificates are short").to_be_bytes();
    let header = match content.len() {
        0..0x80 => vec![tag, length[1]],
        0x80..0x100 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [header.as_slice(), content].concat()
}

#[derive(Clone)]
struct ClientSigner(SigningKey);

impl std::fmt::Debug for ClientSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSigner")
    }
}

impl TlsKey for ClientSigner {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&self.scheme()).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for ClientSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature: Signature = self.0.sign(message);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
