//! From flags, environment and `settings.json` to decisions; pure.
//!
//! For each setting: flag, then its `AIBRIDGE_…` variable, then what an earlier
//! `setup` stored, then Coder's own variable, then the default. What Coder's
//! own variables said is never stored: it changes with the deployment, and a
//! stored copy would outlive it.
//!
//! Empty counts as unset. An empty *flag* hides the stored value as well, so
//! that a script which names every setting also ends those it no longer has.

pub mod resolve;
pub mod stored;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::certificate::Pin;
use coder_client::proxy_settings::{
    self, DEFAULT_CERT_PATH, DEFAULT_SYNC_UNIT, ProxyUrl, bundle_path, settings_path, status_path,
};
use coder_client::secret::Secret;
use coder_client::{agent_socket, span};

use crate::cli::{CoordinationArgs, PlaceArgs, ProxyArgs, SetupArgs};
use crate::env::{self, Lookup};
use crate::settings::resolve::{Resolver, Sourced, Spec};
use crate::settings::stored::Stored;

/// Deadline of a set-up if nothing else is said.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// Names in the folder that a certificate cannot have.
pub const RESERVED_NAMES: [&str; 4] = ["ca-bundle.pem", "status.json", "settings.json", LOCK_NAME];

/// Name of the lock file, which also says whose folder this is.
pub const LOCK_NAME: &str = "AIBRIDGE";

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Flag, variable or file that holds it.
    pub source: String,
    /// What is wrong; never a secret.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// All faults of the settings, reported at once.
#[derive(Debug)]
pub struct SettingsError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl SettingsError {
    /// A single fault.
    pub fn one(
        source: impl Into<String>,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Self {
        Self { faults: vec![Fault { source: source.into(), message: message.into(), hint }] }
    }

    /// What to write instead, for each fault that knows.
    pub fn hint(&self) -> Option<String> {
        let hints: Vec<&str> = self.faults.iter().filter_map(|it| it.hint.as_deref()).collect();
        (!hints.is_empty()).then(|| hints.join("; "))
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            let gap = if i == 0 { "" } else { "; " };
            write!(f, "{gap}{}: {}", fault.source, fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}

/// Where the certificate is, and the paths of everything beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// Absolute path of the certificate file.
    pub cert_path: String,
    /// The bundle beside it.
    pub bundle_path: String,
    /// The status beside it.
    pub status_path: String,
    /// The stored settings beside it.
    pub settings_path: String,
}

impl Place {
    /// The folder of all four files.
    pub fn folder(&self) -> &Path {
        Path::new(&self.cert_path).parent().unwrap_or(Path::new("/"))
    }

    /// The certificate's name in that folder.
    pub fn cert_name(&self) -> &str {
        file_name(&self.cert_path)
    }

    /// The bundle's name in that folder.
    pub fn bundle_name(&self) -> &str {
        file_name(&self.bundle_path)
    }

    /// The status's name in that folder.
    pub fn status_name(&self) -> &str {
        file_name(&self.status_path)
    }

    /// The stored settings' name in that folder.
    pub fn settings_name(&self) -> &str {
        file_name(&self.settings_path)
    }
}

/// Whether to coordinate.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SyncMode {
    /// If the agent offers it.
    #[default]
    Auto,
    /// Or fail.
    Required,
    /// Never.
    Off,
}

impl SyncMode {
    /// The word for it in flags and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Required => "required",
            Self::Off => "off",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Auto, Self::Required, Self::Off].into_iter().find(|it| it.as_str() == text)
    }
}

/// How to coordinate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Coordination {
    /// Whether.
    pub mode: SyncMode,
    /// Unit of the set-up.
    pub unit: String,
    /// Socket of the agent.
    pub socket_path: PathBuf,
    /// What of this was said by flag or reserved variable, or stored; for `settings.json`.
    pub explicit: ExplicitCoordination,
}

/// The parts of [`Coordination`] that are worth storing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ExplicitCoordination {
    /// The mode, if it was said.
    pub mode: Option<SyncMode>,
    /// The socket, if it was said by flag.
    pub socket_path: Option<PathBuf>,
}

/// Where the session token comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TokenSource {
    /// A file, named by this source.
    File(PathBuf),
    /// A variable's value.
    Value(Secret),
}

/// Where the certificate that Terraform fetched comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SeedSource {
    /// A file.
    File(PathBuf),
    /// A variable's value.
    Pem(String),
}

