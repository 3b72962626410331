//! What a panic leaves on stderr.
//!
//! The host takes a line that begins with `panic: ` for the start of a crash
//! report, keeps what follows and shows it to the user even without `TF_LOG`.
//! That is right for a panic that ends the process. Most do not: those of
//! operations are caught and become diagnostics, and a crash report beside the
//! diagnostic would be wrong. They are logged as errors.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write as _};
use std::panic::PanicHookInfo;
use std::thread::{self, ThreadId};

use tracing_core::Level;

use super::line::Line;

/// Begins the messages with which the runtime ends the process: a panic while
/// unwinding from a panic, or through a foreign function.
const FATAL: [&str; 2] =
    ["panic in a destructor during cleanup", "panic in a function that cannot unwind"];

/// Replaces the panic hook. Call it on the main thread, where nothing catches
/// a panic; all other work runs in tasks, which do.
pub(crate) fn install_hook() {
    let main = thread::current().id();
    std::panic::set_hook(Box::new(move |panic| report(panic, main)));
}

fn report(panic: &PanicHookInfo<'_>, main: ThreadId) {
    let message = panic.payload_as_str().unwrap_or("no message");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = Backtrace::capture();
    let trace = match backtrace.status() {
        BacktraceStatus::Captured => backtrace.to_string(),
        _ => String::new(),
    };
    let fatal = cfg!(panic = "abort")
        || thread::current().id() == main
        || FATAL.iter().any(|text| message.starts_with(text));
    if fatal {
        let report = crash_report(message, &place, &trace);
        // A failure to write cannot be reported anywhere.
        let _ = io::stderr().lock().write_all(report.as_bytes());
        return;
    }
    let mut fields = vec![("location", place.into())];
    if !trace.is_empty() {
        fields.push(("backtrace", trace.into()));
    }
    Line {
        level: Level::ERROR,
        module: "tfplugin::panic",
        message: format!("panic caught: {message}"),
        fields,
    }
    .print();
}

/// In the form that the host recognises.
pub(super) fn crash_report(message: &str, place: &str, trace: &str) -> String {
    let mut report = format!("panic: {message}\n\nat {place}\n");
    if !trace.is_empty() {
        report.push_str(trace);
        report.push('\n');
    }
    report
}
