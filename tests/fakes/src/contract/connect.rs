//! What the proxy does with the first request of a connection: open its TLS,
//! pass it through, or refuse it.
//!
//! Source: section 2.3 to 2.5 of the contract on Coder, section 2.2 and 2.3 of
//! the one on bridge and proxy, section A8 and rows G65 and G73 of the one on
//! the gateway. Rows of [`Author::Ours`] hold for our proxy alone: what the
//! contracts list as worth adding, and the strict mode.
//!
//! The rows assume a proxy with [`INTERCEPTED`], [`EXEMPT`] and [`ALLOWED_RANGE`].

/// Hosts that the proxy intercepts, on the ports of [`PORTS`].
pub const INTERCEPTED: [&str; 2] = ["api.openai.com", "api.anthropic.com"];
/// Ports that a CONNECT may name.
pub const PORTS: [u16; 2] = [80, 443];
/// The access URL's host and port: tunnelled even if its address is private.
pub const EXEMPT: &str = "coder.example.com:443";
/// A private range to which tunnels are allowed by a setting: its first address and
/// its prefix.
pub const ALLOWED_RANGE: (&str, u8) = ("10.1.0.0", 16);
/// Realm of the credentials, from 2.35 on.
pub const REALM: &str = "Coder AI Gateway Proxy";
/// Realm of the credentials, up to 2.34.
pub const REALM_OLD: &str = "Coder AI Bridge Proxy";

/// Response to a CONNECT whose TLS is opened: HTTP/1.0, which clients must accept.
pub const INTERCEPTED_REPLY: &str = "HTTP/1.0 200 OK";
/// Response to a CONNECT that is passed through.
pub const TUNNELLED_REPLY: &str = "HTTP/1.0 200 Connection established";

/// The first request of a connection, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// For the message of a failed test.
    pub name: &'static str,
    /// The system that behaves so.
    pub author: Author,
    /// Whether tunnels need a valid token.
    pub is_strict: bool,
    /// Method and target, as on the request line.
    pub request: (&'static str, &'static str),
    /// The value of `Proxy-Authorization`.
    pub authorization: Option<&'static str>,
    /// What the target's host resolves to.
    pub address: Address,
    /// What the proxy does.
    pub decision: Decision,
}

/// The system that a row describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// Coder's daemon from 2.32 on, and ours.
    Coder,
    /// Ours alone.
    Ours,
}

/// What a host resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// This address, which is in [`ALLOWED_RANGE`]; a server accepts there.
    Allowed(&'static str),
    /// It does not matter: the proxy does not dial it.
    NotDialled,
    /// A server that accepts, at an address that is not blocked.
    Reachable,
    /// This address, which is blocked.
    Blocked(&'static str),
    /// A server that accepts, at an address that would be blocked.
    Private,
    /// No server accepts.
    Unreachable,
}

/// What the proxy does with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Closes the connection without a byte.
    Close,
    /// Replies [`INTERCEPTED_REPLY`] and opens the TLS with a leaf of its CA.
    /// The token of the CONNECT is not validated.
    Intercept {
        /// The password of the credentials.
        token: &'static str,
    },
    /// Sends a response, and closes.
    Refuse(Refusal),
    /// Replies [`TUNNELLED_REPLY`] and passes bytes both ways.
    Tunnel,
}

/// A refusal on the wire: `HTTP/1.1`, `text/plain`, then the end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Status code and reason phrase.
    pub status: (u16, &'static str),
    /// Headers beside `Content-Type`, `Content-Length` and `Connection`.
    pub headers: &'static [(&'static str, &'static str)],
    /// The body.
    pub body: &'static str,
}

/// 407: no usable credentials, or no CONNECT at all.
pub const UNAUTHENTICATED: Refusal = Refusal {
    status: (407, "Proxy Authentication Required"),
    headers: &[
        ("Proxy-Authenticate", "Basic realm=\"Coder AI Gateway Proxy\""),
        ("Proxy-Connection", "close"),
    ],
    body: "Proxy Authentication Required",
};
/// 403: the target resolves to a blocked range.
pub const FORBIDDEN: Refusal =
    Refusal { status: (403, "Forbidden"), headers: &[], body: "Forbidden" };
/// 502: the target cannot be dialled.
pub const UNREACHABLE: Refusal =
    Refusal { status: (502, "Bad Gateway"), headers: &[], body: "Bad Gateway" };
/// 500: a request in origin form, as a probe without credentials sends it.
pub const NOT_A_PROXY_REQUEST: Refusal = Refusal {
    status: (500, "Internal Server Error"),
    headers: &[],
    body: "This is a proxy server. Does not respond to non-proxy requests.\n",
};

