//! What the attributes mean once defaults and the provider's settings have filled the
//! gaps; pure.
//!
//! While Terraform plans, any of them may be unknown.

use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{DEFAULT_USERNAME, Files, NoProxy, Proxy, ProxyUrl, Trust};
use pki::certificate::Pin;
use settings::Secret;
use tfplugin::model::Attr;
use tfplugin::timeouts::Limits;

use super::model::{HelperModel, ProxyModel};
use crate::client::{Client, Target};
use crate::connection;
use crate::parsed::{Parsed, Requirement, UnitName};
use crate::scripts::{Download, HelperSource};

/// How long an operation may wait for the certificate: create and update with all
/// attempts, read with its one attempt.
pub(super) const LIMITS: Limits = Limits::new()
    .create(Duration::from_secs(10))
    .read(Duration::from_secs(5))
    .update(Duration::from_secs(10))
    .describe("Timeouts of fetching the CA certificate, such as `30s`; each covers all attempts.");

/// A value is not known before apply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unknown;

/// A value, as far as it is known.
pub(super) type Known<T> = Result<T, Unknown>;

/// The attributes of one resource, which override the provider's settings. Without a
/// configured provider, those are unknown.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a> {
    pub(super) model: &'a ProxyModel,
    pub(super) client: Option<&'a Client>,
}

impl<'a> Inputs<'a> {
    pub(super) fn proxy_url(&self) -> Known<&'a ProxyUrl> {
        Ok(known(&self.model.proxy_url)?.ok_or(Unknown)?)
    }

    /// Empty if there is none. An empty one in the resource hides the provider's.
    pub(super) fn token(&self) -> Known<Secret> {
        let token = connection::session_token(&self.model.session_token, self.client);
        token.into_known().ok_or(Unknown)
    }

    pub(super) fn access_url(&self) -> Known<Option<AccessUrl>> {
        Ok(known(&connection::access_url(&self.model.access_url, self.client))?.cloned())
    }

    pub(super) fn proxy(&self) -> Known<Proxy> {
        Ok(Proxy {
            url: self.proxy_url()?.clone(),
            username: or_default(&self.model.username, DEFAULT_USERNAME)?,
            token: self.token()?,
        })
    }

    pub(super) fn trust(&self) -> Known<Trust> {
        Ok(Trust {
            files: self.files()?,
            has_extra_cas: known(&self.model.extra_ca_certificates)?.is_some(),
            no_proxy: self.exclusions()?,
        })
    }

    /// The path of the certificate, and with it of the files beside it.
    pub(super) fn cert_path(&self) -> Known<Parsed<Files>> {
        Ok(known(&self.model.cert_path)?.cloned().unwrap_or_default())
    }

    fn files(&self) -> Known<Files> {
        self.cert_path().map(|it| Files::clone(&it))
    }

    pub(super) fn sync(&self) -> Known<Requirement> {
        Ok(known(&self.model.sync)?.copied().unwrap_or_default())
    }

    pub(super) fn sync_unit(&self) -> Known<Parsed<UnitName>> {
        Ok(known(&self.model.sync_unit)?.cloned().unwrap_or_default())
    }

    /// The unit to coordinate with; none if coordination is off.
    pub(super) fn active_unit(&self) -> Known<Option<String>> {
        if self.sync()? == Requirement::Off {
            return Ok(None);
        }
        Ok(Some(self.sync_unit()?.text().to_owned()))
    }

    /// The configured hosts, without those that are always excluded.
    pub(super) fn no_proxy(&self) -> Known<Vec<String>> {
        let Some(hosts) = known(&self.model.no_proxy)? else { return Ok(Vec::new()) };
        let hosts = hosts.iter().map(known).collect::<Known<Vec<_>>>()?;
        Ok(hosts.into_iter().flatten().cloned().collect())
    }

    /// The whole exclusion list.
    pub(super) fn exclusions(&self) -> Known<NoProxy> {
        Ok(NoProxy::new(self.access_url()?.as_ref(), &self.no_proxy()?))
    }

    pub(super) fn pin(&self) -> Known<Option<&'a Pin>> {
        Ok(known(&self.model.ca_pin_sha256)?.map(|it| &**it))
    }

    /// PEM without the text between the blocks: it is part of a script.
    pub(super) fn extra_ca(&self) -> Known<Option<String>> {
        Ok(known(&self.model.extra_ca_certificates)?.map(|it| blocks_only(it.text())))
    }

    pub(super) fn is_prebuild(&self) -> Known<bool> {
        Ok(known(&self.model.prebuild)?.copied().unwrap_or(false))
    }

    pub(super) fn helper(&self) -> Known<HelperSource> {
        let Some(HelperModel { path, platforms }) = known(&self.model.helper)? else {
            return Ok(HelperSource::Release);
        };
        if let Some(path) = known(path)? {
            return Ok(HelperSource::Path(path.text().to_owned()));
        }
        let Some(platforms) = known(platforms)? else { return Ok(HelperSource::Release) };
        let platforms = platforms.iter().map(|(name, download)| {
            let download = known(download)?.ok_or(Unknown)?;
            let url = known(&download.url)?.ok_or(Unknown)?.text().to_owned();
            let sha256 = known(&download.sha256)?.ok_or(Unknown)?.as_str().to_owned();
            Ok((name.clone(), Download { url, sha256 }))
        });
        platforms.collect::<Known<_>>().map(HelperSource::Platforms)
    }

    pub(super) fn is_fetch_off(&self) -> bool {
        self.model.ca_fetch == Attr::Known(Requirement::Off)
    }

    pub(super) fn is_fetch_required(&self) -> bool {
        self.model.ca_fetch == Attr::Known(Requirement::Required)
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
        let (token, pin) = (self.token().ok()?, self.pin().ok()?.cloned());
        Some(Target { access_url, token, pin })
    }

    /// What to read for a stored object; none if no request is to be made.
    ///
    /// The provider's token goes first, but only to the deployment that it is for: the
    /// state may name another one, from before the configuration changed. In a Coder build
    /// the stored token is invalid and never sent: the build has a new one or none. An
    /// empty one hides the provider's, as in [`Self::token`].
    pub(super) fn read_target(&self) -> Option<Target> {
        if self.is_fetch_off() {
            return None;
        }
        let access_url = self.access_url().ok().flatten()?;
        let client = self.client.filter(|it| it.has_known_roots())?;
        let is_providers = client.access_url.as_known() == Some(&access_url);
        let live = client.session_token.as_known().filter(|it| is_providers && !it.is_empty());
        let stored = self.model.session_token.as_known().map(|it| it.secret());
        if stored.is_some_and(Secret::is_empty) {
            return None;
        }
        let token = live.or(stored.filter(|_| !client.is_coder_build))?.clone();
        Some(Target { access_url, token, pin: self.pin().ok()?.cloned() })
    }
}

fn known<T>(attr: &Attr<T>) -> Known<Option<&T>> {
    match attr {
        Attr::Null => Ok(None),
        Attr::Unknown => Err(Unknown),
        Attr::Known(value) => Ok(Some(value)),
    }
}

fn or_default(attr: &Attr<String>, default: &str) -> Known<String> {
    Ok(known(attr)?.map_or_else(|| default.to_owned(), Clone::clone))
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
