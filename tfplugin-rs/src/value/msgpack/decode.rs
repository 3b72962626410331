//! Reads values from untrusted bytes.

use std::collections::BTreeMap;

use rmp::Marker;

use super::{MAX_DEPTH, MAX_OPEN_DEPTH, MAX_REFINEMENTS, REFINED};
use crate::path::Step;
use crate::ty::Type;
use crate::value::decode::{DecodeError, Problem};
use crate::value::order::distinct;
use crate::value::{Dynamic, Number, Refinements, Unknown, Value, normalize};

/// Reads a value of the given type; the bytes must end with it.
///
/// # Errors
/// Any other bytes.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    let mut reader = Reader::new(bytes);
    let read = reader.value(ty).and_then(|value| match reader.rest.len() {
        0 => Ok(value),
        trailing => Err(Problem::Trailing(trailing)),
    });
    read.map_err(|problem| {
        let path = reader.path.into_iter().collect();
        DecodeError { path: ty.address(&path).unwrap_or(path), problem }
    })
}

/// What stands at the start of the bytes. Contents of arrays and maps follow it.
enum Head<'a> {
    Nil,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(&'a [u8]),
    Binary(&'a [u8]),
    Array(usize),
    Map(usize),
    Extension(i8, &'a [u8]),
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Where the reader is; where it stopped, after an error.
    path: Vec<Step>,
    depth: usize,
    open: usize,
}

// === impl Reader ===

impl<'a> Reader<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, path: Vec::new(), depth: 0, open: 0 }
    }

    fn value(&mut self, ty: &Type) -> Result<Value, Problem> {
        if self.depth == MAX_DEPTH {
            return Err(Problem::TooDeep);
        }
        self.depth += 1;
        let value = match (self.head()?, ty) {
            (Head::Nil, _) => Value::Null,
            (Head::Extension(kind, bytes), _) => Value::Unknown(unknown(kind, bytes)?),
            (Head::Array(2), Type::Dynamic) => self.open()?,
            (Head::Bool(flag), Type::Bool) => Value::Bool(flag),
            (Head::Text(bytes), Type::String) => Value::String(text(bytes)?.to_owned()),
            (head, Type::Number) => Value::Number(number(head)?),
            (Head::Array(length), Type::List(element)) => Value::List(self.items(length, element)?),
            (Head::Array(length), Type::Set(element)) => {
                let items = self.items(length, element)?;
                let merged = distinct(&items);
                if merged.len() == items.len() {
                    Value::Set(items)
                } else {
                    Value::Set(merged.into_iter().cloned().collect())
                }
            }
            (Head::Array(length), Type::Tuple(types)) => self.tuple(length, types)?,
            (Head::Map(length), Type::Map(element)) => self.map(length, element)?,
            (Head::Map(length), Type::Object(types)) => self.object(length, types)?,
            (head, ty) => {
                return Err(Problem::Mismatch { expected: ty.to_string(), found: head.kind() });
            }
        };
        self.depth -= 1;
        Ok(value)
    }

    /// A value of open type: its type as JSON, then the value.
    fn open(&mut self) -> Result<Value, Problem> {
        if self.open == MAX_OPEN_DEPTH {
            return Err(Problem::TooDeep);
        }
        self.open += 1;
        let ty = match self.head()? {
            Head::Binary(json) | Head::Text(json) => Type::from_json(json)?,
            head => {
                let expected = "type in JSON".to_owned();
                return Err(Problem::Mismatch { expected, found: head.kind() });
            }
        };
        let value = self.value(&ty)?;
        self.open -= 1;
        Ok(Value::Dynamic(Box::new(Dynamic { ty, value })))
    }

    /// Elements are collected as they come: the length is only a claim.
    fn items(&mut self, length: usize, element: &Type) -> Result<Vec<Value>, Problem> {
        let mut items = Vec::new();
        for at in 0..length {
            let value = self.step(index(at), element)?;
            items.push(value);
        }
        Ok(items)
    }

    fn tuple(&mut self, length: usize, types: &[Type]) -> Result<Value, Problem> {
        if length != types.len() {
            return Err(Problem::Length { expected: types.len(), found: length });
        }
        let typed = types.iter().enumerate();
        typed.map(|(at, ty)| self.step(index(at), ty)).collect::<Result<_, _>>().map(Value::Tuple)
    }

    fn map(&mut self, length: usize, element: &Type) -> Result<Value, Problem> {
        let mut entries = BTreeMap::new();
        for _ in 0..length {
            let key = normalize(self.key()?.to_owned());
            let value = self.step(Step::Key(key.clone()), element)?;
            entries.insert(key, value);
        }
        Ok(Value::Map(entries))
    }

    fn object(&mut self, length: usize, types: &BTreeMap<String, Type>) -> Result<Value, Problem> {
        let mut attributes = BTreeMap::new();
        for _ in 0..length {
            let name = self.key()?;
            let step = Step::Attribute(name.to_owned());
            let ty = match types.get(name) {
                Some(ty) if !attributes.contains_key(name) => ty,
                _ => return self.fail(step, Problem::UnknownOrRepeated),
            };
            let value = self.step(step, ty)?;
            attributes.insert(name.to_owned(), value);
        }
        match types.keys().find(|name| !attributes.contains_key(*name)) {
            Some(missing) => self.fail(Step::Attribute(missing.clone()), Problem::Missing),
            None => Ok(Value::Object(attributes)),
        }
    }

    fn step(&mut self, step: Step, ty: &Type) -> Result<Value, Problem> {
        self.path.push(step);
        let value = self.value(ty)?;
        self.path.pop();
        Ok(value)
    }

    fn fail<T>(&mut self, step: Step, problem: Problem) -> Result<T, Problem> {
        self.path.push(step);
        Err(problem)
    }

    fn key(&mut self) -> Result<&'a str, Problem> {
        match self.head()? {
            Head::Text(bytes) => text(bytes),
            head => {
                Err(Problem::Mismatch { expected: Type::String.to_string(), found: head.kind() })
            }
        }
    }

    fn head(&mut self) -> Result<Head<'a>, Problem> {
        let [marker] = self.array()?;
        Ok(match Marker::from_u8(marker) {
            Marker::Null => Head::Nil,
            Marker::False => Head::Bool(false),
            Marker::True => Head::Bool(true),
            Marker::FixPos(number) => Head::Unsigned(number.into()),
            Marker::FixNeg(number) => Head::Signed(number.into()),
            Marker::U8 => Head::Unsigned(u8::from_be_bytes(self.array()?).into()),
            Marker::U16 => Head::Unsigned(u16::from_be_bytes(self.array()?).into()),
            Marker::U32 => Head::Unsigned(u32::from_be_bytes(self.array()?).into()),
            Marker::U64 => Head::Unsigned(u64::from_be_bytes(self.array()?)),
            Marker::I8 => Head::Signed(i8::from_be_bytes(self.array()?).into()),
            Marker::I16 => Head::Signed(i16::from_be_bytes(self.array()?).into()),
            Marker::I32 => Head::Signed(i32::from_be_bytes(self.array()?).into()),
            Marker::I64 => Head::Signed(i64::from_be_bytes(self.array()?)),
            Marker::F32 => Head::Float(f32::from_be_bytes(self.array()?).into()),
            Marker::F64 => Head::Float(f64::from_be_bytes(self.array()?)),
            Marker::FixStr(length) => Head::Text(self.take(length.into())?),
            Marker::Str8 => Head::Text(self.sized::<1>()?),
            Marker::Str16 => Head::Text(self.sized::<2>()?),
            Marker::Str32 => Head::Text(self.sized::<4>()?),
            Marker::Bin8 => Head::Binary(self.sized::<1>()?),
            Marker::Bin16 => Head::Binary(self.sized::<2>()?),
            Marker::Bin32 => Head::Binary(self.sized::<4>()?),
            Marker::FixArray(length) => Head::Array(length.into()),
            Marker::Array16 => Head::Array(self.length::<2>()?),
            Marker::Array32 => Head::Array(self.length::<4>()?),
            Marker::FixMap(length) => Head::Map(length.into()),
            Marker::Map16 => Head::Map(self.length::<2>()?),
            Marker::Map32 => Head::Map(self.length::<4>()?),
            Marker::FixExt1 => self.extension(1)?,
            Marker::FixExt2 => self.extension(2)?,
            Marker::FixExt4 => self.extension(4)?,
            Marker::FixExt8 => self.extension(8)?,
            Marker::FixExt16 => self.extension(16)?,
            Marker::Ext8 => self.sized_extension::<1>()?,
            Marker::Ext16 => self.sized_extension::<2>()?,
            Marker::Ext32 => self.sized_extension::<4>()?,
            Marker::Reserved => {
                let expected = "value".to_owned();
                return Err(Problem::Mismatch { expected, found: "reserved byte" });
            }
        })
    }

    fn sized<const N: usize>(&mut self) -> Result<&'a [u8], Problem> {
        let length = self.length::<N>()?;
        self.take(length)
    }

    fn sized_extension<const N: usize>(&mut self) -> Result<Head<'a>, Problem> {
        let length = self.length::<N>()?;
        self.extension(length)
    }

    fn extension(&mut self, length: usize) -> Result<Head<'a>, Problem> {
        let kind = i8::from_be_bytes(self.array()?);
        Ok(Head::Extension(kind, self.take(length)?))
    }

    /// A length of `N` bytes, the highest first.
    fn length<const N: usize>(&mut self) -> Result<usize, Problem> {
        let bytes: [u8; N] = self.array()?;
        Ok(bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Problem::Truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Problem> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Problem::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Passes over one value of any kind, without recursion.
    fn skip(&mut self) -> Result<(), Problem> {
        let mut pending: usize = 1;
        while pending > 0 {
            pending -= 1;
            pending = pending.saturating_add(match self.head()? {
                Head::Array(length) => length,
                Head::Map(length) => length.saturating_mul(2),
                _ => 0,
            });
        }
        Ok(())
    }
}

// === impl Head ===

impl Head<'_> {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Nil => "null",
            Self::Bool(_) => "bool",
            Self::Signed(_) | Self::Unsigned(_) | Self::Float(_) => "number",
            Self::Text(_) => "string",
            Self::Binary(_) => "block of bytes",
            Self::Array(_) => "sequence",
            Self::Map(_) => "map",
            Self::Extension(..) => "unknown value",
        }
    }
}

