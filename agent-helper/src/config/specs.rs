//! Every setting: its flag, variables, key in `settings.json`, help text and
//! default. Flags, help pages and lookups are made from this table.

use coder_client::workspace::{DEFAULT_CERT_PATH, DEFAULT_SYNC_UNIT};
use settings::{Spec, Variable};

use crate::env;

pub(crate) const ACCESS_URL: Spec = Spec {
    name: "access URL",
    help: "Access URL of the deployment",
    flag: "access-url",
    variables: &[Variable::new(env::ENV_ACCESS_URL)],
    key: "access_url",
    fallbacks: &[Variable::holding(
        env::ENV_CODER_AGENT_URL,
        "Access URL of the deployment if no other source has one",
    )],
    ..Spec::NONE
};

/// A token is never a flag and never stored: flag and key name a file.
pub(crate) const SESSION_TOKEN: Spec = Spec {
    name: "session token",
    help: "File that holds the session token",
    flag: "session-token-file",
    variables: &[
        Variable::holding(env::ENV_SESSION_TOKEN, "Session token of the workspace owner"),
        Variable::new(env::ENV_SESSION_TOKEN_FILE),
    ],
    key: "session_token_file",
    fallbacks: &[Variable::holding(
        env::ENV_CODER_SESSION_TOKEN,
        "Session token if no other source has one",
    )],
    ..Spec::NONE
};

pub(crate) const PROXY_URL: Spec = Spec {
    name: "proxy URL",
    help: "URL of AI Bridge Proxy, `http(s)://host[:port]`",
    flag: "proxy-url",
    variables: &[Variable::new(env::ENV_PROXY_URL)],
    key: "proxy_url",
    ..Spec::NONE
};

pub(crate) const CERT_PATH: Spec = Spec {
    name: "certificate path",
    help: "Absolute path of the CA certificate file",
    flag: "cert-path",
    variables: &[Variable::new(env::ENV_CERT_PATH)],
    default: Some(DEFAULT_CERT_PATH),
    ..Spec::NONE
};

pub(crate) const CA_PIN: Spec = Spec {
    name: "pin",
    help: "SHA-256 of the only CA certificate to accept, 64 hexadecimal digits",
    flag: "ca-pin-sha256",
    variables: &[Variable::new(env::ENV_CA_PIN_SHA256)],
    key: "ca_pin_sha256",
    ..Spec::NONE
};

/// Flag and key name a file, the variable holds the certificate itself.
pub(crate) const CA_SEED: Spec = Spec {
    name: "seed certificate",
    help: "PEM file of the CA certificate to use if the network fails",
    flag: "ca-seed-file",
    variables: &[Variable::holding(
        env::ENV_CA_SEED,
        "CA certificate (PEM) to use if the network fails",
    )],
    key: "ca_seed_file",
    ..Spec::NONE
};

pub(crate) const EXTRA_CA: Spec = Spec {
    name: "extra CAs",
    help: "PEM file of extra CA certificates for the bundle",
    flag: "extra-ca-file",
    variables: &[Variable::new(env::ENV_EXTRA_CA_FILE)],
    key: "extra_ca_files",
    ..Spec::NONE
};

pub(crate) const NO_PROXY: Spec = Spec {
    name: "exclusion list",
    help: "Hosts to reach without the proxy, separated by commas",
    flag: "no-proxy",
    variables: &[Variable::new(env::ENV_NO_PROXY)],
    key: "no_proxy",
    ..Spec::NONE
};

pub(crate) const TIMEOUT: Spec = Spec {
    name: "timeout",
    help: "Timeout of the whole set-up, a duration such as `90s` or `2m`",
    flag: "timeout",
    variables: &[Variable::new(env::ENV_TIMEOUT)],
    key: "timeout",
    default: Some("60s"),
    ..Spec::NONE
};

pub(crate) const SYNC: Spec = Spec {
    name: "coordination mode",
    help: "Coordination over the agent socket: `auto`, `required` or `off`",
    flag: "sync",
    variables: &[Variable::new(env::ENV_SYNC)],
    key: "sync",
    default: Some("auto"),
    ..Spec::NONE
};

pub(crate) const SYNC_UNIT: Spec = Spec {
    name: "unit",
    help: "Name of the set-up's unit",
    flag: "sync-unit",
    variables: &[Variable::new(env::ENV_SYNC_UNIT)],
    key: "sync_unit",
    default: Some(DEFAULT_SYNC_UNIT),
    ..Spec::NONE
};

/// Its default depends on the system: [`coder_client::agent_socket::default_path`].
pub(crate) const SOCKET_PATH: Spec = Spec {
    name: "agent socket",
    help: "Path of the workspace agent's socket",
    flag: "socket-path",
    key: "socket_path",
    fallbacks: &[Variable::new(env::ENV_SOCKET_PATH)],
    ..Spec::NONE
};

pub(crate) const LOG_FORMAT: Spec = Spec {
    name: "log format",
    help: "Format of log, warnings and errors on stderr: `text` or `json`",
    flag: "log-format",
    variables: &[Variable::new(env::ENV_LOG_FORMAT)],
    default: Some("text"),
    ..Spec::NONE
};

pub(crate) const LOG_LEVEL: Spec = Spec {
    name: "log level",
    help: "Level of the log on stderr: `error`, `warn`, `info`, `debug` or `trace`; without it \
           nothing is logged",
    flag: "log-level",
    variables: &[Variable::new(env::ENV_LOG_LEVEL)],
    ..Spec::NONE
};

/// All settings, in the order of the table in `--help`.
pub(crate) const SPECS: [&Spec; 14] = [
    &ACCESS_URL,
    &SESSION_TOKEN,
    &PROXY_URL,
    &CERT_PATH,
    &CA_PIN,
    &CA_SEED,
    &EXTRA_CA,
    &NO_PROXY,
    &TIMEOUT,
    &SYNC,
    &SYNC_UNIT,
    &SOCKET_PATH,
    &LOG_FORMAT,
    &LOG_LEVEL,
];
