//! Logs for the plugin host: one JSON object a line on stderr.
//!
//! The host trusts these lines too much: one whose message is not a string
//! crashes Terraform in the middle of an apply. So every line is built in one
//! place, [`mod@line`], which can make nothing else. A line that the host would drop is not
//! built at all: the level is read from the same variables as the host's.

mod layer;
mod line;
mod panic;

#[cfg(test)]
mod tests;

use std::ffi::OsString;

use tracing_core::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

pub(crate) use self::panic::install_hook;

/// Level of all that Terraform logs.
const ENV_LEVEL: &str = "TF_LOG";
/// Level of all providers; wins over [`ENV_LEVEL`]. `…_NAME` is one provider's
/// and wins over both.
const ENV_PROVIDER_LEVEL: &str = "TF_LOG_PROVIDER";

/// Sends the events of this process to stderr, if the client shows any.
/// `provider` is the short name, as in `aibridge`.
pub(crate) fn install(lookup: impl Fn(&str) -> Option<OsString>, provider: &str) {
    let level = level(lookup, provider);
    if level == LevelFilter::OFF {
        return;
    }
    let subscriber = tracing_subscriber::registry().with(layer::Layer::new(level));
    // A subscriber that the author installed before us stays.
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("log lines go to a subscriber that was installed before");
    }
}

/// The level that the client will show; off if it shows nothing.
fn level(lookup: impl Fn(&str) -> Option<OsString>, provider: &str) -> LevelFilter {
    let own = format!("{ENV_PROVIDER_LEVEL}_{}", provider.to_uppercase().replace('-', "_"));
    let text = [own.as_str(), ENV_PROVIDER_LEVEL, ENV_LEVEL]
        .into_iter()
        .find_map(|name| lookup(name).filter(|value| !value.is_empty()));
    let Some(text) = text else { return LevelFilter::OFF };
    match text.to_string_lossy().to_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        // `TRACE` and `JSON`, and Terraform takes what it cannot read for
        // trace too.
        _ => LevelFilter::TRACE,
    }
}
