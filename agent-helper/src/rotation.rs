//! Which CAs the certificate file holds: the current one, then those of the
//! last days, so that two replicas in the middle of a change both work. Pure.

#[cfg(test)]
mod tests;

use pki::certificate::{CaCertificate, Pin, blocks};
use time::{Duration, OffsetDateTime};

use crate::status::{self, Seen};

/// How long a CA that is served no more is still trusted.
pub(crate) const KEPT_FOR: Duration = Duration::days(7);

/// How many CAs the file holds at most.
pub(crate) const KEPT_AT_MOST: usize = 4;

/// A CA and when a deployment last served it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// Valid now, and fits the pin.
    pub(crate) certificate: CaCertificate,
    /// Last time.
    pub(crate) last_seen: OffsetDateTime,
}

/// Reads the certificate file that is in place. Blocks that are no CA, are not
/// valid now or do not fit the pin are left out. A CA that `seen` does not
/// know was seen when the file was last written.
pub(crate) fn read(
    file: &[u8],
    modified: OffsetDateTime,
    seen: &[Seen],
    now: OffsetDateTime,
    pin: Option<&Pin>,
) -> Vec<Known> {
    let known = |block: &[u8]| {
        let certificate = CaCertificate::from_pem(block, now, pin).ok()?;
        let last_seen = seen
            .iter()
            .find(|it| it.sha256 == certificate.sha256())
            .and_then(|it| status::parse_time(&it.last_seen))
            .unwrap_or(modified);
        Some(Known { certificate, last_seen })
    };
    blocks(file).filter_map(known).collect()
}

/// Puts the CA that was just served before the earlier ones.
pub(crate) fn merge(
    current: CaCertificate,
    earlier: Vec<Known>,
    now: OffsetDateTime,
) -> Vec<Known> {
    let mut kept = vec![Known { certificate: current, last_seen: now }];
    for known in earlier {
        let is_new = kept.iter().all(|it| it.certificate.sha256() != known.certificate.sha256());
        if is_new && now - known.last_seen <= KEPT_FOR && kept.len() < KEPT_AT_MOST {
            kept.push(known);
        }
    }
    kept
}

/// The text of the certificate file.
pub(crate) fn file(kept: &[Known]) -> Vec<u8> {
    kept.iter().map(|it| it.certificate.pem()).collect::<String>().into_bytes()
}

/// The list in `status.json`.
pub(crate) fn seen(kept: &[Known]) -> Vec<Seen> {
    kept.iter()
        .map(|it| Seen {
            sha256: it.certificate.sha256().to_owned(),
            last_seen: status::rfc3339(it.last_seen),
        })
        .collect()
}
