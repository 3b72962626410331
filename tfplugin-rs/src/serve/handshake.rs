//! The handshake with the plugin host: environment in, line or refusal out.
//!
//! Pure: nothing here reads the environment, binds or prints. The rules are
//! go-plugin's (`server.go`, `client.go`).

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::listener::{Address, Endpoint};

/// Version of go-plugin's own handshake, the first field of the line.
const HOST_PROTOCOL: u32 = 1;
/// The one version of Terraform's plugin protocol that is served.
pub(crate) const PROTOCOL: u32 = 6;

/// Proves that a plugin host started us, not a user by hand.
const ENV_COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/// The client's certificate as PEM. Absent or empty: no TLS.
const ENV_CLIENT_CERT: &str = "PLUGIN_CLIENT_CERT";
/// Where the socket goes. Absent or empty: the system's temporary folder.
const ENV_SOCKET_FOLDER: &str = "PLUGIN_UNIX_SOCKET_DIR";
/// Group, by name or number, that may connect too. Absent or empty: none.
const ENV_SOCKET_GROUP: &str = "PLUGIN_UNIX_SOCKET_GROUP";
/// Bounds of the TCP port. Absent or empty: any port.
const ENV_MIN_PORT: &str = "PLUGIN_MIN_PORT";
const ENV_MAX_PORT: &str = "PLUGIN_MAX_PORT";
/// Set to any value: the client supports that brokered connections
/// share the one socket.
const ENV_MULTIPLEX: &str = "PLUGIN_MULTIPLEX_GRPC";

/// Kind of socket to offer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Network {
    Tcp,
    Unix,
}

impl Network {
    /// What a plugin host expects on this platform.
    pub(crate) fn of_this_platform() -> Self {
        if cfg!(unix) { Self::Unix } else { Self::Tcp }
    }

    /// Chosen by the system, for clients that name no place.
    pub(crate) fn endpoint(self) -> Endpoint {
        match self {
            Self::Tcp => Endpoint::Tcp { ports: 0..=0 },
            Self::Unix => Endpoint::Unix { folder: None, group: None },
        }
    }
}

/// What the client requires.
///
/// `PLUGIN_PROTOCOL_VERSIONS` is not read: protocol 6 is all there is to offer,
/// and if the client does not speak it, it reports the mismatch itself, naming
/// both sides' versions.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) endpoint: Endpoint,
    /// The one certificate to accept; `None` serves in clear text.
    pub(crate) client_certificate: Option<CertificateDer<'static>>,
    is_multiplex_offered: bool,
}

impl Terms {
    /// Reads what the client requires.
    ///
    /// # Errors
    ///
    /// The process was started by hand, or a variable has an invalid value.
    pub(crate) fn read(
        lookup: impl Fn(&str) -> Option<OsString>,
        network: Network,
    ) -> Result<Self, Refusal> {
        let text = |name: &str| lookup(name).filter(|value| !value.is_empty());
        if text(ENV_COOKIE).is_none_or(|value| value != COOKIE) {
            return Err(Refusal::StartedByHand);
        }
        let client_certificate = match text(ENV_CLIENT_CERT) {
            None => None,
            Some(pem) => Some(
                CertificateDer::from_pem_slice(pem.as_encoded_bytes())
                    .map_err(|_no_pem| Refusal::Certificate)?,
            ),
        };
        let endpoint = match network {
            Network::Unix => Endpoint::Unix {
                folder: text(ENV_SOCKET_FOLDER).map(PathBuf::from),
                group: match text(ENV_SOCKET_GROUP) {
                    None => None,
                    Some(group) => Some(group.into_string().map_err(|group| Refusal::Group {
                        group: group.to_string_lossy().into_owned(),
                    })?),
                },
            },
            Network::Tcp => Endpoint::Tcp { ports: ports(&text)? },
        };
        let is_multiplex_offered = text(ENV_MULTIPLEX).is_some();
        Ok(Self { endpoint, client_certificate, is_multiplex_offered })
    }

    /// The line from which the client learns where and how to connect, without the
    /// line end. `server_certificate` is the DER of our leaf.
    pub(crate) fn line(
        &self,
        address: &Address,
        server_certificate: Option<&CertificateDer<'_>>,
    ) -> String {
        let network = address.network();
        let certificate =
            server_certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
        let mut line = format!("{HOST_PROTOCOL}|{PROTOCOL}|{network}|{address}|grpc|{certificate}");
        if self.is_multiplex_offered {
            line.push_str("|false");
        }
        line
    }
}

/// The ports that may be bound; `0..=0` lets the system choose.
fn ports(text: &impl Fn(&str) -> Option<OsString>) -> Result<RangeInclusive<u16>, Refusal> {
    let port = |name: &'static str| match text(name) {
        None => Ok(None),
        Some(value) => {
            let value = value.to_string_lossy().into_owned();
            value.parse().map(Some).map_err(|_no_port| Refusal::Port { name, value })
        }
    };
    let min: u16 = port(ENV_MIN_PORT)?.unwrap_or(0);
    let max: u16 = port(ENV_MAX_PORT)?.unwrap_or(if min == 0 { 0 } else { u16::MAX });
    if min > max {
        return Err(Refusal::Ports { min, max });
    }
    Ok(min..=max)
}

/// Why there will be no line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the certificate in `{ENV_CLIENT_CERT}` is not a PEM certificate")]
    Certificate,
    #[error("`{ENV_SOCKET_GROUP}` is not text: `{group}`")]
    Group { group: String },
    #[error("`{name}` is not a port: `{value}`")]
    Port { name: &'static str, value: String },
    #[error("`{ENV_MIN_PORT}` is `{min}`, above `{ENV_MAX_PORT}`, which is `{max}`")]
    Ports { min: u16, max: u16 },
    #[error(
        "this binary is a plugin: Terraform or OpenTofu starts it when a configuration needs it; \
         to attach a debugger, start it with --debug"
    )]
    StartedByHand,
}
