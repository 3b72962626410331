//! dRPC frames and packets (storj/drpc 0.0.34, as Coder ships it), without I/O.

#[cfg(test)]
mod tests;

/// Largest packet on either end.
pub(super) const PACKET_LIMIT: usize = 4 * 1024 * 1024;
/// Senders split their data at this size.
const SPLIT: usize = 64 * 1024;

/// Packet kinds that either side sends.
pub(super) mod kind {
    pub(in crate::agent) const INVOKE: u8 = 1;
    pub(in crate::agent) const MESSAGE: u8 = 2;
    pub(in crate::agent) const ERROR: u8 = 3;
    pub(in crate::agent) const CANCEL: u8 = 4;
    pub(in crate::agent) const CLOSE: u8 = 5;
    pub(in crate::agent) const CLOSE_SEND: u8 = 6;
    pub(in crate::agent) const INVOKE_METADATA: u8 = 7;
}

/// One frame on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) done: bool,
    pub(super) control: bool,
    pub(super) stream: u64,
    pub(super) message: u64,
    pub(super) data: Vec<u8>,
}

/// Consecutive frames put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) kind: u8,
    pub(super) stream: u64,
    pub(super) message: u64,
    pub(super) data: Vec<u8>,
}

/// Takes bytes in any portions and gives packets; strict about all that
/// the wire format fixes.
#[derive(Debug, Default)]
pub(super) struct Reader {
    buf: Vec<u8>,
    /// Where in `buf` the next frame begins.
    at: usize,
    pending: Option<Packet>,
    /// Highest (stream, message) id seen, and whether its packet is finished.
    last: (u64, u64),
    finished: bool,
}

// === impl Frame ===

impl Frame {
    /// The first frame of `buf` and its length; none if it is not whole yet.
    pub(super) fn parse(buf: &[u8]) -> Result<Option<(Self, usize)>, String> {
        let Some(&head) = buf.first() else { return Ok(None) };
        let mut at = 1;
        let mut ids = [0; 3];
        for id in &mut ids {
            let Some((value, len)) = varint(&buf[at..])? else { return Ok(None) };
            *id = value;
            at += len;
        }
        let [stream, message, len] = ids;
        let len = usize::try_from(len).ok().filter(|len| *len <= PACKET_LIMIT);
        let len = len.ok_or("a frame announces more than 4 MiB")?;
        let Some(data) = buf[at..].get(..len) else { return Ok(None) };
        let frame = Self {
            kind: head >> 1 & 0x3f,
            done: head & 1 != 0,
            control: head & 0x80 != 0,
            stream,
            message,
            data: data.to_vec(),
        };
        Ok(Some((frame, at + len)))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let head = u8::from(self.control) << 7 | self.kind << 1 | u8::from(self.done);
        let mut out = vec![head];
        for id in [self.stream, self.message, self.data.len() as u64] {
            put_varint(&mut out, id);
        }
        out.extend_from_slice(&self.data);
        out
    }
}

// === impl Packet ===

impl Packet {
    /// Its bytes, split as senders do.
    pub(super) fn encode(&self) -> Vec<u8> {
        self.encode_split(SPLIT)
    }

    /// Its bytes in frames of at most `size` bytes of data.
    pub(super) fn encode_split(&self, size: usize) -> Vec<u8> {
        let mut chunks: Vec<&[u8]> = self.data.chunks(size).collect();
        if chunks.is_empty() {
            chunks.push(&[]);
        }
        let last = chunks.len() - 1;
        let frames = chunks.iter().enumerate().map(|(at, chunk)| Frame {
            kind: self.kind,
            done: at == last,
            control: false,
            stream: self.stream,
            message: self.message,
            data: chunk.to_vec(),
        });
        frames.flat_map(|frame| frame.encode()).collect()
    }
}

// === impl Reader ===

impl Reader {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buf.drain(..self.at);
        self.at = 0;
        self.buf.extend_from_slice(bytes);
    }

    /// The next packet, none if more bytes are needed, or what the sender
    /// did wrong.
    pub(super) fn next(&mut self) -> Result<Option<Packet>, String> {
        while let Some((frame, len)) = Frame::parse(&self.buf[self.at..])? {
            self.at += len;
            if let Some(packet) = self.take(frame)? {
                return Ok(Some(packet));
            }
        }
        Ok(None)
    }

    fn take(&mut self, frame: Frame) -> Result<Option<Packet>, String> {
        if !(kind::INVOKE..=kind::INVOKE_METADATA).contains(&frame.kind) {
            let ignored = frame.control && frame.kind != 0;
            return if ignored { Ok(None) } else { Err(format!("unknown kind {}", frame.kind)) };
        }
        let id = (frame.stream, frame.message);
        if frame.stream == 0 || frame.message == 0 {
            return Err(format!("id {id:?} holds a zero"));
        }
        if id < self.last || id == self.last && self.finished {
            return Err(format!("id {id:?} after {:?}", self.last));
        }
        let mut packet = match self.pending.take() {
            Some(packet) if id == self.last => packet,
            _ => Packet {
                kind: frame.kind,
                stream: frame.stream,
                message: frame.message,
                data: Vec::new(),
            },
        };
        if packet.kind != frame.kind {
            return Err(format!("id {id:?} changes its kind"));
        }
        packet.data.extend_from_slice(&frame.data);
        if packet.data.len() > PACKET_LIMIT {
            return Err("a packet exceeds 4 MiB".to_owned());
        }
        (self.last, self.finished) = (id, frame.done);
        if frame.done {
            return Ok(Some(packet));
        }
        self.pending = Some(packet);
        Ok(None)
    }
}

/// LEB128, at most 64 bits: the value and its length, none if it is not whole.
fn varint(buf: &[u8]) -> Result<Option<(u64, usize)>, String> {
    let mut value = 0u64;
    for (at, byte) in buf.iter().enumerate() {
        let bits = u64::from(byte & 0x7f);
        let shift = 7 * at as u32;
        if shift >= u64::BITS || bits << shift >> shift != bits {
            return Err("a varint exceeds 64 bits".to_owned());
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(Some((value, at + 1)));
        }
    }
    Ok(None)
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
