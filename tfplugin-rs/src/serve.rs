//! Serves a provider to the plugin host: handshake, mutual TLS, socket,
//! lifetime, debug mode.
//!
//! The order counts. Before the handshake line no work is done that is
//! not needed yet: no schema, no certificate store. But what a signal or a
//! connection needs is in place when the line is printed. After the line stdout
//! is silent; stdin is Terraform's own and never read.

mod connection;
mod env;
mod handshake;
mod host;
pub(crate) mod lifetime;
mod listener;
mod mtls;
mod reattach;
mod signals;

#[cfg(feature = "testing")]
pub(crate) mod in_process;

#[cfg(test)]
mod tests;

use std::error::Error as StdError;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use self::connection::Services;
use self::handshake::{Network, Refusal, Terms};
use self::host::Host;
use self::lifetime::{Admission, Lifetime};
use self::listener::{Listener, Socket};
use self::mtls::Identity;
use self::signals::Signals;
use crate::log;
use crate::proto6::Adapter;
use crate::provider::Provider;
use crate::server::Server;

/// Time from the handshake line to the first connection. The host gives up on
/// a start after a minute.
const FIRST_CLIENT_LIMIT: Duration = Duration::from_secs(120);
/// Time from the host's shutdown request until the end: it kills after two seconds.
const SHUTDOWN_LIMIT: Duration = Duration::from_millis(1500);
/// Pause after a failed `accept`, which otherwise fails again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Operations may compute between their waits; more threads than this have
/// not been seen to help and cost memory.
const WORKERS: std::ops::RangeInclusive<usize> = 2..=4;
/// Exit code for unknown arguments.
const EXIT_USAGE: u8 = 2;

/// What is the provider's own.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Address in the registry, `HOST/NAMESPACE/NAME`. Debug mode offers the
    /// provider under it, and under the same in the other public registry, Terraform's or
    /// OpenTofu's; the last part names it in logs.
    pub address: &'static str,
    /// The provider's own version, without a leading `v`.
    pub version: &'static str,
}

impl Options {
    fn name(&self) -> &'static str {
        self.address.rsplit('/').next().unwrap_or(self.address)
    }
}

/// Runs a provider's `main`: reads the arguments and serves until the client
/// needs no more.
///
/// Without arguments it expects to be started by Terraform or OpenTofu and
/// refuses to run otherwise. `--debug` serves every client that attaches, until it is
/// interrupted; `--version` prints the version.
pub fn run<P: Provider>(provider: P, options: Options) -> ExitCode {
    log::install_hook();
    log::install(env::lookup, options.name());
    match Mode::parse(std::env::args_os().skip(1)) {
        Ok(Mode::Plugin) => plugin(provider, options),
        Ok(Mode::Debug) => debug(provider, options),
        Ok(Mode::Version) => {
            let text = format!("terraform-provider-{} {}", options.name(), options.version);
            print_line(&text).map_or_else(|err| fail(&err), |()| ExitCode::SUCCESS)
        }
        Err(argument) => {
            complain(format_args!(
                "unknown argument `{}`; a provider takes none, or one of --debug and --version",
                argument.display()
            ));
            ExitCode::from(EXIT_USAGE)
        }
    }
}

/// What the arguments select.
#[derive(Debug, PartialEq, Eq)]
enum Mode {
    Debug,
    Plugin,
    Version,
}

impl Mode {
    /// An unknown argument is the error. Go providers take their flags with
    /// one dash.
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, OsString> {
        let mut mode = Self::Plugin;
        for argument in arguments {
            mode = match argument.to_str() {
                Some("--debug" | "-debug") => Self::Debug,
                Some("--version" | "-version") => Self::Version,
                _ => return Err(argument),
            };
        }
        Ok(mode)
    }
}

/// Serves the process that started us.
fn plugin<P: Provider>(provider: P, options: Options) -> ExitCode {
    let terms = match Terms::read(env::lookup, Network::of_this_platform()) {
        Ok(terms) => terms,
        Err(Refusal::StartedByHand) => {
            complain(Refusal::StartedByHand);
            return ExitCode::FAILURE;
        }
        Err(refusal) => return abort_start(options, &refusal, None),
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(err) => return abort_start(options, &err, None),
    };
    let code = runtime.block_on(async {
        // In place before the line: a signal right after it must not kill.
        let signals = match Signals::ignore() {
            Ok(signals) => signals,
            Err(err) => return abort_start(options, &err, None),
        };
        let listener = match Listener::bind(&terms.endpoint) {
            Ok(listener) => listener,
            Err(err) => return abort_start(options, &err, err.hint()),
        };
        let identity = match terms.client_certificate.clone() {
            None => None,
            Some(client) => match Identity::for_client(client, OffsetDateTime::now_utc()) {
                Ok(identity) => Some(identity),
                Err(err) => return abort_start(options, &err, None),
            },
        };
        let line = terms.line(&listener.address(), identity.as_ref().map(|it| &it.certificate));
        if let Err(err) = print_line(&line) {
            return fail(&err);
        }
        let tls = identity.map(|identity| TlsAcceptor::from(identity.config));
        let lifetime = Arc::new(Lifetime::new(Admission::One));
        serve_one(provider, listener, tls, lifetime).await;
        drop(signals);
        ExitCode::SUCCESS
    });
    // An operation that outlived the shutdown limit must not hold the process.
    runtime.shutdown_background();
    code
}

