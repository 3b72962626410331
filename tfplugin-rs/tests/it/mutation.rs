//! Broken requests: each is answered, none ends the process.

use bytes::Bytes;

use crate::client::{CallError, Client};
use crate::running::Running;
use crate::seeds::{self, Seed};
use crate::thing;

/// Of each group of seeds; a tenth of what the soak sends.
const REQUESTS: usize = 2_000;

#[expect(clippy::disallowed_methods, reason = "a soak asks for more through the environment")]
fn requests() -> usize {
    let asked = std::env::var("TFPLUGIN_MUTATIONS");
    asked.map_or(REQUESTS, |it| it.parse().expect("TFPLUGIN_MUTATIONS is a number"))
}

/// What the process may have grown to, in KiB; it is a debug build.
const MEMORY_LIMIT: u64 = 100 << 10;

/// Nothing; then null, a text, a number and a list, in either encoding.
const OF_OTHER_KINDS: [&[u8]; 9] =
    [b"", b"null", b"\"x\"", b"7", b"[{}]", b"\xc0", b"\xa1x", b"\x07", b"\x91\x80"];

/// Numbers that are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }

    /// Bytes with a few places changed, cut out, doubled or blown up.
    fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 if !bytes.is_empty() => bytes[at] = self.next().to_be_bytes()[0],
                1 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                2 => bytes.truncate(at),
                3 => bytes.insert(at, self.next().to_be_bytes()[0]),
                // Lengths of four gigabytes, and nesting without end.
                4 => drop(bytes.splice(at..at, [0xdd, 0xff, 0xff, 0xff, 0xff])),
                _ => drop(bytes.splice(at..at, [0x91; 300])),
            }
        }
        bytes
    }

    /// The parts of a seed, of which one is broken; or one stands in the place of another,
    /// or something of another kind does, which can be read and means something else.
    fn mutate_parts(&mut self, seed: &Seed) -> Vec<Bytes> {
        let mut parts = seed.parts.clone();
        let Some(last) = parts.len().checked_sub(1) else { return parts };
        let (at, other) = (self.below(last + 1), self.below(last + 1));
        match self.below(8) {
            0 => parts[at] = Bytes::from_static(OF_OTHER_KINDS[self.below(OF_OTHER_KINDS.len())]),
            1 => parts[at] = parts[other].clone(),
            2 => parts.swap(at, other),
            _ => parts[at] = self.mutate(&parts[at]).into(),
        }
        parts
    }
}

#[tokio::test]
async fn seeds_get_where_they_should() {
    for seeds in [seeds::of_things(), seeds::of_hosts(), seeds::of_other_kinds()] {
        let sample = Running::start_with(&[seeds::MARKED]).await;
        let client = sample.connect().await;
        thing::configure(&client).await;
        let mut due = vec!["ConfigureProvider configure".to_owned()];
        for seed in &seeds {
            seed.succeed(&client).await;
            due.extend(seed.marks());
        }
        let log = sample.shut_down(client).await.stderr;
        assert_eq!(seeds::reached(&log).collect::<Vec<_>>(), due);
    }
}

#[tokio::test]
async fn broken_requests_about_things_are_answered() {
    check(seeds::of_things(), 0x5eed).await;
}

#[tokio::test]
async fn broken_requests_about_hosts_are_answered() {
    check(seeds::of_hosts(), 0x0dd_5eed).await;
}

#[tokio::test]
async fn broken_requests_of_the_other_kinds_are_answered() {
    check(seeds::of_other_kinds(), 0xbad_5eed).await;
}

/// Sends each seed in ever other broken forms. Each is answered, every operation is come to
/// by some of them, nothing panics (the SDK answers for an operation that panics too), the
/// memory stays flat, and the sound ones still work afterwards.
async fn check(seeds: Vec<Seed>, start: u64) {
    let sample = Running::start_with(&[seeds::MARKED]).await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let mut numbers = Numbers(start);
    for seed in seeds.iter().cycle().take(requests()) {
        let mut message = seed.message(&numbers.mutate_parts(seed));
        // One in four is broken outside the values too.
        if numbers.below(4) == 0 {
            message = numbers.mutate(&message);
        }
        send(&client, seed, message).await;
    }
    let memory = memory_kib(sample.process.id());
    assert!(memory < MEMORY_LIMIT, "{memory} KiB");
    // The configuration may be a broken one.
    thing::configure(&client).await;
    for seed in &seeds {
        seed.succeed(&client).await;
    }
    let log = sample.shut_down(client).await.stderr;
    assert!(!log.contains("panic"), "{}", panics(&log));
    let reached: Vec<String> = seeds::reached(&log).collect();
    let sound: Vec<String> = seeds.iter().flat_map(Seed::marks).collect();
    for mark in &sound {
        let [all, sound] = [&reached, &sound].map(|it| it.iter().filter(|it| *it == mark).count());
        assert!(all > sound, "no broken request came to {mark}");
    }
    say(requests());
}

fn panics(log: &str) -> String {
    log.lines().filter(|line| line.contains("panic")).collect::<Vec<_>>().join("\n")
}

async fn send(client: &Client, seed: &Seed, message: Vec<u8>) {
    match client.call_raw(&seed.path(), message.into()).await {
        Ok(answer) => assert!(seed.is_answer(answer), "{seed:?}"),
        // A message that is no protobuf is broken protocol: a status.
        Err(CallError::Status(13)) => {}
        Err(err) => panic!("{seed:?}: {err:?}"),
    }
}

fn memory_kib(pid: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process lives");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its memory");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that sent fewer would look alike"
)]
fn say(requests: usize) {
    println!("{requests} mutated requests");
}
