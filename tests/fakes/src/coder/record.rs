//! A request as it arrived, recorded for the test.

use bytes::Bytes;
use http::request::Parts;

/// The carrier of a token, in the order of Coder's lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// Cookie `coder_session_token`.
    Cookie,
    /// Query `coder_session_token`.
    Query,
    /// Header `Coder-Session-Token`: the only one that our clients may use.
    Header,
    /// `Authorization: Bearer`.
    Bearer,
    /// Query `access_token`.
    AccessTokenQuery,
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    /// Upper case.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Without the question mark; empty if none.
    pub query: String,
    /// In order of arrival, names in lower case; a value that is no text is
    /// shown with replacement characters.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
    /// Every token that the request carried, in Coder's lookup order: the first
    /// one counts.
    pub tokens: Vec<(Carrier, String)>,
}

impl RecordedRequest {
    pub(super) fn new(head: &Parts, body: Bytes) -> Self {
        let headers: Vec<(String, String)> = head
            .headers
            .iter()
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let mut request = Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers,
            body,
            tokens: Vec::new(),
        };
        request.tokens = request.find_tokens();
        request
    }

    /// The first value of a header, whatever the case of `name`.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The token that counts.
    pub fn token(&self) -> Option<&str> {
        self.tokens.first().map(|(_, token)| token.as_str())
    }

    /// Fails unless the token came in `Coder-Session-Token`, once, and nowhere
    /// else.
    #[track_caller]
    pub fn assert_token_in_header_only(&self) {
        let carriers: Vec<Carrier> = self.tokens.iter().map(|(carrier, _)| *carrier).collect();
        assert_eq!(carriers, [Carrier::Header], "carriers of {} {}", self.method, self.path);
    }

    fn find_tokens(&self) -> Vec<(Carrier, String)> {
        let cookies = self.header_values("cookie").flat_map(|value| value.split("; "));
        let cookies = cookies.filter_map(|pair| pair.strip_prefix("coder_session_token="));
        let bearer = self.header_values("authorization").filter_map(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token)
        });
        let all = [
            (Carrier::Cookie, cookies.map(str::to_owned).collect()),
            (Carrier::Query, self.query_values("coder_session_token")),
            (
                Carrier::Header,
                self.header_values("coder-session-token").map(str::to_owned).collect(),
            ),
            (Carrier::Bearer, bearer.map(str::to_owned).collect()),
            (Carrier::AccessTokenQuery, self.query_values("access_token")),
        ];
        let pairs = all.into_iter().flat_map(|(carrier, tokens): (_, Vec<String>)| {
            tokens.into_iter().map(move |token| (carrier, token))
        });
        pairs.filter(|(_, token)| !token.is_empty()).collect()
    }

    fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn query_values(&self, name: &str) -> Vec<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    }
}