/// Serves until the client requests the end or disconnects.
async fn serve_one<P: Provider>(
    provider: P,
    listener: Listener,
    tls: Option<TlsAcceptor>,
    lifetime: Arc<Lifetime>,
) {
    let server = Server::new(provider);
    let services = services(&server, &lifetime);
    let connection =
        |socket| connection::serve(socket, tls.clone(), services.clone(), Arc::clone(&lifetime));
    let ending = lifetime.ending();
    tokio::select! {
        () = ending.cancelled() => {}
        () = lifetime.last_client_gone() => {
            tracing::info!(in_flight = server.tracker().len(), "the client is gone");
            // Waiting for an object to become ready is of no use any more; its
            // creation is still finished.
            server.stop();
            operations_done(&server).await;
            return;
        }
        Err(_elapsed) = timeout(FIRST_CLIENT_LIMIT, lifetime.first_client()) => {
            tracing::error!("no client connected after the handshake line");
            return;
        }
        () = accept(&listener, &lifetime, connection) => {}
    }
    let drained = timeout(SHUTDOWN_LIMIT, async {
        operations_done(&server).await;
        lifetime.connections_closed().await;
    });
    if drained.await.is_err() {
        tracing::warn!(
            in_flight = server.tracker().len(),
            "operations did not end in time for the shutdown"
        );
    }
}

/// Serves every client that attaches, until a signal.
fn debug<P: Provider>(provider: P, options: Options) -> ExitCode {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(err) => return fail(&err),
    };
    let served = runtime.block_on(async {
        let mut signals = Signals::ignore()?;
        let listener = Listener::bind(&Network::of_this_platform().endpoint())?;
        complain(format_args!(
            "serving {}; start Terraform or OpenTofu with this variable set, end with Ctrl-C",
            options.address
        ));
        print_line(&reattach::assignment(
            options.address,
            &listener.address(),
            std::process::id(),
        ))?;

        let lifetime = Arc::new(Lifetime::new(Admission::Any));
        let server = Server::new(provider);
        let services = services(&server, &lifetime);
        let connection =
            |socket| connection::serve(socket, None, services.clone(), Arc::clone(&lifetime));
        tokio::select! {
            () = signals.next() => {}
            () = accept(&listener, &lifetime, connection) => {}
        }
        server.stop();
        lifetime.end();
        tokio::select! {
            () = operations_done(&server) => {}
            () = signals.next() => {}
        }
        Ok::<(), Box<dyn StdError>>(())
    });
    runtime.shutdown_background();
    served.map_or_else(|err| fail(err.as_ref()), |()| ExitCode::SUCCESS)
}

fn services<P: Provider>(server: &Server<P>, lifetime: &Arc<Lifetime>) -> Services<Adapter<P>> {
    Services::new(Adapter::new(server.clone()), &Host::new(Arc::clone(lifetime)))
}

/// Resolves when nothing is in flight any more.
async fn operations_done<P: Provider>(server: &Server<P>) {
    server.tracker().close();
    server.tracker().wait().await;
}

/// Accepts connections; `connection` serves each in its own task. Never returns.
async fn accept<F: Future<Output = ()> + Send + 'static>(
    listener: &Listener,
    lifetime: &Lifetime,
    connection: impl Fn(Socket) -> F,
) {
    loop {
        match listener.accept().await {
            Ok(socket) => lifetime.connection(connection(socket)),
            Err(err) => {
                tracing::warn!(error = %err, "cannot accept a connection");
                #[expect(
                    clippy::disallowed_methods,
                    reason = "a failed accept fails again at once"
                )]
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    // The runtime panics if it cannot make the socket pair of its signal handlers, before
    // which it opens three files. Whether there is room for all is found out here, as an
    // error; a process without them could not serve either.
    #[cfg(unix)]
    {
        use std::os::unix::net::UnixStream;
        drop((UnixStream::pair()?, UnixStream::pair()?, UnixStream::pair()?));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.clamp(*WORKERS.start(), *WORKERS.end()))
        .enable_all()
        .build()
}

/// Reports a start that failed to the user. Terraform shows a first line that is not a
/// handshake («Unrecognized remote plugin message»), and never shows stderr.
fn abort_start(options: Options, err: &dyn StdError, hint: Option<&str>) -> ExitCode {
    let reason = match hint {
        None => chain(err),
        Some(hint) => format!("{} ({hint})", chain(err)),
    };
    tracing::error!(reason = %reason, "cannot start");
    // Four fields would make it a handshake line.
    let line =
        format!("{} cannot start: {reason}", options.address).replace(['|', '\n', '\r'], " ");
    match print_line(&line) {
        Ok(()) => ExitCode::FAILURE,
        Err(err) => fail(&err),
    }
}

fn fail(err: &dyn StdError) -> ExitCode {
    complain(chain(err));
    ExitCode::FAILURE
}

/// An error and its causes.
fn chain(err: &dyn StdError) -> String {
    let mut text = err.to_string();
    let mut source = err.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// A line for the user at a terminal.
fn complain(message: impl Display) {
    // A failure to write to stderr cannot be reported anywhere.
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// A line on stdout, all at once.
fn print_line(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(format!("{line}\n").as_bytes())?;
    stdout.flush()
}