/// What a set-up needs.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The deployment.
    pub access_url: AccessUrl,
    /// Its token.
    pub token: TokenSource,
    /// The only certificate to accept.
    pub pin: Option<Pin>,
    /// Certificate for a dead network.
    pub seed: Option<SeedSource>,
    /// Further CAs for the bundle.
    pub extra_ca_files: Vec<PathBuf>,
    /// Deadline of the whole set-up.
    pub timeout: Duration,
    /// What to store for people and cron.
    pub store: Stored,
}

/// What the variables of a tool need.
#[derive(Clone, Debug)]
pub struct Tool {
    /// The deployment, reached directly.
    pub access_url: Option<AccessUrl>,
    /// The proxy.
    pub proxy_url: ProxyUrl,
    /// The exclusion list, in order, without what the process inherits.
    pub no_proxy: Vec<String>,
    /// The session token; `None` only if it was not asked for.
    pub token: Option<TokenSource>,
}

const CERT_PATH: Spec = Spec::new("--cert-path", env::ENV_CERT_PATH, "cert_path");
const ACCESS_URL: Spec = Spec::new("--access-url", env::ENV_ACCESS_URL, "access_url");
const PROXY_URL: Spec = Spec::new("--proxy-url", env::ENV_PROXY_URL, "proxy_url");
const PIN: Spec = Spec::new("--ca-pin-sha256", env::ENV_CA_PIN_SHA256, "ca_pin_sha256");
const NO_PROXY: Spec = Spec::new("--no-proxy", env::ENV_NO_PROXY, "no_proxy");
const EXTRA_CA: Spec = Spec::new("--extra-ca-file", env::ENV_EXTRA_CA_FILE, "extra_ca_files");
const TIMEOUT: Spec = Spec::new("--timeout", env::ENV_TIMEOUT, "timeout");
const SYNC: Spec = Spec::new("--sync", env::ENV_SYNC, "sync");
const SYNC_UNIT: Spec = Spec::new("--sync-unit", env::ENV_SYNC_UNIT, "sync_unit");

/// Decides where everything is kept. Comes first: the stored settings are there.
///
/// # Errors
///
/// A path that is relative, not UTF-8, names a folder, or has the name of
/// another file of ours.
pub fn place(args: &PlaceArgs, env: &dyn Lookup) -> Result<Place, SettingsError> {
    let stored = Stored::default();
    let mut resolver = Resolver::new(env, &stored);
    let path = resolver.path(CERT_PATH, args.cert_path.as_deref(), None);
    resolver.finish()?;
    let Some(Sourced { value, source }) = path else {
        return Ok(beside(DEFAULT_CERT_PATH.to_owned()));
    };
    let fault = if !value.starts_with('/') {
        "is not absolute"
    } else if value.ends_with('/') || matches!(file_name(&value), "" | "." | "..") {
        "names a folder"
    } else if RESERVED_NAMES.contains(&file_name(&value)) {
        "has a name that the helper needs for itself"
    } else {
        return Ok(beside(value));
    };
    let hint = format!("write an absolute path of a file, such as {DEFAULT_CERT_PATH}");
    Err(SettingsError::one(source, format!("`{value}` {fault}"), Some(hint)))
}

/// Decides how to coordinate. A fault does not stop that: whoever waits must be
/// released even if the settings are wrong, so the caller gets a usable answer
/// and the faults beside it.
pub fn coordination(
    args: &CoordinationArgs,
    env: &dyn Lookup,
    stored: &Stored,
) -> (Coordination, Vec<Fault>) {
    let mut resolver = Resolver::new(env, stored);
    let mode = resolver.text(SYNC, args.sync.as_deref(), stored.sync.as_deref()).and_then(|it| {
        let mode = SyncMode::parse(&it.value);
        if mode.is_none() {
            let hint = Some("write auto, required or off".to_owned());
            resolver.fault(it.source, format!("`{}` is no mode", it.value), hint);
        }
        mode
    });
    let unit = resolver.text(SYNC_UNIT, args.sync_unit.as_deref(), stored.sync_unit.as_deref());
    let flag = args.socket_path.clone().filter(|it| !it.as_os_str().is_empty());
    let kept = kept(&stored.socket_path).filter(|_| args.socket_path.is_none());
    let explicit = flag.or(kept);
    let socket_path = explicit
        .clone()
        .or_else(|| env.non_empty(env::ENV_SOCKET_PATH).map(PathBuf::from))
        .unwrap_or_else(|| agent_socket::default_path().to_owned());
    let coordination = Coordination {
        mode: mode.unwrap_or_default(),
        unit: unit.map_or_else(|| DEFAULT_SYNC_UNIT.to_owned(), |it| it.value),
        socket_path,
        explicit: ExplicitCoordination { mode, socket_path: explicit },
    };
    (coordination, resolver.into_faults())
}

