//! The sample provider as a process, seen from the plugin host.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use testkit::process::{Finished, Process};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;

use crate::client::Client;
use crate::client_key::ClientKey;
use crate::generated::plugin::Empty;

/// What proves to the provider that a plugin host started it.
pub(crate) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// A running provider that has announced itself.
pub(crate) struct Running {
    pub(crate) process: Process,
    pub(crate) key: ClientKey,
    line: String,
    folder: TempDir,
}

/// The binary with nothing inherited but a temporary folder.
pub(crate) fn command(temporary: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sample-provider"));
    command.env_clear().env("TMPDIR", temporary);
    command
}

/// A certificate as the plugin host passes it.
pub(crate) fn pem(certificate: &CertificateDer<'_>) -> String {
    let base64 = STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
}

impl Running {
    /// With mutual TLS, as Terraform starts it.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with further variables.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let key = ClientKey::generate();
        let certificate = pem(key.certificate());
        let mut all = vec![("PLUGIN_CLIENT_CERT", certificate.as_str())];
        all.extend_from_slice(variables);
        Self::announced(&all, key).await
    }

    /// Without TLS, as `TF_DISABLE_PLUGIN_TLS` has it.
    pub(crate) async fn start_in_clear_text() -> Self {
        Self::start_in_clear_text_with(&[]).await
    }

    /// The same with further variables.
    pub(crate) async fn start_in_clear_text_with(variables: &[(&str, &str)]) -> Self {
        Self::announced(variables, ClientKey::generate()).await
    }

    /// With mutual TLS, by way of another program that gets the path of the binary.
    pub(crate) async fn start_through(wrap: impl FnOnce(&Path) -> Command) -> Self {
        let key = ClientKey::generate();
        let certificate = pem(key.certificate());
        let mut command = wrap(Path::new(env!("CARGO_BIN_EXE_sample-provider")));
        command.env_clear().env("PATH", "/usr/bin:/bin");
        Self::announce(command, &[("PLUGIN_CLIENT_CERT", certificate.as_str())], key).await
    }

    async fn announced(variables: &[(&str, &str)], key: ClientKey) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sample-provider"));
        command.env_clear();
        Self::announce(command, variables, key).await
    }

    async fn announce(mut command: Command, variables: &[(&str, &str)], key: ClientKey) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        command.env("TMPDIR", folder.path());
        command.envs([COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "6,5")]);
        command.envs(variables.iter().copied());
        let process = Process::spawn(command);
        let line = process.wait_line_async("|grpc|").await;
        Self { process, key, line, folder }
    }

    /// The fields of the handshake line.
    pub(crate) fn fields(&self) -> Vec<&str> {
        self.line.split('|').collect()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.fields()[3].into()
    }

    /// Connects as the process that started it.
    pub(crate) async fn connect(&self) -> Client {
        self.connect_as(Some(&self.key)).await.expect("the client is let in")
    }

    /// Connects over TLS with some certificate, or none. Whether the server
    /// took it is known after the first call.
    pub(crate) async fn connect_as(&self, key: Option<&ClientKey>) -> io::Result<Client> {
        let certificate = STANDARD_NO_PAD.decode(self.fields()[5]).expect("base64 without padding");
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(certificate)).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("default versions")
            .with_root_certificates(roots);
        let mut config = match key {
            None => builder.with_no_client_auth(),
            Some(key) => builder.with_client_cert_resolver(key.resolver()),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        let stream = UnixStream::connect(self.socket()).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        Client::open(stream).await
    }

    pub(crate) async fn connect_in_clear_text(&self) -> Client {
        let stream = UnixStream::connect(self.socket()).await.expect("a socket");
        Client::open(stream).await.expect("HTTP/2")
    }

    /// Ends it as Terraform does, and checks that it leaves nothing behind.
    pub(crate) async fn shut_down(&self, client: Client) -> Finished {
        let answer = client.call("plugin.GRPCController/Shutdown", &Empty {}).await;
        let Empty {} = answer.expect("an answer");
        client.closed().await;
        self.finished().await
    }

    /// Waits for its end, and checks that it leaves nothing behind.
    pub(crate) async fn finished(&self) -> Finished {
        let finished = self.process.wait_async().await.exited(0);
        let mut left = std::fs::read_dir(self.folder.path()).expect("the folder is still there");
        assert!(left.next().is_none(), "something is left in the temporary folder");
        assert_eq!(finished.stdout, format!("{}\n", self.line), "only the handshake line");
        finished
    }
}
