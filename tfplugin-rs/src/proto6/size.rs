//! How large an object may be: what is planned has to fit into the messages that follow.

#[cfg(test)]
mod tests;

use bytes::Bytes;

use crate::diag::Diagnostic;
use crate::generated::tfplugin6::DynamicValue;

/// Largest message either way, in bytes, as the Go SDK has it: a plan carries three copies
/// of a resource, and gRPC's usual 4 MiB are soon used up.
pub(crate) const MESSAGE_LIMIT: usize = 256 << 20;
/// Room in each message for what else is in it: names, identity, provider metadata.
const REST: usize = 1 << 20;
const WHAT_TO_DO: &str = "Make its values smaller, or keep the data in a file or an object store \
                          and give the resource its name.";

/// What a request to plan or apply brings, in bytes of its encodings.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    prior: usize,
    config: usize,
}

impl Sizes {
    pub(super) fn of(prior: Option<&DynamicValue>, config: Option<&DynamicValue>) -> Self {
        let size = |it: &DynamicValue| it.msgpack.len().max(it.json.len());
        Self { prior: prior.map_or(0, size), config: config.map_or(0, size) }
    }

    /// Refuses a planned object beyond the limit. Refused only later, the object would
    /// exist and no plan could carry it.
    pub(super) fn check_planned(self, object: &Bytes, private: &Bytes) -> Result<(), Diagnostic> {
        if self.fits(object, private) {
            return Ok(());
        }
        let detail = self.detail(object);
        Err(Diagnostic::error("The resource is too large", format!("{detail}. {WHAT_TO_DO}")))
    }

    /// Warns of an object that was made and, by what the provider learned, grew beyond the
    /// limit: it is stored, and can be destroyed.
    pub(super) fn check_made(self, object: &Bytes, private: &Bytes) -> Option<Diagnostic> {
        if self.fits(object, private) {
            return None;
        }
        let detail = self.detail(object);
        let detail = format!(
            "{detail}. The object is stored, but no plan can carry it: `terraform plan` will \
             fail until it is destroyed. {WHAT_TO_DO}"
        );
        Some(Diagnostic::warning("The resource has grown too large", detail))
    }

    /// Whether the next plan can carry the object: `PlanResourceChange` holds it as stored
    /// and as proposed, the configuration and the provider's own bytes. What does not grow
    /// was carried by this very request.
    fn fits(self, object: &Bytes, private: &Bytes) -> bool {
        let carried = 2 * object.len() + self.config + private.len() + REST;
        object.len() <= self.prior || carried <= MESSAGE_LIMIT
    }

    fn detail(self, object: &Bytes) -> String {
        format!(
            "Its object takes {} MiB and its configuration {} MiB. Terraform sends the object \
             twice and the configuration in one message, for which {} MiB are the limit",
            object.len() >> 20,
            self.config >> 20,
            MESSAGE_LIMIT >> 20
        )
    }
}
