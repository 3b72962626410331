//! What the attributes mean once defaults and the provider's settings have
//! filled the gaps; pure.
//!
//! While Terraform plans, any of it may be unknown.

use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{DEFAULT_CERT_PATH, DEFAULT_SYNC_UNIT, DEFAULT_USERNAME, ProxyUrl};
use pki::certificate::Pin;
use settings::Secret;
use settings::duration;
use tfplugin::model::Attr;

use super::model::{DownloadModel, HelperModel, ProxyModel, TimeoutsModel};
use crate::client::{Client, Target};
use crate::scripts::{Download, HelperSource};

/// Values of `ca_fetch`; the first is the default.
pub(super) const CA_FETCH: [&str; 3] = ["auto", "required", "off"];
const REQUIRED: &str = CA_FETCH[1];
const OFF: &str = CA_FETCH[2];

/// Values of `sync`; the first is the default.
pub(super) const SYNC: [&str; 3] = ["auto", "required", "off"];

/// All attempts of a create or update together, if `timeouts` does not say otherwise.
const FETCH_LIMIT: Duration = Duration::from_secs(10);

/// The one attempt of a read.
const READ_LIMIT: Duration = Duration::from_secs(5);

/// Not known yet. Also: refused when the configuration was validated, so that
/// nothing will come of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Open;

pub(super) type Settled<T> = Result<T, Open>;

/// The attributes of one resource above the provider's settings. Without a
/// configured provider, those are not known yet.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a> {
    pub(super) model: &'a ProxyModel,
    pub(super) client: Option<&'a Client>,
}

