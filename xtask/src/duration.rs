//! Durations as the commands print them.

use std::time::Duration;

/// One or two units: `3 ms`, `2.41 s`, `4 min 05 s`.
pub fn format(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else if seconds >= 1 {
        format!("{:.2} s", time.as_secs_f64())
    } else {
        format!("{} ms", time.as_millis())
    }
}
