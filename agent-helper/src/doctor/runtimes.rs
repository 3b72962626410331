//! Which runtime reads which trust variable, and whether the file that stands
//! in it is good for the proxy; pure.

use pki::certificate::{CaCertificate, ders};
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use pki::chain::{self, ChainFault};

#[cfg(test)]
mod tests;

/// A runtime or tool and the variable that names its roots.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Runtime {
    /// Its name, or those of a family.
    pub(crate) name: &'static str,
    pub(crate) variable: &'static str,
    /// Whether the file's certificates add to the runtime's own.
    pub(crate) adds: bool,
    /// Whether it accepts a chain only with a self-signed root.
    pub(crate) wants_root: bool,
}

const fn runtime(
    name: &'static str,
    variable: &'static str,
    adds: bool,
    wants_root: bool,
) -> Runtime {
    Runtime { name, variable, adds, wants_root }
}

/// The most common first.
pub(crate) const RUNTIMES: [Runtime; 16] = [
    runtime("Node, Bun", "NODE_EXTRA_CA_CERTS", true, true),
    runtime("OpenSSL, Python ssl, httpx", "SSL_CERT_FILE", false, true),
    runtime("Go, Rust", "SSL_CERT_FILE", false, false),
    runtime("Python requests", "REQUESTS_CA_BUNDLE", false, true),
    runtime("curl", CURL, false, false),
    runtime("git", "GIT_SSL_CAINFO", false, false),
    runtime("git, TLS to a proxy", "GIT_PROXY_SSL_CAINFO", false, false),
    runtime("pip", "PIP_CERT", false, true),
    runtime("npm", "npm_config_cafile", false, true),
    runtime("Codex", "CODEX_CA_CERTIFICATE", true, false),
    runtime("Deno", "DENO_CERT", true, false),
    runtime("Cargo", "CARGO_HTTP_CAINFO", false, false),
    runtime("AWS", "AWS_CA_BUNDLE", false, true),
    runtime("gcloud", "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", false, true),
    runtime("gRPC", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", false, false),
    runtime("Nix", "NIX_SSL_CERT_FILE", false, false),
];

/// It does not hold for the proxy's own certificate, which curl has an option
/// and no variable for.
const CURL: &str = "CURL_CA_BUNDLE";

/// The hint for curl in that case.
pub(crate) const CURL_AND_TLS: &str = "curl has no variable for the certificate of a proxy: add \
     the listener's CA to the system's store, or call curl with `--proxy-cacert`";

/// The certificates that must be trusted, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// The CA that tools should trust.
    pub(crate) ca: Option<CaCertificate>,
    /// A host and the chain that the proxy shows for it.
    pub(crate) leaf: Option<(String, Vec<CertificateDer<'static>>)>,
    /// The listener's host and chain, if it speaks TLS.
    pub(crate) listener: Option<(String, Vec<CertificateDer<'static>>)>,
    /// What the system trusts.
    pub(crate) system: Vec<CertificateDer<'static>>,
}

/// A file as a runtime's store.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    ders: Vec<CertificateDer<'static>>,
    authorities: Vec<CaCertificate>,
}

/// Why a runtime cannot work with a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum TrustFault {
    /// No certificate is in it.
    Empty,
    /// The proxy's certificates for AI hosts are not trusted.
    Leaf(ChainFault),
    /// The CA itself is not in it.
    NoCa,
    /// The listener's own certificate is not trusted.
    Listener(ChainFault),
    /// The system does not trust the listener's own certificate, and curl uses no
    /// other roots for it.
    ListenerOfCurl,
    /// It takes the place of the system's roots, and holds none of them.
    NoSystemRoots,
    /// The CA is an intermediate, and this issuer is not in it.
    NoRoot(String),
}

impl Evidence {
    fn system_roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(self.system.iter().cloned());
        roots
    }
}

impl Store {
    /// Reads a file's content.
    pub(crate) fn new(pem: &[u8], now: OffsetDateTime) -> Self {
        Self { ders: ders(pem), authorities: chain::authorities(pem, now) }
    }

    /// Judges the store for one runtime.
    ///
    /// # Errors
    ///
    /// The first fault.
    pub(crate) fn judge(
        &self,
        runtime: &Runtime,
        evidence: &Evidence,
        now: OffsetDateTime,
    ) -> Result<(), TrustFault> {
        if self.ders.is_empty() {
            return Err(TrustFault::Empty);
        }
        let roots = || self.roots(runtime);
        match (&evidence.leaf, &evidence.ca) {
            (Some((host, chain)), _) => {
                chain::judge(chain, host, roots(), now).map_err(TrustFault::Leaf)?;
            }
            (None, Some(ca)) if !self.ders.iter().any(|it| it.as_ref() == ca.der()) => {
                return Err(TrustFault::NoCa);
            }
            _ => {}
        }
        if let Some((host, chain)) = &evidence.listener {
            chain::judge(chain, host, roots(), now).map_err(TrustFault::Listener)?;
            if runtime.variable == CURL
                && chain::judge(chain, host, evidence.system_roots(), now).is_err()
            {
                return Err(TrustFault::ListenerOfCurl);
            }
        }
        let holds_system = || evidence.system.iter().any(|it| self.ders.contains(it));
        if !runtime.adds && !evidence.system.is_empty() && !holds_system() {
            return Err(TrustFault::NoSystemRoots);
        }
        if let Some(ca) = evidence.ca.as_ref().filter(|_| runtime.wants_root)
            && let Some(issuer) = chain::missing_root(ca, &self.authorities)
        {
            return Err(TrustFault::NoRoot(issuer));
        }
        Ok(())
    }

    /// What a runtime trusts that has been given this store.
    fn roots(&self, runtime: &Runtime) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(self.ders.iter().cloned());
        if runtime.adds {
            roots.add_parsable_certificates(TLS_SERVER_ROOT_CERTS.iter().cloned());
        }
        roots
    }
}

impl TrustFault {
    /// What is wrong, for a line that names runtime and file before it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Empty => "holds no certificate".to_owned(),
            Self::Leaf(fault) => {
                format!("does not contain the issuer of the proxy's certificate: {fault}")
            }
            Self::NoCa => "does not hold the CA of the proxy".to_owned(),
            Self::Listener(fault) => {
                format!("does not contain the issuer of the listener's certificate: {fault}")
            }
            Self::ListenerOfCurl => {
                "does not apply to the proxy's own listener, whose certificate the system does \
                 not trust"
                    .to_owned()
            }
            Self::NoSystemRoots => {
                "replaces the system's roots and holds none of them: every other TLS \
                 connection fails"
                    .to_owned()
            }
            Self::NoRoot(issuer) => {
                format!(
                    "holds an intermediate CA without its root `{issuer}`, which this runtime \
                     requires"
                )
            }
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::Leaf(_) | Self::NoCa | Self::NoSystemRoots => {
                "run `aibridge-agent setup`, which rewrites both files"
            }
            Self::Listener(_) => {
                "add the listener's CA to the extra CA certificates and run `aibridge-agent setup`"
            }
            Self::ListenerOfCurl => CURL_AND_TLS,
            Self::NoRoot(_) => {
                "add that root to the extra CA certificates and run `aibridge-agent setup`"
            }
        }
    }
}
