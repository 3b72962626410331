//! All settings of a set-up, what it takes from them, and what is stored.

use std::path::PathBuf;
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::Files;
use pki::certificate::Pin;
use settings::{DURATION_HINT, Faults, Lookup, Setting, Source, absolute, deadline};

use super::specs::{ACCESS_URL, CA_PIN, CA_SEED, EXTRA_CA, TIMEOUT};
use super::stored::{self, Stored};
use super::tool::{self, ToolSettings};
use super::{CoordinationSettings, TokenSource, reader};
use crate::cli::{CaArgs, CoordinationArgs, ProxyArgs};

/// Timeout of a set-up whose setting is wrong.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// Where the certificate that Terraform fetched comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum SeedSource {
    File(PathBuf),
    /// A variable's value.
    Pem(String),
}

/// The settings of the CA certificate.
#[derive(Clone, Debug)]
pub(crate) struct CaSettings {
    /// The only certificate to accept.
    pub(crate) pin: Setting<Pin>,
    /// Certificate for the case that the network fails.
    pub(crate) seed: Setting<SeedSource>,
    /// Extra CAs for the bundle.
    pub(crate) extra_ca_files: Setting<Vec<PathBuf>>,
}

/// A timeout as it was written, which is how it is stored.
#[derive(Clone, Debug)]
struct Timeout {
    length: Duration,
    text: String,
}

/// The flags of all settings but the certificate's path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flags<'a> {
    pub(crate) coordination: &'a CoordinationArgs,
    pub(crate) proxy: &'a ProxyArgs,
    pub(crate) ca: &'a CaArgs,
    pub(crate) timeout: Option<&'a str>,
}

/// Every setting but the certificate's path, below which the stored ones are.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) coordination: CoordinationSettings,
    pub(crate) tool: ToolSettings,
    pub(crate) ca: CaSettings,
    timeout: Setting<Timeout>,
}

/// What a set-up cannot do without.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup<'s> {
    pub(crate) access_url: &'s AccessUrl,
    pub(crate) token: &'s TokenSource,
}

impl CaSettings {
    pub(crate) fn read(args: &CaArgs, env: &dyn Lookup, stored: &Stored) -> Self {
        let reader = reader(env);
        let hint = "expected the SHA-256 of the certificate, 64 hexadecimal digits";
        Self {
            pin: reader
                .text(&CA_PIN, args.ca_pin_sha256.as_deref(), stored.ca_pin_sha256.as_deref())
                .parse(|it| Pin::parse(&it), |_| Some(hint.to_owned())),
            seed: seed(args, env, stored),
            extra_ca_files: reader.paths(&EXTRA_CA, &args.extra_ca_file, &stored.extra_ca_files),
        }
    }

    pub(crate) fn extra_ca_files(&self) -> &[PathBuf] {
        self.extra_ca_files.value().map_or(&[], Vec::as_slice)
    }
}

impl Config {
    pub(crate) fn read(flags: Flags<'_>, env: &dyn Lookup, stored: &Stored) -> Self {
        let timeout = reader(env).text(&TIMEOUT, flags.timeout, stored.timeout.as_deref());
        Self {
            coordination: CoordinationSettings::read(flags.coordination, env, stored),
            tool: ToolSettings::read(flags.proxy, env, stored),
            ca: CaSettings::read(flags.ca, env, stored),
            timeout: timeout.parse(
                |it| Ok::<_, String>(Timeout { length: deadline(&it)?, text: it.into_owned() }),
                |_| Some(DURATION_HINT.to_owned()),
            ),
        }
    }

    /// The timeout of the whole set-up, with the next source or the default in place
    /// of one that is wrong.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.usable().map_or(DEFAULT_TIMEOUT, |it| it.length)
    }

    /// What a set-up needs, once `faults` of the certificate's path are known.
    ///
    /// # Errors
    ///
    /// Every fault of every setting at once.
    pub(crate) fn setup(&self, mut faults: Faults) -> Result<Setup<'_>, settings::Error> {
        self.coordination.faults().cloned().for_each(|it| faults.add(it));
        let access_url = faults.required(&self.tool.access_url, || ACCESS_URL.missing());
        let token = faults.required(&self.tool.token, tool::missing_token);
        faults.optional(&self.tool.proxy_url);
        faults.optional(&self.tool.no_proxy);
        faults.optional(&self.ca.pin);
        faults.optional(&self.ca.seed);
        faults.optional(&self.ca.extra_ca_files);
        faults.optional(&self.timeout);
        let needed = access_url.zip(token);
        faults.finish(needed.map(|(access_url, token)| Setup { access_url, token }))
    }

    /// What is stored for users and cron, without secrets.
    pub(crate) fn to_stored(&self, place: &Files) -> Stored {
        let (coordination, tool, ca) = (&self.coordination, &self.tool, &self.ca);
        Stored {
            version: stored::VERSION,
            cert_path: Some(place.cert_path.clone()),
            sync_unit: Some(coordination.decided().unit),
            sync: coordination.mode.own().map(|it| it.as_str().to_owned()),
            socket_path: coordination.socket_path.own().cloned(),
            access_url: tool.access_url.own().map(|it| it.as_str().to_owned()),
            session_token_file: match tool.token.value() {
                Some(TokenSource::File(path)) => Some(path.clone()),
                Some(TokenSource::Value(_)) | None => None,
            },
            proxy_url: tool.proxy_url.value().map(ToString::to_string),
            ca_pin_sha256: ca.pin.value().map(ToString::to_string),
            ca_seed_file: match ca.seed.value() {
                Some(SeedSource::File(path)) => Some(path.clone()),
                Some(SeedSource::Pem(_)) | None => None,
            },
            extra_ca_files: ca.extra_ca_files().to_vec(),
            no_proxy: tool.no_proxy.value().cloned().unwrap_or_default(),
            timeout: self.timeout.own().map(|it| it.text.clone()),
        }
    }
}

fn seed(args: &CaArgs, env: &dyn Lookup, stored: &Stored) -> Setting<SeedSource> {
    let flag = args.ca_seed_file.as_deref();
    match reader(env).path(&CA_SEED, flag, stored.ca_seed_file.as_deref()) {
        Setting::Known { value, source: source @ Source::Variable(_) } => {
            // Bytes that are no text are no PEM either; that matters only if the seed is needed.
            let pem = value.to_string_lossy().into_owned();
            Setting::Known { value: SeedSource::Pem(pem), source }
        }
        found => found.map(|it| SeedSource::File(absolute(&it))),
    }
}
