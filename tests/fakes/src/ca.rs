//! Certificate authorities made for a test, sound and unsound, and the leaves
//! they sign.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ED25519,
};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

#[cfg(test)]
mod tests;

/// A CA with its key: ECDSA P-256, valid from a day ago for a year unless a
/// variant says otherwise.
#[derive(Debug, Clone)]
pub struct TestCa {
    certificate: Certificate,
    params: CertificateParams,
    key: Arc<KeyPair>,
    /// Certificates above this one, nearest first; empty for a root.
    issuers: Vec<CertificateDer<'static>>,
}

/// A certificate for names, signed by a [`TestCa`], with its key.
#[derive(Debug)]
pub struct Leaf {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

// === impl TestCa ===

impl TestCa {
    /// A sound, self-signed CA with common name `name`.
    pub fn new(name: &str) -> Self {
        Self::variant(name, |_| {})
    }

    /// As [`new`](Self::new), with an Ed25519 key.
    pub fn ed25519(name: &str) -> Self {
        let key = KeyPair::generate_for(&PKCS_ED25519).expect("ring makes Ed25519 keys");
        Self::self_signed(authority(name), key)
    }

    /// A sound CA whose key identifier is the one that most tools make (RFC 5280,
    /// section 4.2.1.2, method 1), for peers that derive it anew when they sign.
    pub fn with_common_key_identifier(name: &str) -> Self {
        let (mut params, key) = (authority(name), ecdsa_key());
        let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, key.public_key_raw());
        params.key_identifier_method = KeyIdMethod::PreSpecified(digest.as_ref().to_vec());
        Self::self_signed(params, key)
    }

    /// A CA that is valid between two times, whatever they are.
    pub fn valid_between(
        name: &str,
        not_before: OffsetDateTime,
        not_after: OffsetDateTime,
    ) -> Self {
        Self::variant(name, |params| {
            params.not_before = not_before;
            params.not_after = not_after;
        })
    }

    /// A CA whose validity ended an hour ago.
    pub fn expired(name: &str) -> Self {
        let now = OffsetDateTime::now_utc();
        Self::valid_between(name, now - Duration::days(30), now - Duration::hours(1))
    }

    /// A CA whose validity begins in an hour.
    pub fn not_yet_valid(name: &str) -> Self {
        let now = OffsetDateTime::now_utc();
        Self::valid_between(name, now + Duration::hours(1), now + Duration::days(30))
    }

    /// A CA that is valid for `days` more days.
    pub fn near_expiry(name: &str, days: i64) -> Self {
        let now = OffsetDateTime::now_utc();
        Self::valid_between(name, now - Duration::days(30), now + Duration::days(days))
    }

    /// A self-signed certificate that can sign nothing: basic constraints
    /// without the CA flag.
    pub fn not_a_ca(name: &str) -> Self {
        Self::variant(name, |params| {
            params.is_ca = IsCa::ExplicitNoCa;
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        })
    }

    /// A self-signed certificate without basic constraints at all.
    pub fn no_basic_constraints(name: &str) -> Self {
        Self::variant(name, |params| params.is_ca = IsCa::NoCa)
    }

    /// A CA whose key usage is there but lacks keyCertSign.
    pub fn no_cert_sign(name: &str) -> Self {
        Self::variant(name, |params| params.key_usages = vec![KeyUsagePurpose::DigitalSignature])
    }

    /// A CA without a key usage extension, which is sound.
    pub fn no_key_usage(name: &str) -> Self {
        Self::variant(name, |params| params.key_usages.clear())
    }

    /// A CA below this one.
    pub fn intermediate(&self, name: &str) -> Self {
        let (mut params, key) = (authority(name), ecdsa_key());
        params.use_authority_key_identifier_extension = true;
        let certificate =
            params.signed_by(&key, &self.issuer()).expect("a CA signs an intermediate");
        let mut issuers = vec![self.der().clone()];
        issuers.extend(self.issuers.iter().cloned());
        Self { certificate, params, key: Arc::new(key), issuers }
    }

