//! Sound requests to the sample provider: each way that each call can take.
//!
//! What breaks requests begins with these. One that no longer gets where it should would be
//! refused at the door in every broken form too, so the sound ones are sent first, and what
//! of the provider they come to is seen in its log.

mod hosts;
mod others;
mod things;

use std::collections::BTreeSet;
use std::fmt;

use bytes::Bytes;
use prost::Message;
use tfplugin::ty::Type;
use tfplugin::value::{Value, json, msgpack};

use crate::client::Client;
use crate::generated::tfplugin6::{self as wire, DynamicValue};
use crate::thing::none;

/// A request, what it carries, and what comes of it.
pub(crate) struct Seed {
    pub(crate) method: &'static str,
    /// Values, stored texts, private bytes: what is broken one by one.
    pub(crate) parts: Vec<Bytes>,
    /// Operations of the provider, in order.
    pub(crate) reaches: &'static [&'static str],
    build: Box<Build>,
    sound: Box<dyn Fn(Bytes)>,
    decode: fn(Bytes) -> bool,
}

/// Makes the message out of the parts.
type Build = dyn Fn(&[Bytes]) -> Vec<u8>;

/// The two encodings of a value.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    MessagePack,
    Json,
}

/// Seeds in groups that are broken apart from each other.
pub(crate) fn of_things() -> Vec<Seed> {
    [Form::MessagePack, Form::Json].into_iter().flat_map(things::seeds).collect()
}

/// Identity, private bytes, moves, upgrades.
pub(crate) fn of_hosts() -> Vec<Seed> {
    hosts::seeds()
}

/// Data sources, ephemeral resources, functions, and the provider as a whole.
pub(crate) fn of_other_kinds() -> Vec<Seed> {
    others::seeds()
}

/// A seed. `sound` holds the answer to the unbroken request against what is due, and gives
/// its messages, of which there must be none.
pub(crate) fn seed<const N: usize, Q: Message, A: Message + Default + 'static>(
    method: &'static str,
    parts: [Bytes; N],
    request: impl Fn([Bytes; N]) -> Q + 'static,
    reaches: &'static [&'static str],
    sound: impl Fn(A) -> Vec<wire::Diagnostic> + 'static,
) -> Seed {
    Seed {
        method,
        parts: parts.into(),
        reaches,
        build: Box::new(move |parts| {
            request(parts.to_vec().try_into().expect("as many as before")).encode_to_vec()
        }),
        sound: Box::new(move |answer| none(&sound(A::decode(answer).expect("the answer")))),
        decode: |answer| A::decode(answer).is_ok(),
    }
}

impl Seed {
    /// The message with other parts.
    pub(crate) fn message(&self, parts: &[Bytes]) -> Vec<u8> {
        (self.build)(parts)
    }

    /// Sends it as it is.
    ///
    /// # Panics
    /// If the answer is not the one that is due.
    pub(crate) async fn succeed(&self, client: &Client) {
        match client.call_raw(&self.path(), self.message(&self.parts).into()).await {
            Ok(answer) => self.check(answer),
            Err(err) => panic!("{self:?}: {err:?}"),
        }
    }

    /// # Panics
    /// As [`Seed::succeed`].
    pub(crate) fn check(&self, answer: Bytes) {
        (self.sound)(answer);
    }

    /// Whether this is an answer to the call at all.
    pub(crate) fn is_answer(&self, answer: Bytes) -> bool {
        (self.decode)(answer)
    }

    pub(crate) fn path(&self) -> String {
        format!("tfplugin6.Provider/{}", self.method)
    }

    /// What of the provider it comes to, as [`reached`] finds it.
    pub(crate) fn marks(&self) -> impl Iterator<Item = String> {
        self.reaches.iter().map(|operation| format!("{} {operation}", self.method))
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} that comes to {:?}", self.method, self.reaches)
    }
}

/// The variable that makes the provider log what it is asked to do.
pub(crate) const MARKED: (&str, &str) = ("TF_LOG", "debug");

/// What of the provider was reached, by which call, in order.
pub(crate) fn reached(log: &str) -> impl Iterator<Item = String> {
    log.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(format!("{} {}", line["tf_rpc"].as_str()?, line["reached"].as_str()?))
    })
}

fn encoded(form: Form, value: &Value, ty: &Type) -> Bytes {
    match form {
        Form::MessagePack => msgpack::encode(value, ty).expect("the value is of the type").into(),
        Form::Json => json::to_json(value).expect("the value is known").to_string().into(),
    }
}

fn dynamic(form: Form, bytes: Bytes) -> Option<DynamicValue> {
    let (msgpack, json) = match form {
        Form::MessagePack => (bytes, Bytes::new()),
        Form::Json => (Bytes::new(), bytes),
    };
    Some(DynamicValue { msgpack, json })
}

pub(crate) fn packed(bytes: Bytes) -> Option<DynamicValue> {
    dynamic(Form::MessagePack, bytes)
}

pub(crate) fn raw(json: Bytes) -> Option<wire::RawState> {
    Some(wire::RawState { json, flatmap: [].into() })
}

/// Any bytes as a name or an id.
fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Calls of the service, by the text that it is generated from.
pub(crate) fn calls_of_the_service() -> BTreeSet<&'static str> {
    let lines = include_str!("../../proto/tfplugin6.proto").lines();
    lines.filter_map(|line| line.trim().strip_prefix("rpc ")?.split('(').next()).collect()
}

#[test]
fn every_call_of_the_service_has_a_seed() {
    let seeds = [of_things(), of_hosts(), of_other_kinds()];
    let seeded: BTreeSet<_> = seeds.iter().flatten().map(|it| it.method).collect();
    assert_eq!(seeded, calls_of_the_service());
}
