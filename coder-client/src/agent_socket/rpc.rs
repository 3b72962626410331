//! Unary calls on one stream: stream ids, answers, deadlines.

use std::io;
use std::time::Duration;

use prost::Message;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::frame::{Decoder, Kind, Packet, encode};
use super::{RemoteError, SocketError};

/// How long one call may take.
const CALL_DEADLINE: Duration = Duration::from_secs(5);

/// Bytes of the code in front of an error's text.
const ERROR_CODE: usize = 8;

/// The methods that are called.
#[derive(Clone, Copy, Debug)]
pub(super) enum Method {
    Ping,
    SyncComplete,
    SyncList,
    SyncReady,
    SyncStart,
    SyncStatus,
    SyncWant,
}

impl Method {
    /// The path of an `Invoke` packet.
    fn path(self) -> &'static str {
        match self {
            Self::Ping => "/coder.agentsocket.v1.AgentSocket/Ping",
            Self::SyncComplete => "/coder.agentsocket.v1.AgentSocket/SyncComplete",
            Self::SyncList => "/coder.agentsocket.v1.AgentSocket/SyncList",
            Self::SyncReady => "/coder.agentsocket.v1.AgentSocket/SyncReady",
            Self::SyncStart => "/coder.agentsocket.v1.AgentSocket/SyncStart",
            Self::SyncStatus => "/coder.agentsocket.v1.AgentSocket/SyncStatus",
            Self::SyncWant => "/coder.agentsocket.v1.AgentSocket/SyncWant",
        }
    }

    /// For the report of a deadline.
    fn during(self) -> &'static str {
        match self {
            Self::Ping => "calling `Ping`",
            Self::SyncComplete => "calling `SyncComplete`",
            Self::SyncList => "calling `SyncList`",
            Self::SyncReady => "calling `SyncReady`",
            Self::SyncStart => "calling `SyncStart`",
            Self::SyncStatus => "calling `SyncStatus`",
            Self::SyncWant => "calling `SyncWant`",
        }
    }
}

/// A stream on which one call follows the other.
#[derive(Debug)]
pub(super) struct Connection<S> {
    io: S,
    decoder: Decoder,
    /// The stream id of the last call; the first one is 1.
    last_stream: u64,
    /// Set while a call runs and after one broke off: whatever comes next
    /// would belong to no call.
    is_broken: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(super) fn new(io: S) -> Self {
        Self { io, decoder: Decoder::new(), last_stream: 0, is_broken: false }
    }

    /// Calls `method` and waits for its answer. An error that the peer sent
    /// leaves the connection usable, any other does not.
    pub(super) async fn call<A: Message + Default>(
        &mut self,
        method: Method,
        request: &impl Message,
    ) -> Result<A, SocketError> {
        if self.is_broken {
            return Err(SocketError::Closed);
        }
        self.is_broken = true;
        let answer = match timeout(CALL_DEADLINE, self.exchange(method, request)).await {
            Ok(outcome) => outcome?,
            Err(_) => return Err(SocketError::Timeout { during: method.during() }),
        };
        let message = match answer {
            Answer::Message(data) => A::decode(data.as_slice()).map_err(|_| {
                SocketError::Protocol(format!("`{}` answers with another message", method.path()))
            })?,
            Answer::Error(err) => {
                self.is_broken = false;
                return Err(SocketError::Remote(err));
            }
        };
        self.is_broken = false;
        Ok(message)
    }

    async fn exchange(
        &mut self,
        method: Method,
        request: &impl Message,
    ) -> Result<Answer, SocketError> {
        self.last_stream += 1;
        let stream = self.last_stream;
        let mut out = Vec::new();
        encode(Kind::Invoke, stream, 1, method.path().as_bytes(), &mut out);
        encode(Kind::Message, stream, 2, &request.encode_to_vec(), &mut out);
        encode(Kind::CloseSend, stream, 3, &[], &mut out);
        self.io.write_all(&out).await.map_err(sort)?;
        loop {
            let packet = self.packet().await?;
            // The end of an earlier stream arrives after its answer was taken.
            if packet.stream >= stream {
                return answer(packet, stream);
            }
        }
    }

    async fn packet(&mut self) -> Result<Packet, SocketError> {
        loop {
            match self.decoder.next() {
                Ok(Some(packet)) => return Ok(packet),
                Ok(None) => {}
                Err(err) => return Err(SocketError::Protocol(err.to_string())),
            }
            if self.io.read_buf(self.decoder.buffer()).await.map_err(sort)? == 0 {
                return Err(SocketError::Closed);
            }
        }
    }
}

/// What a call was answered with.
enum Answer {
    Message(Vec<u8>),
    Error(RemoteError),
}

/// Interprets the first packet of a stream. The end of the stream behind a
/// message is not waited for: that would cost a wake-up and give no information.
fn answer(packet: Packet, stream: u64) -> Result<Answer, SocketError> {
    if packet.stream != stream {
        return Err(SocketError::Protocol("an answer to a call that was never made".to_owned()));
    }
    match packet.kind {
        Kind::Message => Ok(Answer::Message(packet.data)),
        Kind::Error => match packet.data.split_first_chunk::<ERROR_CODE>() {
            Some((code, text)) => {
                let text = String::from_utf8_lossy(text);
                Ok(Answer::Error(RemoteError::new(u64::from_be_bytes(*code), &text)))
            }
            None => Err(SocketError::Protocol("an error without a code".to_owned())),
        },
        Kind::Cancel | Kind::Close | Kind::CloseSend => {
            Err(SocketError::Protocol("a call ended without an answer".to_owned()))
        }
        Kind::Invoke | Kind::InvokeMetadata => {
            Err(SocketError::Protocol("the peer calls us".to_owned()))
        }
    }
}

/// The errors that a closed connection shows as.
fn sort(err: io::Error) -> SocketError {
    match err.kind() {
        io::ErrorKind::BrokenPipe
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::UnexpectedEof => SocketError::Closed,
        _ => SocketError::Io(err),
    }
}

#[cfg(test)]
mod tests;