impl Inputs<'_> {
    pub(super) fn proxy_url(&self) -> Settled<ProxyUrl> {
        let text = known(&self.model.proxy_url)?.ok_or(Open)?;
        ProxyUrl::parse(&text).map_err(|_| Open)
    }

    pub(super) fn username(&self) -> Settled<String> {
        or_default(&self.model.username, DEFAULT_USERNAME)
    }

    /// Empty if there is none. An empty one in the resource hides the provider's.
    pub(super) fn token(&self) -> Settled<Secret> {
        if let Some(token) = known(&self.model.session_token)? {
            return Ok(Secret::new(token.expose()));
        }
        let token = known(&self.client.ok_or(Open)?.session_token)?;
        Ok(token.unwrap_or_else(|| Secret::new("")))
    }

    pub(super) fn access_url(&self) -> Settled<Option<AccessUrl>> {
        match known(&self.model.access_url)? {
            Some(text) => AccessUrl::parse(&text).map(Some).map_err(|_| Open),
            None => known(&self.client.ok_or(Open)?.access_url),
        }
    }

    pub(super) fn cert_path(&self) -> Settled<String> {
        or_default(&self.model.cert_path, DEFAULT_CERT_PATH)
    }

    pub(super) fn sync(&self) -> Settled<String> {
        or_default(&self.model.sync, SYNC[0])
    }

    pub(super) fn sync_unit(&self) -> Settled<String> {
        or_default(&self.model.sync_unit, DEFAULT_SYNC_UNIT)
    }

    /// The unit to coordinate with; none if coordination is off.
    pub(super) fn active_unit(&self) -> Settled<Option<String>> {
        if self.sync()? == OFF { Ok(None) } else { self.sync_unit().map(Some) }
    }

    pub(super) fn no_proxy(&self) -> Settled<Vec<String>> {
        let entries = known(&self.model.no_proxy)?.unwrap_or_default();
        let entries = entries.iter().map(known).collect::<Settled<Vec<_>>>()?;
        Ok(entries.into_iter().flatten().collect())
    }

    pub(super) fn pin(&self) -> Settled<Option<Pin>> {
        match known(&self.model.ca_pin_sha256)? {
            Some(text) => Pin::parse(&text).map(Some).map_err(|_| Open),
            None => Ok(None),
        }
    }

    /// PEM without the text that stands between blocks: it travels in a script.
    pub(super) fn extra_ca(&self) -> Settled<Option<String>> {
        Ok(known(&self.model.extra_ca_certificates)?.map(|pem| blocks_only(&pem)))
    }

    pub(super) fn is_prebuild(&self) -> Settled<bool> {
        Ok(known(&self.model.prebuild)?.unwrap_or(false))
    }

    pub(super) fn helper(&self) -> Settled<HelperSource> {
        let Some(HelperModel { path, platforms }) = known(&self.model.helper)? else {
            return Ok(HelperSource::Release);
        };
        if let Some(path) = known(&path)? {
            return Ok(HelperSource::Path(path));
        }
        let Some(platforms) = known(&platforms)? else { return Ok(HelperSource::Release) };
        let platforms = platforms.into_iter().map(|(name, download)| {
            let DownloadModel { url, sha256 } = known(&download)?.ok_or(Open)?;
            let url = known(&url)?.ok_or(Open)?;
            let sha256 = known(&sha256)?.ok_or(Open)?.to_ascii_lowercase();
            Ok((name, Download { url, sha256 }))
        });
        platforms.collect::<Settled<_>>().map(HelperSource::Platforms)
    }

    pub(super) fn is_fetch_off(&self) -> bool {
        self.model.ca_fetch.as_str() == Some(OFF)
    }

    pub(super) fn is_fetch_required(&self) -> bool {
        self.model.ca_fetch.as_str() == Some(REQUIRED)
    }

    /// Whether a fetch may happen at apply, as far as that is known.
    pub(super) fn may_fetch(&self) -> bool {
        !self.is_fetch_off()
            && !self.token().is_ok_and(|token| token.is_empty())
            && self.access_url() != Ok(None)
    }

    /// What to fetch at apply; none if nothing is to be fetched.
    pub(super) fn fetch_target(&self) -> Option<Target> {
        if !self.may_fetch() {
            return None;
        }
        self.client.filter(|it| it.has_known_roots())?;
        let access_url = self.access_url().ok().flatten()?;
        let (token, pin) = (self.token().ok()?, self.pin().ok()?);
        Some(Target { access_url, token, pin })
    }

    /// What to read of a stored object; none if nothing is to be fetched.
    ///
    /// The provider's token goes first, but only to the deployment that it is
    /// for: the state may name another one, from before the configuration
    /// changed. The stored one is dead in a Coder build, which has a new one or
    /// none, and is for nobody there. An empty one hides the provider's, as in
    /// [`Self::token`].
    pub(super) fn read_target(&self) -> Option<Target> {
        if self.is_fetch_off() {
            return None;
        }
        let access_url = self.access_url().ok().flatten()?;
        let client = self.client.filter(|it| it.has_known_roots())?;
        let is_providers = client.access_url.as_known() == Some(&access_url);
        let live = client.session_token.as_known().filter(|it| is_providers && !it.is_empty());
        let stored = self.model.session_token.as_known().map(|it| Secret::new(it.expose()));
        if stored.as_ref().is_some_and(Secret::is_empty) {
            return None;
        }
        let token = live.cloned().or(stored.filter(|_| !client.is_coder_build))?;
        Some(Target { access_url, token, pin: self.pin().ok()? })
    }

    pub(super) fn create_limit(&self) -> Duration {
        self.limit(|timeouts| &timeouts.create).unwrap_or(FETCH_LIMIT)
    }

    pub(super) fn read_limit(&self) -> Duration {
        self.limit(|timeouts| &timeouts.read).unwrap_or(READ_LIMIT)
    }

    pub(super) fn update_limit(&self) -> Duration {
        self.limit(|timeouts| &timeouts.update).unwrap_or(FETCH_LIMIT)
    }

    fn limit(&self, of: impl Fn(&TimeoutsModel) -> &Attr<String>) -> Option<Duration> {
        let text = of(self.model.timeouts.as_known()?).as_str()?;
        duration::parse(text).ok()
    }
}

fn known<T: Clone>(attr: &Attr<T>) -> Settled<Option<T>> {
    match attr {
        Attr::Null => Ok(None),
        Attr::Unknown => Err(Open),
        Attr::Known(value) => Ok(Some(value.clone())),
    }
}

fn or_default(attr: &Attr<String>, default: &str) -> Settled<String> {
    Ok(known(attr)?.unwrap_or_else(|| default.to_owned()))
}

fn blocks_only(pem: &str) -> String {
    let mut blocks = String::new();
    let mut is_inside = false;
    for line in pem.lines().map(str::trim) {
        is_inside |= line.starts_with("-----BEGIN ");
        if is_inside {
            blocks.push_str(line);
            blocks.push('\n');
        }
        is_inside &= !line.starts_with("-----END ");
    }
    blocks
}
