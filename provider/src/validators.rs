//! Rules for attributes, shared by provider block and resources.
//!
//! Each says what is wrong and what to write instead. None quotes a secret.

#[cfg(test)]
mod tests;

use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{Files, ProxyUrl};
use pki::certificate::{Pin, parse_certificates};
use settings::authority::{UrlError, UrlFault};
use settings::duration;
use tfplugin::diag::Diagnostics;
use tfplugin::path::AttributePath;
use tfplugin::schema::validator::{Validator, parses};
use tfplugin::value::Value;

use crate::scripts;
use crate::wording::sentences;

/// The longest PEM text: it travels in a script, which Linux limits to 128 KiB.
pub(crate) const MAX_PEM: usize = 64 * 1024;

/// The most that an exclusion list may take in the same script.
pub(crate) const MAX_NO_PROXY: usize = 32 * 1024;

/// The access URL of a deployment.
pub(crate) fn access_url() -> impl Validator {
    parses("must be `http(s)://host[:port][/base]`", |text| match AccessUrl::parse(text) {
        Ok(_) => Ok(()),
        Err(err) => Err(sentences(&err, Some(err.hint()))),
    })
}

/// The URL of a proxy.
pub(crate) fn proxy_url() -> impl Validator {
    parses("must be `http(s)://host[:port]`", |text| match ProxyUrl::parse(text) {
        Ok(_) => Ok(()),
        Err(err) => Err(sentences(&err, Some(proxy_url_hint(text, &err)))),
    })
}

/// What to write instead, in the words of this resource.
fn proxy_url_hint(text: &str, err: &UrlError) -> String {
    match &err.fault {
        UrlFault::NoScheme if ProxyUrl::parse(&format!("http://{text}")).is_ok() => {
            format!("write `http://{text}`, or `https://{text}` if the proxy listens with TLS")
        }
        UrlFault::UserInfo => {
            "write the URL without it; user and token have the attributes `username` and \
             `session_token`"
                .to_owned()
        }
        _ => err.hint(),
    }
}

/// A SHA-256 fingerprint.
pub(crate) fn pin() -> impl Validator {
    parses("must be 64 hexadecimal digits, with or without colons", |text| match Pin::parse(text) {
        Ok(_) => Ok(()),
        Err(err) => Err(sentences(&err, Some(err.hint()))),
    })
}

/// One or more PEM certificates, for use in this process.
pub(crate) fn certificates() -> impl Validator {
    parses("must be one or more PEM certificates", check_certificates)
}

/// The same, few enough to travel in a script.
pub(crate) fn script_certificates() -> impl Validator {
    parses("must be one or more PEM certificates of at most 64 KiB in all", |text| {
        check_certificates(text)?;
        if text.len() > MAX_PEM {
            return Err(format!(
                "There are {} bytes of certificates, but they travel in the start-up script and \
                 may have {MAX_PEM}. Name only those that the proxy needs; put whole stores into \
                 the image.",
                text.len()
            ));
        }
        Ok(())
    })
}

/// Hosts, few enough to travel in a script.
pub(crate) fn script_hosts() -> impl Validator {
    ScriptHosts
}

struct ScriptHosts;

impl Validator for ScriptHosts {
    fn describe(&self) -> String {
        "must take at most 32 KiB in the start-up script".to_owned()
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        let Value::List(entries) = value else { return };
        let len = scripts::no_proxy_len(entries.iter().filter_map(Value::as_str));
        if len > MAX_NO_PROXY {
            let detail = format!(
                "The list takes {len} bytes in the start-up script and may take {MAX_NO_PROXY}. \
                 Write a domain such as `.internal` in place of its hosts."
            );
            diags.error(path.clone(), "Invalid attribute value", detail);
        }
    }
}

fn check_certificates(text: &str) -> Result<(), String> {
    match parse_certificates(text.as_bytes()) {
        Ok(_) => Ok(()),
        Err(err) => Err(sentences(&err, err.hint())),
    }
}

