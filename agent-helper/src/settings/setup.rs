//! What a set-up does, and what of it is stored.

use std::path::PathBuf;
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use pki::certificate::Pin;

use super::proxy::{ACCESS_URL, NO_PROXY, access_url, missing_token, proxy_url, token};
use super::resolve::{self, Resolver, Spec};
use super::stored::{self, Stored};
use super::{Coordination, Fault, Place, SettingsError, TokenSource, kept};
use crate::cli::SetupArgs;
use crate::env::{self, Lookup};

/// Deadline of a set-up if nothing else is said.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

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

const PIN: Spec = Spec::new("--ca-pin-sha256", env::ENV_CA_PIN_SHA256, "ca_pin_sha256");
pub(super) const EXTRA_CA: Spec =
    Spec::new("--extra-ca-file", env::ENV_EXTRA_CA_FILE, "extra_ca_files");
const TIMEOUT: Spec = Spec::new("--timeout", env::ENV_TIMEOUT, "timeout");

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
    let pin = found_pin(&mut resolver, args.ca_pin_sha256.as_deref());
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

pub(super) fn found_pin(resolver: &mut Resolver<'_>, flag: Option<&str>) -> Option<Pin> {
    let stored = resolver.stored.ca_pin_sha256.as_deref();
    let found = resolver.text(PIN, flag, stored)?;
    resolver.checked(&found, Pin::parse(&found.value), |_| {
        Some("write the SHA-256 of the certificate, 64 hexadecimal digits".to_owned())
    })
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
