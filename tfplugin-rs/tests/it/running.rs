//! The sample provider as a process, seen from the plugin host.

use std::io;
use std::ops::Deref;
use std::path::Path;
use std::process::Command;

use fakes::plugin_host::{ClientKey, Plugin};
use testkit::process::Finished;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;

use crate::client::Client;
use crate::generated::plugin::Empty;

/// A running provider that has announced itself.
pub(crate) struct Running(Plugin);

/// The binary with nothing inherited but a temporary folder.
pub(crate) fn command(temporary: &Path) -> Command {
    let mut command = sample(&[]);
    command.env("TMPDIR", temporary);
    command
}

fn sample(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sample-provider"));
    command.env_clear().envs(variables.iter().copied());
    command
}

impl Running {
    /// With mutual TLS, as Terraform starts it.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with further variables.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        Self(Plugin::start(sample(variables)).await)
    }

    /// Without TLS, as `TF_DISABLE_PLUGIN_TLS` has it.
    pub(crate) async fn start_in_clear_text(variables: &[(&str, &str)]) -> Self {
        Self(Plugin::start_in_clear_text(sample(variables)).await)
    }

    /// With mutual TLS, by way of another program that gets the path of the binary.
    pub(crate) async fn start_through(wrap: impl FnOnce(&Path) -> Command) -> Self {
        let mut command = wrap(Path::new(env!("CARGO_BIN_EXE_sample-provider")));
        command.env_clear().env("PATH", "/usr/bin:/bin");
        Self(Plugin::start(command).await)
    }

    /// Connects as the process that started it.
    pub(crate) async fn connect(&self) -> Client {
        Client::open(self.0.connect().await).await.expect("HTTP/2")
    }

    /// The same without a client of ours.
    pub(crate) async fn connect_stream(
        &self,
    ) -> impl AsyncRead + AsyncWrite + Send + Unpin + 'static {
        self.0.connect().await
    }

    /// Connects over TLS with some certificate, or none. Whether the server accepts it is
    /// known after the first call.
    pub(crate) async fn connect_as(&self, key: Option<&ClientKey>) -> io::Result<Client> {
        Client::open(self.0.connect_as(key).await?).await
    }

    pub(crate) async fn connect_in_clear_text(&self) -> Client {
        let stream = UnixStream::connect(self.socket()).await.expect("a socket");
        Client::open(stream).await.expect("HTTP/2")
    }

    /// The most memory that the process has had, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).expect("the process lives");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its memory");
        let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok());
        kib.expect("a number")
    }

    /// Ends it as Terraform does, and checks that it leaves nothing behind.
    pub(crate) async fn shut_down(&self, client: Client) -> Finished {
        let answer = client.call("plugin.GRPCController/Shutdown", &Empty {}).await;
        let Empty {} = answer.expect("an answer");
        client.closed().await;
        self.finished().await
    }
}

impl Deref for Running {
    type Target = Plugin;

    fn deref(&self) -> &Plugin {
        &self.0
    }
}