/// A span of time that is not zero.
pub(crate) fn duration() -> impl Validator {
    parses("must be a duration such as `10s` or `1m30s`", |text| match duration::parse(text) {
        Ok(Duration::ZERO) => {
            Err("The duration is zero. Write a longer one, such as `10s`.".to_owned())
        }
        Ok(_) => Ok(()),
        Err(err) => Err(sentences(&err, Some(err.hint()))),
    })
}

/// A session token: anything that an HTTP header can carry.
pub(crate) fn session_token() -> impl Validator {
    parses("must not contain spaces or control characters", |text| {
        if text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(());
        }
        Err("The token contains a space, a line break or another character that no token has. \
             Write the token alone; `trimspace` removes a line break read from a file.")
    })
}

/// An absolute path in the workspace for a file of ours.
pub(crate) fn cert_path() -> impl Validator {
    parses("must be an absolute path of a file in the workspace", |path| {
        check_cert_path(path).map_err(|problem| {
            let hint = "write a path such as `/home/coder/.aibridge-proxy/ca-cert.pem`";
            sentences(problem, Some(hint))
        })
    })
}

/// Says what is wrong with the path of a certificate.
pub(crate) fn check_cert_path(path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        Err(format!("`{path}` is not an absolute path"))
    } else if path.chars().any(char::is_control) {
        Err("the path contains a control character".to_owned())
    } else if path.contains('$') {
        // Coder's agent expands variables in the values that it sets.
        Err(format!("`{path}` contains `$`, which the agent would replace"))
    } else if path.ends_with('/') || path.split('/').any(|part| matches!(part, "." | "..")) {
        Err(format!("`{path}` does not name a file plainly"))
    } else if !path[1..].contains('/') {
        Err(format!("`{path}` lies in the root folder, which is no folder of its own"))
    } else if Files::is_reserved(path) {
        Err(format!("`{path}` is the name of another file that lies beside the certificate"))
    } else {
        Ok(())
    }
}

/// An absolute path of a program in the workspace.
pub(crate) fn program_path() -> impl Validator {
    parses("must be an absolute path", |path| {
        if path.starts_with('/') && !path.chars().any(char::is_control) {
            return Ok(());
        }
        let hint = "write where the image has it, such as `/usr/local/bin/aibridge-agent`";
        Err(sentences(format!("`{path}` is not an absolute path"), Some(hint)))
    })
}

/// The name of a unit of the agent's coordination.
pub(crate) fn unit() -> impl Validator {
    parses("must be a name without spaces", |name| {
        let problem = if name.is_empty() {
            "the name is empty".to_owned()
        } else if name.starts_with('-') {
            format!("`{name}` begins with `-`, as only flags of a command do")
        } else if name.chars().any(|it| it.is_whitespace() || it.is_control()) {
            format!("`{name}` contains a space or a control character")
        } else {
            return Ok(());
        };
        Err(sentences(problem, Some("write a name such as `aibridge-proxy-setup`")))
    })
}

/// Where a helper is downloaded from.
pub(crate) fn download_url() -> impl Validator {
    parses("must be an `http(s)://` URL", |url| {
        let lower = url.to_ascii_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
        let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let problem = match authority {
            None | Some("") => "the URL is not of the form `https://host/path`",
            Some(authority) if authority.contains('@') => {
                "the URL contains user information, which everybody in the workspace could read"
            }
            Some(_) if !url.bytes().all(|byte| byte.is_ascii_graphic()) => {
                "the URL contains a space or a character that must be percent-encoded"
            }
            Some(_) => return Ok(()),
        };
        Err(sentences(problem, Some("write a URL such as `https://example.com/aibridge-agent`")))
    })
}

/// The SHA-256 of a download.
pub(crate) fn sha256() -> impl Validator {
    parses("must be 64 hexadecimal digits", |text| {
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(());
        }
        let problem = format!("`{text}` is not 64 hexadecimal digits");
        Err(sentences(problem, Some("write what `sha256sum` prints of the file")))
    })
}
