//! Flags of settings that several commands share, in the groups in which
//! `config` reads them.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgAction, Args};

use crate::config::specs;

/// The path of the certificate, which places every other file of the helper.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PlaceArgs {
    #[arg(
        long = specs::CERT_PATH.flag,
        help = specs::CERT_PATH.help(),
        value_name = "PATH",
        value_parser = any_path(),
    )]
    pub(crate) cert_path: Option<PathBuf>,
}

/// Coordination over the agent socket.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct CoordinationArgs {
    #[arg(long = specs::SYNC.flag, help = specs::SYNC.help(), value_name = "MODE")]
    pub(crate) sync: Option<String>,
    #[arg(
        long = specs::SYNC_UNIT.flag,
        help = specs::SYNC_UNIT.help(),
        value_name = "UNIT",
        visible_alias = "unit",
    )]
    pub(crate) sync_unit: Option<String>,
    #[arg(
        long = specs::SOCKET_PATH.flag,
        help = specs::SOCKET_PATH.help(),
        value_name = "PATH",
        value_parser = any_path(),
    )]
    pub(crate) socket_path: Option<PathBuf>,
}

/// The settings from which a tool's variables are made.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ProxyArgs {
    #[arg(long = specs::ACCESS_URL.flag, help = specs::ACCESS_URL.help(), value_name = "URL")]
    pub(crate) access_url: Option<String>,
    #[arg(
        long = specs::SESSION_TOKEN.flag,
        help = specs::SESSION_TOKEN.help(),
        value_name = "FILE",
        value_parser = any_path(),
    )]
    pub(crate) session_token_file: Option<PathBuf>,
    #[arg(long = specs::PROXY_URL.flag, help = specs::PROXY_URL.help(), value_name = "URL")]
    pub(crate) proxy_url: Option<String>,
    #[arg(
        long = specs::NO_PROXY.flag,
        help = repeatable(specs::NO_PROXY.help()),
        value_name = "HOST",
        action = ArgAction::Append,
    )]
    pub(crate) no_proxy: Vec<String>,
}

/// The CA certificates to accept and to add.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct CaArgs {
    #[arg(long = specs::CA_PIN.flag, help = specs::CA_PIN.help(), value_name = "HEX")]
    pub(crate) ca_pin_sha256: Option<String>,
    #[arg(
        long = specs::CA_SEED.flag,
        help = specs::CA_SEED.help(),
        value_name = "FILE",
        value_parser = any_path(),
    )]
    pub(crate) ca_seed_file: Option<PathBuf>,
    #[arg(
        long = specs::EXTRA_CA.flag,
        help = repeatable(specs::EXTRA_CA.help()),
        value_name = "FILE",
        action = ArgAction::Append,
        value_parser = any_path(),
    )]
    pub(crate) extra_ca_file: Vec<PathBuf>,
}

fn repeatable(help: String) -> String {
    format!("{help} (repeatable)")
}

/// Takes the empty path too, which clap's own parser refuses: empty is unset.
pub(super) fn any_path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}
