//! Deployment, proxy and token, from which a tool's variables are made.

use std::borrow::Cow;
use std::path::PathBuf;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{
    DEFAULT_USERNAME, Files, NoProxy, Proxy, ProxyUrl, Trust, Workspace,
};
use settings::{Fault, Faults, Lookup, Secret, Setting, Source, absolute};

use super::reader;
use super::specs::{ACCESS_URL, NO_PROXY, PROXY_URL, SESSION_TOKEN};
use super::stored::Stored;
use crate::cli::ProxyArgs;
use crate::env::{ENV_INHERITED_NO_PROXY, ENV_SESSION_TOKEN};

/// Where the session token comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum TokenSource {
    File(PathBuf),
    /// A variable's value.
    Value(Secret),
}

/// The settings of deployment, proxy and token.
#[derive(Clone, Debug)]
pub(crate) struct ToolSettings {
    pub(crate) access_url: Setting<AccessUrl>,
    pub(crate) proxy_url: Setting<ProxyUrl>,
    /// The exclusion list without what is always in it.
    pub(crate) no_proxy: Setting<Vec<String>>,
    pub(crate) token: Setting<TokenSource>,
    /// The exclusion list that the process was started with.
    inherited_no_proxy: String,
}

/// What the variables of a tool need.
#[derive(Clone, Debug)]
pub(crate) struct Tool<'s> {
    pub(crate) proxy_url: &'s ProxyUrl,
    /// The exclusion list, which begins with what the process inherits.
    pub(crate) no_proxy: NoProxy,
}

impl ToolSettings {
    pub(crate) fn read(args: &ProxyArgs, env: &dyn Lookup, stored: &Stored) -> Self {
        let reader = reader(env);
        let inherited = ENV_INHERITED_NO_PROXY.iter().filter_map(|it| env.non_empty(it));
        let inherited: Vec<String> =
            inherited.map(|it| it.to_string_lossy().into_owned()).collect();
        Self {
            access_url: reader
                .text(&ACCESS_URL, args.access_url.as_deref(), stored.access_url.as_deref())
                .parse(|it| AccessUrl::parse(&it), |err| Some(err.hint())),
            proxy_url: reader
                .text(&PROXY_URL, args.proxy_url.as_deref(), stored.proxy_url.as_deref())
                .parse(|it| ProxyUrl::parse(&it), |err| Some(err.hint())),
            no_proxy: reader.list(&NO_PROXY, &args.no_proxy, &stored.no_proxy),
            token: token(args, env, stored),
            inherited_no_proxy: inherited.join(","),
        }
    }

    /// What the variables of a tool need besides the token.
    ///
    /// # Errors
    ///
    /// All faults together.
    pub(crate) fn tool(&self) -> Result<Tool<'_>, settings::Error> {
        let mut faults = Faults::default();
        let tool = self.take(&mut faults);
        faults.finish(tool)
    }

    /// The same, with the token.
    ///
    /// # Errors
    ///
    /// All faults together.
    pub(crate) fn tool_with_token(&self) -> Result<(Tool<'_>, &TokenSource), settings::Error> {
        let mut faults = Faults::default();
        let tool = self.take(&mut faults);
        let token = faults.required(&self.token, missing_token);
        faults.finish(tool.zip(token))
    }

    fn take(&self, faults: &mut Faults) -> Option<Tool<'_>> {
        let access_url = faults.optional(&self.access_url);
        let proxy_url = faults.required(&self.proxy_url, || PROXY_URL.missing());
        faults.optional(&self.no_proxy);
        Some(Tool { proxy_url: proxy_url?, no_proxy: self.exclusions(access_url) })
    }

    /// The exclusion list, which begins with what the process inherits.
    pub(crate) fn exclusions(&self, access_url: Option<&AccessUrl>) -> NoProxy {
        let own = NoProxy::new(access_url, self.no_proxy.usable().map_or(&[], Vec::as_slice));
        own.after(&self.inherited_no_proxy)
    }
}

impl Tool<'_> {
    /// What the tool trusts, and which hosts it reaches without the proxy.
    pub(crate) fn trust(&self, files: &Files, has_extra_cas: bool) -> Trust {
        Trust { files: files.clone(), has_extra_cas, no_proxy: self.no_proxy.clone() }
    }

    /// The same, with the proxy.
    pub(crate) fn workspace(&self, files: &Files, has_extra_cas: bool, token: Secret) -> Workspace {
        let username = DEFAULT_USERNAME.to_owned();
        let proxy = Proxy { url: self.proxy_url.clone(), username, token };
        Workspace { proxy, trust: self.trust(files, has_extra_cas) }
    }
}

pub(crate) fn missing_token() -> Fault {
    let hint = "the module passes the workspace owner's session token in this variable; it is \
                empty in template imports and outside Coder";
    Fault::new(format!("`{ENV_SESSION_TOKEN}`"), "no session token", Some(hint.to_owned()))
}

fn token(args: &ProxyArgs, env: &dyn Lookup, stored: &Stored) -> Setting<TokenSource> {
    let flag = args.session_token_file.as_deref();
    let found = reader(env).path(&SESSION_TOKEN, flag, stored.session_token_file.as_deref());
    let is_value = |it| matches!(it, Source::Variable(ENV_SESSION_TOKEN) | Source::Fallback(_));
    match found.map(Cow::into_owned) {
        Setting::Known { value, source } if is_value(source) => {
            match value.into_os_string().into_string() {
                Ok(text) => Setting::Known { value: TokenSource::Value(Secret::new(text)), source },
                Err(_) => Setting::faulty(Fault::not_utf8(source)),
            }
        }
        found => found.map(|it| TokenSource::File(absolute(&it))),
    }
}
