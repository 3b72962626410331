//! Handshakes over memory: the pinned client is accepted, every other one is refused.

use std::sync::Arc;

use fakes::plugin_host::ClientKey;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::Identity;

/// What the plugin host does: trust exactly the announced certificate.
fn client_config(
    server: &CertificateDer<'static>,
    key: Option<&ClientKey>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(server.clone()).expect("our certificate is a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("known versions")
        .with_root_certificates(roots);
    let mut config = match key {
        None => builder.with_no_client_auth(),
        Some(key) => builder.with_client_cert_resolver(key.resolver()),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// Whether the server accepts the client and a byte gets through.
async fn is_accepted(
    pinned: &ClientKey,
    shown: Option<&ClientKey>,
    versions: &[&'static SupportedProtocolVersion],
) -> bool {
    let identity = Identity::for_client(pinned.certificate().clone(), OffsetDateTime::now_utc())
        .expect("an identity");
    let connector =
        TlsConnector::from(Arc::new(client_config(&identity.certificate, shown, versions)));
    let acceptor = TlsAcceptor::from(identity.config);
    let (ours, theirs) = tokio::io::duplex(64 << 10);
    let name = ServerName::try_from("localhost").expect("a name");
    let server = async {
        let mut stream = acceptor.accept(ours).await?;
        let mut byte = [0];
        stream.read_exact(&mut byte).await?;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        std::io::Result::Ok(())
    };
    let client = async {
        let mut stream = connector.connect(name, theirs).await?;
        stream.write_all(b"x").await?;
        std::io::Result::Ok(stream)
    };
    let (server, _client) = tokio::join!(server, client);
    server.is_ok()
}

#[tokio::test]
async fn pinned_client_is_accepted() {
    let key = ClientKey::generate();
    for version in [&TLS12, &TLS13] {
        assert!(is_accepted(&key, Some(&key), &[version]).await, "{version:?}");
    }
}

#[tokio::test]
async fn client_with_another_certificate_or_none_is_refused() {
    let key = ClientKey::generate();
    for version in [&TLS12, &TLS13] {
        assert!(!is_accepted(&key, None, &[version]).await, "no certificate, {version:?}");
        let other = ClientKey::generate();
        assert!(
            !is_accepted(&key, Some(&other), &[version]).await,
            "another certificate, {version:?}"
        );
        let thief = key.with_other_key();
        assert!(
            !is_accepted(&key, Some(&thief), &[version]).await,
            "a stolen certificate, {version:?}"
        );
    }
}

#[test]
fn certificate_has_the_length_that_clients_require() {
    let key = ClientKey::generate();
    let identity = Identity::for_client(key.certificate().clone(), OffsetDateTime::now_utc())
        .expect("an identity");
    // go-plugin takes the field for something else up to 50 characters.
    assert!(identity.certificate.len() > 100);
}

/// Whether the plugin host takes a certificate that was made when our clock was `ahead` of
/// its own.
fn is_taken(ahead: time::Duration) -> bool {
    let key = ClientKey::generate();
    let host = OffsetDateTime::now_utc();
    let identity =
        Identity::for_client(key.certificate().clone(), host + ahead).expect("an identity");
    let mut roots = RootCertStore::empty();
    roots.add(identity.certificate.clone()).expect("our certificate is a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .expect("a verifier");
    let name = ServerName::try_from("localhost").expect("a name");
    let now = u64::try_from(host.unix_timestamp()).expect("after 1970");
    let now = rustls_pki_types::UnixTime::since_unix_epoch(std::time::Duration::from_secs(now));
    rustls::client::danger::ServerCertVerifier::verify_server_cert(
        &*verifier,
        &identity.certificate,
        &[],
        &name,
        &[],
        now,
    )
    .is_ok()
}

#[test]
fn certificate_is_valid_after_the_clock_was_set() {
    use time::Duration;

    // The host checks once, at the handshake, at most a minute after the line; a jump in
    // the middle of an apply must not matter. Back by half a minute, forth by a day.
    for (ahead, expected) in [
        (Duration::ZERO, true),
        (Duration::seconds(29), true),
        (Duration::seconds(31), false),
        (-Duration::hours(23), true),
        (-Duration::hours(25), false),
    ] {
        assert_eq!(is_taken(ahead), expected, "our clock is {ahead} ahead");
    }
}
