//! Mutated requests: the provider process answers each of them and goes on.

use bytes::Bytes;

use crate::client::{CallError, Client};
use crate::instance;
use crate::kinds::COMPLEX;
use crate::kinds::host::HOST;
use crate::messages;
use crate::running::Running;
use crate::seeds::{self, Seed};
use crate::soak;

/// For each group of seeds; a tenth of what the soak sends.
fn requests() -> usize {
    soak::number("TFPLUGIN_MUTATIONS", 2_000)
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

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}

/// Bytes with a few places changed, cut out, doubled or inflated.
fn mutate(numbers: &mut Numbers, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        match numbers.below(6) {
            0 if !bytes.is_empty() => bytes[at] = numbers.byte(),
            1 if !bytes.is_empty() => bytes[at] ^= 1 << numbers.below(8),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, numbers.byte()),
            // Lengths of four gigabytes, and nesting without end.
            4 => drop(bytes.splice(at..at, [0xdd, 0xff, 0xff, 0xff, 0xff])),
            _ => drop(bytes.splice(at..at, [0x91; 300])),
        }
    }
    bytes
}

/// A seed with one part mutated; or one replaces another, or a value of another kind replaces
/// one, which can be decoded and means something else.
fn mutate_parts(numbers: &mut Numbers, seed: &Seed) -> Vec<u8> {
    let mut parts = seed.parts();
    let Some(last) = parts.len().checked_sub(1) else { return mutate(numbers, &seed.message) };
    let (at, other) = (numbers.below(last + 1), numbers.below(last + 1));
    match numbers.below(8) {
        0 => parts[at] = Bytes::from_static(OF_OTHER_KINDS[numbers.below(OF_OTHER_KINDS.len())]),
        1 => parts[at] = parts[other].clone(),
        2 => parts.swap(at, other),
        _ => parts[at] = mutate(numbers, &parts[at]).into(),
    }
    seed.with_parts(&parts)
}

#[tokio::test]
async fn provider_process_answers_every_seed_and_reaches_its_operation() {
    let sample = Running::start_with(&[seeds::LOGGED]).await;
    let client = sample.connect().await;
    instance::configure(&client).await;
    let mut due = vec!["ConfigureProvider configure".to_owned()];
    for seed in seeds::all() {
        succeed(&client, &seed).await;
        due.extend(seed.reaches());
    }
    let log = sample.shut_down(client).await.stderr;
    assert_eq!(seeds::reached(&log).collect::<Vec<_>>(), due);
}

#[tokio::test]
async fn provider_process_survives_mutated_requests_about_complex_values() {
    check(seeds::about(COMPLEX), 0x5eed).await;
}

#[tokio::test]
async fn provider_process_survives_mutated_requests_about_identities() {
    check(seeds::about(HOST), 0x0dd_5eed).await;
}

#[tokio::test]
async fn provider_process_survives_mutated_requests_about_other_kinds() {
    check(seeds::about_others(), 0xbad_5eed).await;
}

async fn succeed(client: &Client, seed: &Seed) {
    match client.call_raw(&seed.path(), seed.message.clone().into()).await {
        Ok(answer) => seed.assert_succeeded(answer),
        Err(err) => panic!("{}: {err:?}", seed.name),
    }
}

/// Sends each seed in ever new mutations. Each is answered, some of them reach each operation,
/// nothing panics (the SDK answers for an operation that panics too), the memory stays flat,
/// and the seeds themselves still succeed afterwards.
async fn check(seeds: Vec<Seed>, start: u64) {
    let sample = Running::start_with(&[seeds::LOGGED]).await;
    let client = sample.connect().await;
    instance::configure(&client).await;
    let mut numbers = Numbers(start);
    for seed in seeds.iter().cycle().take(requests()) {
        let mut message = mutate_parts(&mut numbers, seed);
        // One in four is mutated outside of the values too.
        if numbers.below(4) == 0 {
            message = mutate(&mut numbers, &message);
        }
        send(&client, seed, message).await;
    }
    let memory = sample.peak_kib();
    assert!(memory < MEMORY_LIMIT, "{memory} KiB");
    // The last configuration may have been a mutated one.
    instance::configure(&client).await;
    for seed in &seeds {
        succeed(&client, seed).await;
    }
    let log = sample.shut_down(client).await.stderr;
    assert!(!log.contains("panic"), "{}", panics(&log));
    let reached: Vec<String> = seeds::reached(&log).collect();
    let unchanged: Vec<String> = seeds.iter().filter_map(Seed::reaches).collect();
    for operation in &unchanged {
        let [all, unchanged] =
            [&reached, &unchanged].map(|it| it.iter().filter(|it| *it == operation).count());
        assert!(all > unchanged, "no mutated request reached {operation}");
    }
    soak::report(&format!("{} mutated requests", requests()));
}

fn panics(log: &str) -> String {
    log.lines().filter(|line| line.contains("panic")).collect::<Vec<_>>().join("\n")
}

async fn send(client: &Client, seed: &Seed, message: Vec<u8>) {
    match client.call_raw(&seed.path(), message.into()).await {
        Ok(answer) => {
            let diagnostics = messages::diagnostics(seed.method(), answer);
            assert!(diagnostics.is_ok(), "{}: no answer", seed.name);
        }
        // A message that is no protobuf breaks the protocol: a status.
        Err(CallError::Status(13)) => {}
        Err(err) => panic!("{}: {err:?}", seed.name),
    }
}