/// `coder:token` in Base64.
const CREDENTIALS: &str = "Basic Y29kZXI6dG9rZW4=";

// === impl Row ===

impl Row {
    const fn connect(name: &'static str, target: &'static str, decision: Decision) -> Self {
        Self {
            name,
            author: Author::Coder,
            is_strict: false,
            request: ("CONNECT", target),
            authorization: None,
            address: Address::NotDialled,
            decision,
        }
    }

    const fn with(self, authorization: &'static str) -> Self {
        Self { authorization: Some(authorization), ..self }
    }

    const fn at(self, address: Address) -> Self {
        Self { address, ..self }
    }

    const fn ours(self) -> Self {
        Self { author: Author::Ours, ..self }
    }

    const fn strict(self) -> Self {
        Self { is_strict: true, ..self }.ours()
    }
}

const fn close(name: &'static str, target: &'static str) -> Row {
    Row::connect(name, target, Decision::Close).with(CREDENTIALS)
}

const fn unauthenticated(name: &'static str, authorization: &'static str) -> Row {
    Row::connect(name, "api.openai.com:443", Decision::Refuse(UNAUTHENTICATED)).with(authorization)
}

const fn intercept(name: &'static str, target: &'static str, token: &'static str) -> Row {
    Row::connect(name, target, Decision::Intercept { token }).with(CREDENTIALS)
}

const fn forbidden(name: &'static str, address: &'static str) -> Row {
    Row::connect(name, "internal.example.com:443", Decision::Refuse(FORBIDDEN))
        .at(Address::Blocked(address))
}

/// Every row. The order of the checks is: port, intercepted host, credentials,
/// address.
pub const ROWS: &[Row] = &[
    close("target without a port", "api.openai.com"),
    close("target with an empty port", "api.openai.com:"),
    close("intercepted host, other port", "api.openai.com:8443"),
    close("any host, other port", "example.com:22"),
    close("port beyond 65535", "example.com:65979"),
    close("port with a sign", "example.com:+443"),
    close("target without a host", ":443"),
    Row::connect("no credentials", "api.openai.com:443", Decision::Refuse(UNAUTHENTICATED)),
    unauthenticated("empty password", "Basic Y29kZXI6"),
    unauthenticated("no colon", "Basic Y29kZXI="),
    unauthenticated("no Base64", "Basic !!!"),
    unauthenticated("Bearer", "Bearer token"),
    unauthenticated("three words", "Basic Y29kZXI6dG9rZW4= x"),
    unauthenticated("one word", "Basic"),
    intercept("credentials", "api.openai.com:443", "token"),
    intercept("second intercepted host", "api.anthropic.com:443", "token"),
    intercept("port 80", "api.openai.com:80", "token"),
    intercept("host in upper case", "API.OpenAI.com:443", "token"),
    Row {
        authorization: Some("bAsIc Y29kZXI6dG9rZW4="),
        ..intercept("scheme in mixed case", "api.openai.com:443", "token")
    },
    // `x:a:b`: the user is ignored, and all after the first colon is the token.
    Row {
        authorization: Some("Basic eDphOmI="),
        ..intercept("colon in the token", "api.openai.com:443", "a:b")
    },
    // `:token`
    Row {
        authorization: Some("Basic OnRva2Vu"),
        ..intercept("no user", "api.openai.com:443", "token")
    },
    Row::connect("other host", "example.com:443", Decision::Tunnel).at(Address::Reachable),
    Row::connect("subdomain of an intercepted host", "eu.api.openai.com:443", Decision::Tunnel)
        .at(Address::Reachable),
    Row::connect("other host, credentials", "example.com:443", Decision::Tunnel)
        .with(CREDENTIALS)
        .at(Address::Reachable),
    Row::connect("access URL at a private address", EXEMPT, Decision::Tunnel).at(Address::Private),
    Row::connect("IPv6 address", "[2606:4700::1111]:443", Decision::Tunnel).at(Address::Reachable),
    Row::connect("private address in an allowed range", "git.example.com:443", Decision::Tunnel)
        .at(Address::Allowed("10.1.2.3")),
    Row::connect("unreachable host", "example.com:443", Decision::Refuse(UNREACHABLE))
        .at(Address::Unreachable),
    forbidden("private address", "10.0.0.1"),
    forbidden("loopback", "127.0.0.1"),
    forbidden("IPv6 loopback", "::1"),
    Row { request: ("CONNECT", "[::1]:443"), ..forbidden("IPv6 address of loopback", "::1") },
    Row {
        request: ("GET", "http://example.com/"),
        ..Row::connect("absolute form", "", Decision::Refuse(UNAUTHENTICATED))
    },
    Row {
        request: ("GET", "http://example.com/"),
        ..Row::connect("absolute form, credentials", "", Decision::Refuse(UNAUTHENTICATED))
    }
    .with(CREDENTIALS),
    Row {
        request: ("GET", "/"),
        ..Row::connect("origin form", "", Decision::Refuse(NOT_A_PROXY_REQUEST))
    },
    Row::connect("strict, no credentials", "example.com:443", Decision::Refuse(UNAUTHENTICATED))
        .strict(),
    Row::connect("strict, credentials", "example.com:443", Decision::Tunnel)
        .with(CREDENTIALS)
        .at(Address::Reachable)
        .strict(),
];

