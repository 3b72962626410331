//! Child processes of a test: announced lines, captured output, signals, and an
//! end with the test.

use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process, kill_process_group};

use crate::watched::Watched;

#[cfg(test)]
mod tests;

/// A child in a process group of its own; dropping it kills the whole group.
#[derive(Debug)]
pub struct Process {
    program: String,
    pid: Pid,
    seen: Arc<Watched<Seen>>,
    waiter: Option<JoinHandle<()>>,
}

/// How a process ended, and all that it printed.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Bytes that are no UTF-8 are shown with replacement characters.
    pub stdout: String,
    /// As `stdout`.
    pub stderr: String,
}

#[derive(Default)]
struct Seen {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    closed: usize,
    status: Option<ExitStatus>,
}

/// Starts a command, waits for its end and gives all that it printed.
#[track_caller]
pub fn run(command: Command) -> Finished {
    Process::spawn(command).wait()
}

// === impl Process ===

impl Process {
    /// Starts `command` with an empty standard input.
    ///
    /// # Panics
    /// If it cannot be started.
    #[track_caller]
    pub fn spawn(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        Self::start(command, None)
    }

    /// Starts `command` with `input` as its whole standard input.
    ///
    /// # Panics
    /// If it cannot be started.
    #[track_caller]
    pub fn spawn_with_input(mut command: Command, input: impl Into<Vec<u8>>) -> Self {
        command.stdin(Stdio::piped());
        Self::start(command, Some(input.into()))
    }

    #[track_caller]
    fn start(mut command: Command, input: Option<Vec<u8>>) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(err) => panic!("cannot start `{program}`: {err}"),
        };
        let pid = Pid::from_child(&child);
        let seen = Arc::new(Watched::new(Seen::default()));
        let stdout = child.stdout.take().expect("stdout is piped");
        let stderr = child.stderr.take().expect("stderr is piped");
        read(stdout, Arc::clone(&seen), |seen| &mut seen.stdout);
        read(stderr, Arc::clone(&seen), |seen| &mut seen.stderr);
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            std::thread::spawn(move || {
                // A child may close the pipe without reading all of its input.
                let _closed = stdin.write_all(&input);
            });
        }
        let waiter = std::thread::spawn({
            let seen = Arc::clone(&seen);
            move || wait(child, &seen)
        });
        Self { program, pid, seen, waiter: Some(waiter) }
    }

    /// The process id, which is also the id of its group.
    pub fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// What it has printed on stdout so far.
    pub fn stdout(&self) -> String {
        self.seen.read(|seen| text(&seen.stdout))
    }

    /// What it has printed on stderr so far.
    pub fn stderr(&self) -> String {
        self.seen.read(|seen| text(&seen.stderr))
    }

    /// Whether it has not ended yet.
    pub fn is_running(&self) -> bool {
        self.seen.read(|seen| seen.status.is_none())
    }

    /// Blocks until a whole line with `fragment` is on stdout or stderr,
    /// and returns it.
    ///
    /// # Panics
    /// If the process closes both without it.
    #[track_caller]
    pub fn wait_line(&self, fragment: &str) -> String {
        let found = self.seen.wait(fragment, |seen| seen.line(fragment));
        self.found(fragment, found)
    }

    /// As [`wait_line`](Self::wait_line), for a task on a runtime.
    ///
    /// # Panics
    /// If the process closes both without it.
    pub async fn wait_line_async(&self, fragment: &str) -> String {
        let found = self.seen.wait_async(fragment, |seen| seen.line(fragment)).await;
        self.found(fragment, found)
    }

    /// Blocks until it has ended and no process holds its output open any more.
    #[track_caller]
    pub fn wait(&self) -> Finished {
        self.seen.wait(&self.program, Seen::finished)
    }

    /// As [`wait`](Self::wait), for a task on a runtime.
    pub async fn wait_async(&self) -> Finished {
        self.seen.wait_async(&self.program, Seen::finished).await
    }

    /// Signals the process alone.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("the process is there to be signalled");
    }

    /// Signals the whole group, as a terminal or a CI system does.
    #[track_caller]
    pub fn signal_group(&self, signal: Signal) {
        kill_process_group(self.pid, signal).expect("the group is there to be signalled");
    }

    #[track_caller]
    fn found(&self, fragment: &str, found: Option<String>) -> String {
        match found {
            Some(line) => line,
            None => panic!("`{}` ended without `{fragment}`: {:#?}", self.program, self.wait()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The group may have ended already.
        let _gone = kill_process_group(self.pid, Signal::KILL);
        if let Some(waiter) = self.waiter.take() {
            waiter.join().expect("the waiting thread does not panic");
        }
    }
}

// === impl Finished ===

impl Finished {
    /// Fails unless it exited with 0.
    #[track_caller]
    pub fn success(self) -> Self {
        self.exited(0)
    }

    /// Fails unless it exited with `code`.
    #[track_caller]
    pub fn exited(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code of {self:#?}");
        self
    }
}

// === impl Seen ===

impl Seen {
    /// The line; `Some(None)` once no further line can come.
    fn line(&self, fragment: &str) -> Option<Option<String>> {
        let whole = |bytes: &[u8]| {
            let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            text(if self.closed == 2 { bytes } else { &bytes[..end] })
        };
        let texts = [whole(&self.stdout), whole(&self.stderr)];
        let found = texts.iter().flat_map(|text| text.lines()).find(|it| it.contains(fragment));
        match found {
            Some(line) => Some(Some(line.to_owned())),
            None => (self.closed == 2).then_some(None),
        }
    }

    fn finished(&self) -> Option<Finished> {
        let status = self.status.filter(|_| self.closed == 2)?;
        Some(Finished {
            code: status.code(),
            signal: status.signal(),
            stdout: text(&self.stdout),
            stderr: text(&self.stderr),
        })
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("stdout", &text(&self.stdout))
            .field("stderr", &text(&self.stderr))
            .field("pipes_left_open", &(2 - self.closed))
            .field("status", &self.status)
            .finish()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Copies a pipe to its buffer on a thread, until every process that holds the
/// other end has closed it.
fn read(
    mut pipe: impl Read + Send + 'static,
    seen: Arc<Watched<Seen>>,
    buffer: fn(&mut Seen) -> &mut Vec<u8>,
) {
    std::thread::spawn(move || {
        let mut chunk = vec![0; 16 * 1024];
        while let Ok(len @ 1..) = pipe.read(&mut chunk) {
            seen.change(|seen| buffer(seen).extend_from_slice(&chunk[..len]));
        }
        seen.change(|seen| seen.closed += 1);
    });
}

fn wait(mut child: Child, seen: &Watched<Seen>) {
    let status = child.wait().expect("our own child can be waited for");
    seen.change(|seen| seen.status = Some(status));
}
