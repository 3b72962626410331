//! Terraform's side of a provider's start: the variables, the handshake line, and mutual TLS
//! with a key of its own.
//!
//! It ends where HTTP/2 begins: what is called over the stream is the test's business.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub use self::client_key::ClientKey;
use testkit::process::{Finished, Process};

mod client_key;

/// What proves to a provider that a plugin host started it.
pub const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// A running provider that has announced itself. Its temporary folder is its own.
#[derive(Debug)]
pub struct Plugin {
    /// The process.
    pub process: Process,
    /// The key whose certificate it got; without TLS, it got none.
    pub key: ClientKey,
    line: String,
    folder: TempDir,
}

impl Plugin {
    /// Starts `command` with mutual TLS, as Terraform does.
    ///
    /// # Panics
    /// If it ends without a handshake line.
    pub async fn start(mut command: Command) -> Self {
        let key = ClientKey::generate();
        command.env("PLUGIN_CLIENT_CERT", key.pem());
        Self::announced(command, key).await
    }

    /// Starts it without TLS, as `TF_DISABLE_PLUGIN_TLS` has it.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub async fn start_in_clear_text(command: Command) -> Self {
        Self::announced(command, ClientKey::generate()).await
    }

    async fn announced(mut command: Command, key: ClientKey) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        command.env("TMPDIR", folder.path());
        command.envs([COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "6,5")]);
        let process = Process::spawn(command);
        let line = process.wait_line_async("|grpc|").await;
        Self { process, key, line, folder }
    }

    /// The fields of the handshake line.
    pub fn fields(&self) -> Vec<&str> {
        self.line.split('|').collect()
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.fields()[3].into()
    }

    /// Connects as the process that started it.
    ///
    /// # Panics
    /// If it is not let in.
    pub async fn connect(&self) -> TlsStream<UnixStream> {
        self.connect_as(Some(&self.key)).await.expect("the client is let in")
    }

    /// Connects over TLS with some certificate, or none. Whether the provider took it is
    /// known when it has answered something: with TLS 1.3 the client is ready first.
    ///
    /// # Errors
    /// The handshake failed.
    pub async fn connect_as(&self, key: Option<&ClientKey>) -> io::Result<TlsStream<UnixStream>> {
        let certificate = STANDARD_NO_PAD.decode(self.fields()[5]).expect("base64 without padding");
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(certificate)).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring supports the default versions")
            .with_root_certificates(roots);
        let mut config = match key {
            None => builder.with_no_client_auth(),
            Some(key) => builder.with_client_cert_resolver(key.resolver()),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        let stream = UnixStream::connect(self.socket()).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// Waits for its end, and checks that it leaves nothing behind.
    pub async fn finished(&self) -> Finished {
        let finished = self.process.wait_async().await.exited(0);
        let mut left = fs::read_dir(self.folder.path()).expect("the folder is still there");
        assert!(left.next().is_none(), "something is left in the temporary folder");
        assert_eq!(finished.stdout, format!("{}\n", self.line), "only the handshake line");
        finished
    }
}