/// One range of addresses that tunnels are refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The system that blocks it.
    pub author: Author,
    /// Its first address.
    pub first: &'static str,
    /// The bits that all of its addresses share.
    pub prefix: u8,
}

const fn range(first: &'static str, prefix: u8) -> Range {
    Range { author: Author::Coder, first, prefix }
}

const fn own_range(first: &'static str, prefix: u8) -> Range {
    Range { author: Author::Ours, first, prefix }
}

/// Ranges that tunnels are refused for. An IPv4 address that is mapped into IPv6
/// counts as the IPv4 address.
pub const BLOCKED_RANGES: &[Range] = &[
    range("0.0.0.0", 8),
    range("10.0.0.0", 8),
    range("100.64.0.0", 10),
    range("127.0.0.0", 8),
    range("169.254.0.0", 16),
    range("172.16.0.0", 12),
    range("192.0.0.0", 24),
    range("192.168.0.0", 16),
    range("198.18.0.0", 15),
    range("240.0.0.0", 4),
    range("::1", 128),
    range("64:ff9b::", 96),
    range("64:ff9b:1::", 48),
    range("2002::", 16),
    range("fc00::", 7),
    range("fe80::", 10),
    own_range("192.0.2.0", 24),
    own_range("198.51.100.0", 24),
    own_range("203.0.113.0", 24),
    own_range("224.0.0.0", 4),
    own_range("::", 128),
    own_range("2001:db8::", 32),
    own_range("ff00::", 8),
];

/// An address, and the system that refuses a tunnel to it, if one does.
pub type AddressRow = (&'static str, Option<Author>);

/// Addresses at the edges of the ranges.
pub const ADDRESSES: &[AddressRow] = &[
    ("0.0.0.0", Some(Author::Coder)),
    ("1.1.1.1", None),
    ("9.255.255.255", None),
    ("10.0.0.0", Some(Author::Coder)),
    ("10.255.255.255", Some(Author::Coder)),
    ("11.0.0.0", None),
    ("100.63.255.255", None),
    ("100.64.0.0", Some(Author::Coder)),
    ("100.127.255.255", Some(Author::Coder)),
    ("100.128.0.0", None),
    ("127.0.0.1", Some(Author::Coder)),
    ("169.254.169.254", Some(Author::Coder)),
    ("172.15.255.255", None),
    ("172.16.0.0", Some(Author::Coder)),
    ("172.31.255.255", Some(Author::Coder)),
    ("172.32.0.0", None),
    ("192.0.0.255", Some(Author::Coder)),
    ("192.0.1.0", None),
    ("192.0.2.1", Some(Author::Ours)),
    ("192.168.255.255", Some(Author::Coder)),
    ("198.17.255.255", None),
    ("198.18.0.0", Some(Author::Coder)),
    ("198.19.255.255", Some(Author::Coder)),
    ("198.20.0.0", None),
    ("224.0.0.1", Some(Author::Ours)),
    ("255.255.255.255", Some(Author::Coder)),
    ("::", Some(Author::Ours)),
    ("::1", Some(Author::Coder)),
    ("::ffff:10.0.0.1", Some(Author::Coder)),
    ("::ffff:1.1.1.1", None),
    ("64:ff9b::a00:1", Some(Author::Coder)),
    ("64:ff9b:1:ffff::", Some(Author::Coder)),
    ("64:ff9b:2::", None),
    ("2001:db8::1", Some(Author::Ours)),
    ("2002:a00:1::", Some(Author::Coder)),
    ("2606:4700::1111", None),
    ("fc00::1", Some(Author::Coder)),
    ("fdff::1", Some(Author::Coder)),
    ("fe80::1", Some(Author::Coder)),
    ("febf::1", Some(Author::Coder)),
    ("fec0::1", None),
    ("ff02::1", Some(Author::Ours)),
];
