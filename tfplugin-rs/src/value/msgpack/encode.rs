//! Writes values. Unknown ones are written without refinements (see
//! [`Unknown`](crate::value::Unknown)).

use std::collections::BTreeMap;

use rmp::encode as rmp;

use crate::path::AttributePath;
use crate::ty::Type;
use crate::value::{Number, Value};

/// An unknown value: one byte of extension type 0.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

/// A value that does not have its type. [`Value::conform`] rules this out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct EncodeError {
    /// Where in the value.
    pub path: AttributePath,
    problem: String,
}

/// Writes a value of the given type.
///
/// # Errors
/// A value of another type.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    write(&mut out, value, ty, &AttributePath::root())?;
    Ok(out)
}

fn write(
    out: &mut Vec<u8>,
    value: &Value,
    ty: &Type,
    path: &AttributePath,
) -> Result<(), EncodeError> {
    match (ty, value) {
        (_, Value::Unknown(_)) => out.extend_from_slice(&UNKNOWN),
        (_, Value::Null) => sure(rmp::write_nil(out)),
        (Type::Bool, Value::Bool(flag)) => sure(rmp::write_bool(out, *flag)),
        (Type::Number, Value::Number(number)) => write_number(out, number),
        (Type::String, Value::String(text)) => sure(rmp::write_str(out, text)),
        (Type::Dynamic, Value::Dynamic(dynamic)) => {
            sure(rmp::write_array_len(out, 2));
            sure(rmp::write_bin(out, dynamic.ty.to_json().as_bytes()));
            write(out, &dynamic.value, &dynamic.ty, path)?;
        }
        (Type::List(element), Value::List(items)) | (Type::Set(element), Value::Set(items)) => {
            write_items(out, items, std::iter::repeat(&**element), path)?;
        }
        (Type::Tuple(types), Value::Tuple(items)) if types.len() == items.len() => {
            write_items(out, items, types.iter(), path)?;
        }
        (Type::Map(element), Value::Map(entries)) => {
            sure(rmp::write_map_len(out, length(entries.len())));
            for (key, entry) in entries {
                sure(rmp::write_str(out, key));
                write(out, entry, element, &path.key(key))?;
            }
        }
        (Type::Object(types), Value::Object(attributes)) => {
            write_object(out, attributes, types, path)?;
        }
        (ty, value) => return Err(mismatch(ty, value, path)),
    }
    Ok(())
}

fn write_items<'a>(
    out: &mut Vec<u8>,
    items: &[Value],
    types: impl Iterator<Item = &'a Type>,
    path: &AttributePath,
) -> Result<(), EncodeError> {
    sure(rmp::write_array_len(out, length(items.len())));
    for (at, (item, ty)) in items.iter().zip(types).enumerate() {
        write(out, item, ty, &path.index(at))?;
    }
    Ok(())
}

/// Exactly the attributes of the type: Terraform refuses missing and extra ones alike.
fn write_object(
    out: &mut Vec<u8>,
    attributes: &BTreeMap<String, Value>,
    types: &BTreeMap<String, Type>,
    path: &AttributePath,
) -> Result<(), EncodeError> {
    if let Some(name) = attributes.keys().find(|name| !types.contains_key(*name)) {
        let problem = "there is no such attribute in the schema".to_owned();
        return Err(EncodeError { path: path.attribute(name), problem });
    }
    sure(rmp::write_map_len(out, length(types.len())));
    for (name, ty) in types {
        let path = path.attribute(name);
        let Some(value) = attributes.get(name) else {
            return Err(EncodeError { path, problem: "the attribute is missing".to_owned() });
        };
        sure(rmp::write_str(out, name));
        write(out, value, ty, &path)?;
    }
    Ok(())
}

/// An integer if it is one of 64 bits, a float if it is a fraction and exactly that,
/// otherwise decimal text.
///
/// So does Terraform 1.11. Version 1.6 writes a larger whole number as a float too if it is
/// one. Both refuse some that come back so, because they print a float by its shortest
/// decimal, which is another number.
fn write_number(out: &mut Vec<u8>, number: &Number) {
    if let Some(whole) = number.to_i64() {
        sure(rmp::write_sint(out, whole));
    } else if !number.is_whole()
        && let Some(float) = number.to_exact_f64()
    {
        sure(rmp::write_f64(out, float));
    } else {
        sure(rmp::write_str(out, number.as_str()));
    }
}

fn mismatch(ty: &Type, value: &Value, path: &AttributePath) -> EncodeError {
    let problem = format!("a value of type {ty} is needed, found {}", value.kind());
    EncodeError { path: path.clone(), problem }
}

/// A message ends at 256 MiB, so no length of ours comes near 32 bits.
fn length(length: usize) -> u32 {
    u32::try_from(length).expect("more elements than any message can hold")
}

fn sure<T, E: std::fmt::Debug>(written: Result<T, E>) {
    written.expect("writing to memory does not fail");
}