    /// The certificate as one PEM block: LF, 64 columns, trailing newline.
    pub fn pem(&self) -> String {
        certificate_pem(self.der())
    }

    /// The private key as a PKCS#8 PEM block.
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The certificate's DER form.
    pub fn der(&self) -> &CertificateDer<'static> {
        self.certificate.der()
    }

    /// SHA-256 of the DER form, lower-case hex.
    pub fn sha256(&self) -> String {
        Sha256::digest(self.der()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// First moment of validity, in whole seconds as the certificate holds it.
    pub fn not_before(&self) -> OffsetDateTime {
        self.params.not_before.replace_nanosecond(0).expect("zero is a nanosecond")
    }

    /// Last moment of validity, in whole seconds as the certificate holds it.
    pub fn not_after(&self) -> OffsetDateTime {
        self.params.not_after.replace_nanosecond(0).expect("zero is a nanosecond")
    }

    /// A server certificate for one host name or address.
    pub fn leaf(&self, host: &str) -> Leaf {
        self.server_cert(&[host])
    }

    /// A server certificate for several host names and addresses, valid for a
    /// year.
    pub fn server_cert(&self, names: &[&str]) -> Leaf {
        let now = OffsetDateTime::now_utc();
        self.server_cert_between(names, now - Duration::days(1), now + Duration::days(365))
    }

    /// A server certificate that is valid between two times, whatever they are.
    pub fn server_cert_between(
        &self,
        names: &[&str],
        not_before: OffsetDateTime,
        not_after: OffsetDateTime,
    ) -> Leaf {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let common_name = names.first().cloned().unwrap_or_default();
        let mut params =
            CertificateParams::new(names).expect("names of a test are DNS names or addresses");
        params.not_before = not_before;
        params.not_after = not_after;
        params.distinguished_name = distinguished_name(&common_name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = ecdsa_key();
        let certificate = params.signed_by(&key, &self.issuer()).expect("a CA signs a leaf");
        let mut chain = vec![certificate.der().clone()];
        // A root is the verifier's own; all certificates below it have to be sent.
        if !self.issuers.is_empty() {
            chain.push(self.der().clone());
            chain.extend(self.issuers[..self.issuers.len() - 1].iter().cloned());
        }
        Leaf { chain, key }
    }

    fn variant(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = authority(name);
        change(&mut params);
        Self::self_signed(params, ecdsa_key())
    }

    fn self_signed(params: CertificateParams, key: KeyPair) -> Self {
        let certificate = params.self_signed(&key).expect("a CA signs itself");
        Self { certificate, params, key: Arc::new(key), issuers: Vec::new() }
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }
}

// === impl Leaf ===

impl Leaf {
    /// The leaf, then every intermediate up to but without the root.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The chain with `ca` at its end, even if that is a root: Coder's proxy
    /// sends its whole certificate file.
    pub fn followed_by(mut self, ca: &TestCa) -> Self {
        if !self.chain.contains(ca.der()) {
            self.chain.push(ca.der().clone());
        }
        self
    }

    /// The chain as PEM blocks.
    pub fn pem(&self) -> String {
        self.chain.iter().map(certificate_pem).collect()
    }

    /// The private key as a PKCS#8 PEM block.
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The private key for rustls.
    pub fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }
}

/// One CERTIFICATE block as Coder re-encodes it: LF, 64 columns, trailing
/// newline.
pub fn certificate_pem(der: &CertificateDer<'_>) -> String {
    let block = pem::Pem::new("CERTIFICATE", der.to_vec());
    pem::encode_config(&block, pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF))
}

fn authority(name: &str) -> CertificateParams {
    let now = OffsetDateTime::now_utc();
    let mut params = CertificateParams::default();
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(365);
    params.distinguished_name = distinguished_name(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn distinguished_name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

fn ecdsa_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("ring makes P-256 keys")
}
