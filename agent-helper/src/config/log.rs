//! The log that was requested; none unless a level is set, so that `exec` never
//! pays for it.

use settings::logging::{Format, Level, parse_level};
use settings::{Fault, Lookup, Setting};

use super::reader;
use super::specs::{LOG_FORMAT, LOG_LEVEL};

/// Format and level of the log.
pub(crate) struct LogSettings {
    format: Setting<Format>,
    level: Setting<Level>,
}

impl LogSettings {
    pub(crate) fn read(format: Option<&str>, level: Option<&str>, env: &dyn Lookup) -> Self {
        let reader = reader(env);
        let hint = |hint: &str| Some(hint.to_owned());
        Self {
            format: reader
                .text(&LOG_FORMAT, format, None)
                .parse(|it| it.parse::<Format>(), |err| hint(err.hint())),
            level: reader
                .text(&LOG_LEVEL, level, None)
                .parse(|it| parse_level(&it), |err| hint(err.hint())),
        }
    }

    pub(crate) fn format(&self) -> Format {
        self.format.value().copied().unwrap_or_default()
    }

    pub(crate) fn level(&self) -> Option<Level> {
        self.level.value().copied()
    }

    /// The faults, which are only warnings: a set-up must not fail because of its log.
    pub(crate) fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.format.fault().into_iter().chain(self.level.fault())
    }
}