/// Decides what a set-up does; `earlier` are the faults of its coordination.
///
/// # Errors
///
/// Every fault at once.
pub fn setup(
    args: &SetupArgs,
    env: &dyn Lookup,
    stored: &Stored,
    (place, coordination): (&Place, &Coordination),
    earlier: Vec<Fault>,
) -> Result<Setup, SettingsError> {
    let mut resolver = Resolver::with_faults(env, stored, earlier);
    let access = access_url(&mut resolver, &args.proxy);
    let proxy = proxy_url(&mut resolver, &args.proxy);
    let token = token(&mut resolver, &args.proxy);
    let pin = resolver
        .text(PIN, args.ca_pin_sha256.as_deref(), stored.ca_pin_sha256.as_deref())
        .and_then(|it| {
            resolver.checked(&it, Pin::parse(&it.value), |_| {
                Some("write the SHA-256 of the certificate, 64 hexadecimal digits".to_owned())
            })
        });
    let timeout = resolver.text(TIMEOUT, args.timeout.as_deref(), stored.timeout.as_deref());
    let deadline = timeout.as_ref().and_then(|it| resolver.span(it));
    let no_proxy = resolver.list(NO_PROXY, &args.proxy.no_proxy, &stored.no_proxy);
    let extra_ca_files = resolver.paths(EXTRA_CA, &args.extra_ca_file, &stored.extra_ca_files);
    let seed = seed(&resolver, args);
    if access.is_none() && !resolver.has_fault_of(ACCESS_URL) {
        resolver.missing(ACCESS_URL, "no access URL");
    }
    if token.is_none() {
        missing_token(&mut resolver);
    }
    let (Some((access_url, access_is_explicit)), Some(token)) = (access, token) else {
        return Err(SettingsError { faults: resolver.into_faults() });
    };
    resolver.finish()?;
    let store = Stored {
        version: stored::VERSION,
        cert_path: Some(place.cert_path.clone()),
        sync_unit: Some(coordination.unit.clone()),
        sync: coordination.explicit.mode.map(|it| it.as_str().to_owned()),
        socket_path: coordination.explicit.socket_path.clone(),
        access_url: access_is_explicit.then(|| access_url.as_str().to_owned()),
        session_token_file: match &token {
            TokenSource::File(path) => Some(path.clone()),
            TokenSource::Value(_) => None,
        },
        proxy_url: proxy.map(|it| it.to_string()),
        ca_pin_sha256: pin.as_ref().map(ToString::to_string),
        ca_seed_file: match &seed {
            Some(SeedSource::File(path)) => Some(path.clone()),
            Some(SeedSource::Pem(_)) | None => None,
        },
        extra_ca_files: extra_ca_files.clone(),
        no_proxy,
        timeout: timeout.map(|it| it.value),
    };
    let timeout = deadline.unwrap_or(DEFAULT_TIMEOUT);
    Ok(Setup { access_url, token, pin, seed, extra_ca_files, timeout, store })
}

/// The deadline alone, also if other settings are wrong; a wrong one is the default.
pub fn timeout(args: &SetupArgs, env: &dyn Lookup, stored: &Stored) -> Duration {
    let mut resolver = Resolver::new(env, stored);
    let found = resolver.text(TIMEOUT, args.timeout.as_deref(), stored.timeout.as_deref());
    found.and_then(|it| resolver.span(&it)).unwrap_or(DEFAULT_TIMEOUT)
}

/// The pin alone, also if other settings are wrong; a wrong one is none.
pub fn pin(args: &SetupArgs, env: &dyn Lookup, stored: &Stored) -> Option<Pin> {
    let mut resolver = Resolver::new(env, stored);
    let found = resolver.text(PIN, args.ca_pin_sha256.as_deref(), stored.ca_pin_sha256.as_deref());
    found.and_then(|it| Pin::parse(&it.value).ok())
}

