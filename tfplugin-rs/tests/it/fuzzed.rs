//! What the fuzz targets do with arbitrary bytes, shared with the tests that replay the corpora.
//!
//! The first byte chooses a type or a call, the rest is read as that. Whatever is accepted
//! must survive a round trip; nothing may panic.

use std::cell::RefCell;

use tfplugin::testing::{CallError, Session};
use tfplugin::ty::Type;
use tfplugin::value::json::{self, Strictness};
use tfplugin::value::{Value, msgpack};
use tokio::runtime::Runtime;

use crate::kinds::{SampleKinds, complex};

/// `INTERNAL`: a message that is no protobuf.
const NO_MESSAGE: CallError = CallError::Status(13);

/// Every call of the protocol that is answered once; the order is part of the corpus.
pub(crate) const CALLS: [&str; 24] = [
    "ValidateResourceConfig",
    "PlanResourceChange",
    "ApplyResourceChange",
    "ReadResource",
    "UpgradeResourceState",
    "ImportResourceState",
    "MoveResourceState",
    "ValidateProviderConfig",
    "ConfigureProvider",
    "GetMetadata",
    "GetProviderSchema",
    "GetResourceIdentitySchemas",
    "UpgradeResourceIdentity",
    "ValidateDataResourceConfig",
    "ReadDataSource",
    "ValidateEphemeralResourceConfig",
    "OpenEphemeralResource",
    "RenewEphemeralResource",
    "CloseEphemeralResource",
    "GetFunctions",
    "CallFunction",
    "StopProvider",
    "ListResource",
    "NoSuchCall",
];

/// Types that a value is read as; the order is part of the corpus.
pub(crate) fn types() -> Vec<Type> {
    vec![
        complex::schema().ty().clone(),
        Type::Dynamic,
        Type::Bool,
        Type::Number,
        Type::String,
        Type::list(Type::Dynamic),
        Type::set(Type::set(Type::Number)),
        Type::map(Type::String),
        Type::Tuple(vec![Type::Number, Type::Dynamic]),
        Type::object([("a", Type::Dynamic), ("b", Type::list(Type::String))]),
    ]
}

fn chosen(data: &[u8]) -> Option<(Type, &[u8])> {
    let (first, rest) = data.split_first()?;
    let mut types = types();
    let at = usize::from(*first) % types.len();
    Some((types.swap_remove(at), rest))
}

/// MessagePack to a value and back.
pub(crate) fn messagepack(data: &[u8]) {
    let Some((ty, bytes)) = chosen(data) else { return };
    let Ok(value) = msgpack::decode(bytes, &ty) else { return };
    let written = msgpack::encode(&value, &ty).expect("a decoded value can be encoded");
    let again = msgpack::decode(&written, &ty).expect("an encoded value can be decoded");
    assert_eq!(again, value, "decoding restores what was encoded");
    let second = msgpack::encode(&again, &ty).expect("a decoded value can be encoded");
    assert_eq!(second, written, "a value has one encoding");
    conforms(value, &ty);
}

/// Stored JSON to a value and back, exactly and as state of an older schema.
pub(crate) fn stored_json(data: &[u8]) {
    let Some((ty, text)) = chosen(data) else { return };
    for strictness in [Strictness::Exact, Strictness::Lenient] {
        let Ok(value) = json::decode(text, &ty, strictness) else { continue };
        let written = json::to_json(&value).expect("stored values are known").to_string();
        let again = json::decode(written.as_bytes(), &ty, Strictness::Exact);
        assert_eq!(again.as_ref(), Ok(&value), "decoding restores what was encoded: {written}");
        conforms(value, &ty);
    }
}

fn conforms(value: Value, ty: &Type) {
    let conformed = value.clone().conform(ty).expect("a decoded value is of its type");
    assert_eq!(conformed, value, "a decoded value has its type's shape");
}

/// A provider that outlives the inputs, as a process outlives its requests.
struct Served {
    runtime: Runtime,
    session: Session<SampleKinds>,
}

impl Served {
    fn configure(&self) {
        let diagnostics = self.runtime.block_on(self.session.configure([]));
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
    }
}

thread_local! {
    static SERVED: RefCell<Option<Served>> = const { RefCell::new(None) };
}

/// A request in bytes to the service, over the real transport. Gives the answer, if the
/// bytes were a message at all.
pub(crate) fn request(data: &[u8]) -> Option<Vec<u8>> {
    let (first, message) = data.split_first()?;
    let call = CALLS[usize::from(*first) % CALLS.len()];
    SERVED.with_borrow_mut(|served| {
        let served = served.get_or_insert_with(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime");
            let session = runtime.block_on(Session::open(SampleKinds));
            let served = Served { runtime, session };
            served.configure();
            served
        });
        let message = message.to_vec().into();
        let answer = served.runtime.block_on(served.session.call_raw(call, message));
        if call == "ConfigureProvider" {
            // One that was refused would have all that follows refused.
            served.configure();
        }
        match answer {
            Ok(answer) => Some(answer.into()),
            Err(err) if err == NO_MESSAGE => None,
            // Not served at all.
            Err(CallError::Status(12)) if matches!(call, "ListResource" | "NoSuchCall") => None,
            Err(err) => panic!("{call}: {err}"),
        }
    })
}
