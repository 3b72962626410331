//! Values of any type on the wire, and calls that must have an answer.

use bytes::Bytes;
use tfplugin::ty::Type;
use tfplugin::value::{Value, msgpack};

use crate::client::Client;
use crate::generated::tfplugin6::DynamicValue;

pub(crate) fn encode(value: &Value, ty: &Type) -> Option<DynamicValue> {
    let bytes = msgpack::encode(value, ty).expect("the value is of the type");
    Some(DynamicValue { msgpack: bytes.into(), json: Bytes::new() })
}

#[track_caller]
pub(crate) fn decode(wire: Option<DynamicValue>, ty: &Type) -> Value {
    msgpack::decode(&wire.expect("a value").msgpack, ty).expect("the value is of the type")
}

/// An object with the given attributes; the others are null.
pub(crate) fn object(ty: &Type, attributes: &[(&str, Value)]) -> Value {
    let Type::Object(types) = ty else { panic!("an object") };
    let value = |name: &str| attributes.iter().find(|it| it.0 == name).map(|it| it.1.clone());
    Value::object(types.keys().map(|name| (name.clone(), value(name).unwrap_or_default())))
}

pub(crate) async fn call<T: prost::Message + Default>(
    client: &Client,
    rpc: &str,
    request: &impl prost::Message,
) -> T {
    client.call(&format!("tfplugin6.Provider/{rpc}"), request).await.expect("an answer")
}
