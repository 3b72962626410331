//! Durations that are not zero.

use std::time::Duration;

use settings::duration;

use super::{Parse, Refusal};

impl Parse for Duration {
    const RULE: &'static str = "must be a duration such as `10s` or `1m30s`";

    fn parse(text: &str) -> Result<Self, Refusal> {
        match duration::parse(text) {
            Ok(Self::ZERO) => {
                Err(Refusal::new("the duration is zero", "write a longer one, such as `10s`"))
            }
            Ok(duration) => Ok(duration),
            Err(err) => Err(Refusal::new(&err, err.hint())),
        }
    }
}