/// Decides what a tool's variables are made of.
///
/// # Errors
///
/// Every fault at once; a missing token is one only if `with_token`.
pub fn tool(
    args: &ProxyArgs,
    env: &dyn Lookup,
    stored: &Stored,
    with_token: bool,
) -> Result<Tool, SettingsError> {
    let mut resolver = Resolver::new(env, stored);
    let access_url = access_url(&mut resolver, args).map(|(url, _)| url);
    let proxy_url = proxy_url(&mut resolver, args);
    let extra = resolver.list(NO_PROXY, &args.no_proxy, &stored.no_proxy);
    let token = if with_token { token(&mut resolver, args) } else { None };
    if proxy_url.is_none() && !resolver.has_fault_of(PROXY_URL) {
        resolver.missing(PROXY_URL, "no proxy URL");
    }
    if with_token && token.is_none() {
        missing_token(&mut resolver);
    }
    let Some(proxy_url) = proxy_url else {
        return Err(SettingsError { faults: resolver.into_faults() });
    };
    resolver.finish()?;
    let no_proxy = proxy_settings::no_proxy(access_url.as_ref(), &extra);
    Ok(Tool { access_url, proxy_url, no_proxy, token })
}

/// Reads a span of time from a flag that has no variable.
///
/// # Errors
///
/// Text that is no span.
pub fn flag_span(flag: &'static str, text: &str) -> Result<Duration, SettingsError> {
    span::parse(text).map_err(|err| {
        SettingsError::one(
            format!("`{flag}`"),
            err.to_string(),
            Some(resolve::SPAN_HINT.to_owned()),
        )
    })
}

fn access_url(resolver: &mut Resolver<'_>, args: &ProxyArgs) -> Option<(AccessUrl, bool)> {
    let stored = resolver.stored.access_url.as_deref();
    let explicit = resolver.text(ACCESS_URL, args.access_url.as_deref(), stored);
    let is_explicit = explicit.is_some();
    let found = explicit.or_else(|| resolver.variable(env::ENV_CODER_AGENT_URL))?;
    let hint = "write the deployment's URL, such as https://coder.example.com";
    let parsed = AccessUrl::parse(&found.value);
    resolver.checked(&found, parsed, |_| Some(hint.to_owned())).map(|url| (url, is_explicit))
}

fn proxy_url(resolver: &mut Resolver<'_>, args: &ProxyArgs) -> Option<ProxyUrl> {
    let stored = resolver.stored.proxy_url.as_deref();
    let found = resolver.text(PROXY_URL, args.proxy_url.as_deref(), stored)?;
    let parsed = ProxyUrl::parse(&found.value);
    resolver.checked(&found, parsed, |err| Some(err.hint()))
}

fn token(resolver: &mut Resolver<'_>, args: &ProxyArgs) -> Option<TokenSource> {
    let flag = args.session_token_file.as_deref();
    if let Some(path) = flag.filter(|it| !it.as_os_str().is_empty()) {
        return Some(TokenSource::File(resolve::absolute(path)));
    }
    if let Some(found) = resolver.variable(env::ENV_SESSION_TOKEN) {
        return Some(TokenSource::Value(Secret::new(found.value)));
    }
    let file = resolver.env.non_empty(env::ENV_SESSION_TOKEN_FILE).map(PathBuf::from);
    let stored = kept(&resolver.stored.session_token_file).filter(|_| flag.is_none());
    if let Some(path) = file.or(stored) {
        return Some(TokenSource::File(resolve::absolute(&path)));
    }
    resolver
        .variable(env::ENV_CODER_SESSION_TOKEN)
        .map(|it| TokenSource::Value(Secret::new(it.value)))
}

fn missing_token(resolver: &mut Resolver<'_>) {
    let source = format!("`{}`", env::ENV_SESSION_TOKEN);
    if resolver.has_fault_from(&source) {
        return;
    }
    let hint = "the module passes the owner's session token in this variable; it is empty in template \
                imports and outside Coder";
    resolver.fault(source, "no session token".to_owned(), Some(hint.to_owned()));
}

fn seed(resolver: &Resolver<'_>, args: &SetupArgs) -> Option<SeedSource> {
    let flag = args.ca_seed_file.as_deref();
    if let Some(path) = flag.filter(|it| !it.as_os_str().is_empty()) {
        return Some(SeedSource::File(resolve::absolute(path)));
    }
    if let Some(pem) = resolver.env.non_empty(env::ENV_CA_SEED) {
        // Bytes that are no text are no PEM either; that is found out if the seed is needed.
        return Some(SeedSource::Pem(pem.to_string_lossy().into_owned()));
    }
    kept(&resolver.stored.ca_seed_file).filter(|_| flag.is_none()).map(SeedSource::File)
}

/// A stored path, unless it is empty.
fn kept(path: &Option<PathBuf>) -> Option<PathBuf> {
    path.clone().filter(|it| !it.as_os_str().is_empty())
}

fn beside(cert_path: String) -> Place {
    Place {
        bundle_path: bundle_path(&cert_path),
        status_path: status_path(&cert_path),
        settings_path: settings_path(&cert_path),
        cert_path,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
