//! dRPC frames without I/O: packets to bytes, bytes to packets.
//!
//! A frame is a control byte, three varints (stream, message, length) and the
//! data. Frames of one packet share stream, message and kind; the last one has
//! the done bit. It does not interpret packets.

use bytes::{Buf, BytesMut};
use thiserror::Error;

/// The largest packet, on both ends.
pub(super) const MAX_PACKET: usize = 4 << 20;

/// Where senders split a packet.
const MAX_FRAME_DATA: usize = 64 << 10;

/// Control byte: the last frame of its packet.
const DONE: u8 = 0x01;

/// Control byte: a frame that receivers skip; reserved for later versions.
const CONTROL: u8 = 0x80;

/// Bytes of the longest varint of 64 bits.
const MAX_VARINT: usize = 10;

/// What a packet is for; the numbers are the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Data is the path of the method.
    Invoke = 1,
    /// Data is a protobuf message.
    Message = 2,
    /// Data is a big-endian 64-bit code, then text.
    Error = 3,
    /// Ends a stream softly.
    Cancel = 4,
    /// Ends a stream, both directions.
    Close = 5,
    /// Ends the sender's direction.
    CloseSend = 6,
    /// Metadata in front of an invoke.
    InvokeMetadata = 7,
}

impl Kind {
    fn from_wire(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Invoke,
            2 => Self::Message,
            3 => Self::Error,
            4 => Self::Cancel,
            5 => Self::Close,
            6 => Self::CloseSend,
            7 => Self::InvokeMetadata,
            _ => return None,
        })
    }
}

/// A whole packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) kind: Kind,
    /// Chosen by the client, from 1 on, increasing.
    pub(super) stream: u64,
    /// Per stream and direction, from 1 on, increasing.
    pub(super) message: u64,
    pub(super) data: Vec<u8>,
}

/// How a peer broke the format. After any of these the bytes have no meaning
/// any more.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(super) enum FrameError {
    #[error("an id went backwards")]
    IdBackwards,
    #[error("a packet changed its kind")]
    KindChanged,
    #[error("a packet is larger than 4 MiB")]
    TooLarge,
    #[error("a frame has the unknown kind `{0}`")]
    UnknownKind(u8),
    #[error("a number has more than 64 bits")]
    Varint,
}

/// Appends one packet, split where senders split it.
pub(super) fn encode(kind: Kind, stream: u64, message: u64, data: &[u8], out: &mut Vec<u8>) {
    let mut rest = data;
    loop {
        let (now, later) = rest.split_at(rest.len().min(MAX_FRAME_DATA));
        let done = if later.is_empty() { DONE } else { 0 };
        out.push((kind as u8) << 1 | done);
        put_varint(stream, out);
        put_varint(message, out);
        put_varint(now.len() as u64, out);
        out.extend_from_slice(now);
        if later.is_empty() {
            return;
        }
        rest = later;
    }
}

fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Puts packets together from bytes that arrive in any pieces.
#[derive(Debug)]
pub(super) struct Decoder {
    buffer: BytesMut,
    /// The lowest (stream, message) that may still come.
    lowest: (u64, u64),
    /// A packet whose last frame has not come; its id is `lowest`.
    partial: Option<Packet>,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self { buffer: BytesMut::new(), lowest: (1, 1), partial: None }
    }

    /// Where the transport puts what it read.
    pub(super) fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Takes the next whole packet out of the buffer, if there is one.
    pub(super) fn next(&mut self) -> Result<Option<Packet>, FrameError> {
        loop {
            let Some((header, length)) = parse_header(&self.buffer)? else {
                return Ok(None);
            };
            if self.buffer.len() - length < header.data {
                return Ok(None);
            }
            self.buffer.advance(length);
            let data = self.buffer.split_to(header.data);
            if let Some(kind) = header.kind
                && let Some(packet) = self.accept(&header, kind, &data)?
            {
                return Ok(Some(packet));
            }
        }
    }

    /// Adds one frame; gives the packet that it completes.
    fn accept(
        &mut self,
        header: &Header,
        kind: Kind,
        data: &[u8],
    ) -> Result<Option<Packet>, FrameError> {
        let id = (header.stream, header.message);
        if id < self.lowest {
            return Err(FrameError::IdBackwards);
        }
        let mut packet = match self.partial.take() {
            Some(packet) if id == self.lowest => packet,
            // A new id discards an unfinished packet.
            _ => Packet { kind, stream: id.0, message: id.1, data: Vec::new() },
        };
        self.lowest = id;
        if packet.kind != kind {
            return Err(FrameError::KindChanged);
        }
        if packet.data.len() + data.len() > MAX_PACKET {
            return Err(FrameError::TooLarge);
        }
        packet.data.extend_from_slice(data);
        if !header.is_done {
            self.partial = Some(packet);
            return Ok(None);
        }
        self.lowest = match id.1.checked_add(1) {
            Some(message) => (id.0, message),
            None => (id.0.saturating_add(1), 1),
        };
        Ok(Some(packet))
    }
}

/// What stands in front of a frame's data.
struct Header {
    /// `None` if the frame is to be skipped.
    kind: Option<Kind>,
    is_done: bool,
    stream: u64,
    message: u64,
    /// Bytes of data that follow; at most `MAX_PACKET`.
    data: usize,
}

/// Reads a header and gives its length, or `None` if more bytes are needed.
/// A peer that speaks another protocol is found here, before its data is awaited.
fn parse_header(bytes: &[u8]) -> Result<Option<(Header, usize)>, FrameError> {
    let Some((&control, mut rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let kind = match Kind::from_wire(control >> 1) {
        _ if control & CONTROL != 0 => None,
        Some(kind) => Some(kind),
        None => return Err(FrameError::UnknownKind(control >> 1)),
    };
    let mut numbers = [0; 3];
    for number in &mut numbers {
        let Some((value, length)) = parse_varint(rest)? else {
            return Ok(None);
        };
        *number = value;
        rest = &rest[length..];
    }
    let [stream, message, data] = numbers;
    let data =
        usize::try_from(data).ok().filter(|it| *it <= MAX_PACKET).ok_or(FrameError::TooLarge)?;
    Ok(Some((
        Header { kind, is_done: control & DONE != 0, stream, message, data },
        bytes.len() - rest.len(),
    )))
}

/// Reads an unsigned LEB128 number and gives its length.
fn parse_varint(bytes: &[u8]) -> Result<Option<(u64, usize)>, FrameError> {
    let mut number = 0u64;
    for (index, &byte) in bytes.iter().take(MAX_VARINT).enumerate() {
        let bits = u64::from(byte & 0x7f);
        let shift = 7 * index as u32;
        if bits << shift >> shift != bits {
            return Err(FrameError::Varint);
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(Some((number, index + 1)));
        }
    }
    if bytes.len() >= MAX_VARINT {
        return Err(FrameError::Varint);
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
