//! Which redirects may be followed: almost none.

use ::http::StatusCode;
use settings::text;
use url::Url;

use super::AnswerError;
use crate::access_url::AccessUrl;

/// The longest address that is quoted.
const MAX_QUOTE: usize = 200;

/// What to do about a redirect.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Follow it: it leads to the same origin and path.
    Follow(Url),
    /// Report it as an error.
    Refuse(AnswerError),
}

/// Decides about the response `status` with `location` to a request of `requested`.
///
/// Coder itself answers 307 with its bare access URL if it was called by
/// another one; following that ends at the dashboard, with 200.
pub(super) fn judge(
    access_url: &AccessUrl,
    requested: &Url,
    status: StatusCode,
    location: Option<&str>,
) -> Verdict {
    let Some(target) = location.and_then(|it| requested.join(it).ok()) else {
        return Verdict::Refuse(refused(status, None));
    };
    let is_web = matches!(target.scheme(), "http" | "https");
    if status == StatusCode::TEMPORARY_REDIRECT && is_web && is_bare(&target, access_url) {
        return Verdict::Refuse(AnswerError::AccessUrlMismatch {
            requested: access_url.to_string(),
            configured: shown(&target).trim_end_matches('/').to_owned(),
        });
    }
    let is_redirect = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let has_user = !target.username().is_empty() || target.password().is_some();
    if is_redirect
        && !has_user
        && target.origin() == requested.origin()
        && target.path() == requested.path()
    {
        return Verdict::Follow(target);
    }
    Verdict::Refuse(refused(status, Some(&target)))
}

/// The error of a redirect that is not followed.
pub(super) fn refused(status: StatusCode, target: Option<&Url>) -> AnswerError {
    AnswerError::Redirected { status: status.as_u16(), location: target.map(shown) }
}

/// Whether the URL is that of an access URL, without an endpoint's path.
fn is_bare(target: &Url, access_url: &AccessUrl) -> bool {
    let path = target.path().trim_end_matches('/');
    path.is_empty() || path == access_url.base_path()
}

/// Scheme, host, port and path. Query and user information may hold secrets.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let without_user = url.set_username("").and_then(|()| url.set_password(None));
    if without_user.is_err() && (url.password().is_some() || !url.username().is_empty()) {
        return format!("{}:…", url.scheme());
    }
    text::one_line(url.as_str(), MAX_QUOTE)
}

#[cfg(test)]
mod tests;
