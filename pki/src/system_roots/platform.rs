//! The store of a platform that keeps its roots in no file.
//!
//! `rustls-native-certs` reads the same stores, but `SSL_CERT_FILE` and
//! `SSL_CERT_DIR` go before them there and cannot be switched off.

use rustls_pki_types::CertificateDer;

/// The keychain's certificates that are trusted as roots.
#[cfg(target_os = "macos")]
pub(super) fn certificates() -> Vec<CertificateDer<'static>> {
    use std::collections::HashMap;

    use security_framework::trust_settings::{Domain, TrustSettings, TrustSettingsForCertificate};

    // What a user decided about a certificate goes before an administrator's
    // word, and that before the system's.
    let mut found = HashMap::new();
    for domain in [Domain::User, Domain::Admin, Domain::System] {
        let settings = TrustSettings::new(domain);
        // A domain without settings is an error, and ordinary.
        for certificate in settings.iter().into_iter().flatten() {
            // No settings for TLS mean that it is trusted.
            if let Ok(trust) = settings.tls_trust_settings_for_certificate(&certificate) {
                let trust = trust.unwrap_or(TrustSettingsForCertificate::TrustRoot);
                found.entry(certificate.to_der()).or_insert(trust);
            }
        }
    }
    let is_root = |trust: &TrustSettingsForCertificate| {
        use TrustSettingsForCertificate::{TrustAsRoot, TrustRoot};
        matches!(trust, TrustAsRoot | TrustRoot)
    };
    found.into_iter().filter(|(_, it)| is_root(it)).map(|(der, _)| der.into()).collect()
}

/// The certificates of the store `ROOT` that are good for servers now.
#[cfg(windows)]
pub(super) fn certificates() -> Vec<CertificateDer<'static>> {
    use schannel::cert_context::ValidUses;
    use schannel::cert_store::CertStore;

    /// id-kp-serverAuth, RFC 5280 §4.2.1.12.
    const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";

    let store = match CertStore::open_current_user("ROOT") {
        Ok(store) => store,
        Err(err) => {
            tracing::debug!(error = %err, "the system's certificate store cannot be opened");
            return Vec::new();
        }
    };
    let is_for_servers = |uses: ValidUses| match uses {
        ValidUses::All => true,
        ValidUses::Oids(oids) => oids.iter().any(|it| it == SERVER_AUTH),
    };
    store
        .certs()
        .filter(|it| {
            it.valid_uses().is_ok_and(is_for_servers) && it.is_time_valid().unwrap_or(false)
        })
        .map(|it| it.to_der().to_vec().into())
        .collect()
}

/// Other systems have files.
#[cfg(not(any(target_os = "macos", windows)))]
pub(super) fn certificates() -> Vec<CertificateDer<'static>> {
    Vec::new()
}
