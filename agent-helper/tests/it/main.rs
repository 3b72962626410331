//! Integration tests of this crate, one binary: the real program against fakes.
#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod world; // a deployment, an agent, a folder, and the program between them

mod completions; // scripts for shells, and man pages
mod coordination; // the agent's command in place of its socket, and bad peers on that
mod doctor; // each leg and its fault, and the tools that are installed
mod env; // what `env` prints
mod exec; // the command's environment, signals and codes
mod exit_codes; // every failure with its code; unit completed, last certificate kept
mod extra_cas; // extra CAs, intermediates, and real clients
mod files; // folders and files that another user has prepared
mod help; // goldens of `--help`
mod kill_sweep; // killed or refused at each step: whole or absent, and repaired
mod mounts; // file systems that are full, small or read-only
mod outcomes; // what `wait` and `exec` end with after each outcome
mod panics; // a fault of our own still completes the unit
mod peers; // deployments that cannot be reached or trusted
mod refresh; // what cron does
mod schemas; // the documented JSON forms against what is really written
mod secrets; // a marked token at trace level, in no output, argument list or file
mod setup; // outcomes, files, rotation, stored settings
mod signals; // ends by a signal
mod status; // what `status` shows
mod sync; // the agent's coordination by hand
mod trust; // Java's truststore, and the system's store in a mount namespace of its own
mod wait; // `wait` before, during and after a set-up
mod weaknesses; // what the bash script gets wrong, one test for each