fn number(head: Head<'_>) -> Result<Number, Problem> {
    match head {
        Head::Signed(number) => Ok(number.into()),
        Head::Unsigned(number) => Ok(number.into()),
        Head::Float(float) => Ok(Number::from_f64(float)?),
        Head::Text(bytes) => Ok(Number::parse(text(bytes)?)?),
        head => Err(Problem::Mismatch { expected: Type::Number.to_string(), found: head.kind() }),
    }
}

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|_| Problem::NotUtf8)
}

fn index(at: usize) -> Step {
    Step::Index(i64::try_from(at).unwrap_or(i64::MAX))
}

/// Any extension is an unknown value; one of type 12 with contents has refinements.
fn unknown(kind: i8, bytes: &[u8]) -> Result<Unknown, Problem> {
    if kind != REFINED || bytes.len() <= 1 {
        return Ok(Unknown::default());
    }
    if bytes.len() > MAX_REFINEMENTS {
        return Err(Problem::Refinements);
    }
    refinements(&mut Reader::new(bytes)).map(Unknown::refined).map_err(|_| Problem::Refinements)
}

fn refinements(reader: &mut Reader<'_>) -> Result<Refinements, Problem> {
    let Head::Map(length) = reader.head()? else { return Err(Problem::Refinements) };
    let mut refinements = Refinements::default();
    for _ in 0..length {
        match reader.head()? {
            Head::Unsigned(1) => match reader.head()? {
                Head::Bool(null) => refinements.null = Some(null),
                _ => return Err(Problem::Refinements),
            },
            Head::Unsigned(2) => refinements.string_prefix = Some(reader.key()?.to_owned()),
            Head::Unsigned(3) => refinements.number_lower = Some(number_bound(reader)?),
            Head::Unsigned(4) => refinements.number_upper = Some(number_bound(reader)?),
            Head::Unsigned(5) => refinements.length_lower = Some(length_bound(reader)?),
            Head::Unsigned(6) => refinements.length_upper = Some(length_bound(reader)?),
            // Kinds that later versions add are skipped.
            Head::Signed(_) | Head::Unsigned(_) => reader.skip()?,
            _ => return Err(Problem::Refinements),
        }
    }
    if reader.rest.is_empty() { Ok(refinements) } else { Err(Problem::Refinements) }
}

fn number_bound(reader: &mut Reader<'_>) -> Result<(Number, bool), Problem> {
    let Head::Array(2) = reader.head()? else { return Err(Problem::Refinements) };
    let bound = number(reader.head()?)?;
    match reader.head()? {
        Head::Bool(inclusive) => Ok((bound, inclusive)),
        _ => Err(Problem::Refinements),
    }
}

fn length_bound(reader: &mut Reader<'_>) -> Result<u64, Problem> {
    match reader.head()? {
        Head::Unsigned(length) => Ok(length),
        _ => Err(Problem::Refinements),
    }
}
