//! The connections of the fake agent: packets to calls, calls to answers, and
//! the faults in between.

use std::sync::Arc;

use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::frame::{Frame, Packet, Reader, kind};
use super::messages::{
    DependencyInfo, ListResponse, ReadyResponse, SERVICE, StatusResponse, UnitInfo, UnitRequest,
};
use super::{AgentState, Call, Fault, Units};
use crate::contract::units::{CODE, Refusal, State};
use testkit::watched::Watched;

type Shared = Arc<Watched<AgentState>>;

/// Accepts until it is dropped.
pub(super) async fn run(listener: std::os::unix::net::UnixListener, state: Shared) {
    listener.set_nonblocking(true).expect("a listener can be non-blocking");
    let listener = UnixListener::from_std(listener).expect("a bound listener");
    loop {
        let (stream, _) = listener.accept().await.expect("a Unix listener accepts");
        let fault = state.change(|state| {
            state.connections += 1;
            state.fault.clone()
        });
        if !matches!(fault, Fault::CloseOnAccept) {
            let connection = Connection::new(stream, Arc::clone(&state));
            tokio::spawn(connection.run());
        }
    }
}

struct Connection {
    stream: UnixStream,
    state: Shared,
    reader: Reader,
    /// The stream that was invoked last, and its rpc path.
    invoked: Option<(u64, String)>,
    /// The message id that the client has to send next on that stream.
    next_message: u64,
}

impl Connection {
    fn new(stream: UnixStream, state: Shared) -> Self {
        Self { stream, state, reader: Reader::default(), invoked: None, next_message: 1 }
    }

    async fn run(mut self) {
        let mut buf = vec![0; 64 * 1024];
        loop {
            loop {
                match self.reader.next() {
                    Ok(Some(packet)) => match self.receive(packet).await {
                        Ok(true) => {}
                        Ok(false) => return,
                        Err(violation) => return self.note(violation),
                    },
                    Ok(None) => break,
                    Err(violation) => return self.note(violation),
                }
            }
            // The client's end, orderly or not, is the connection's end.
            let Ok(len @ 1..) = self.stream.read(&mut buf).await else { return };
            self.reader.feed(&buf[..len]);
        }
    }

    fn note(&self, violation: String) {
        self.state.change(|state| state.violations.push(violation));
    }

    /// Handles one packet; false ends the connection.
    async fn receive(&mut self, packet: Packet) -> Result<bool, String> {
        let current = self.invoked.as_ref().map(|(stream, _)| *stream);
        if current != Some(packet.stream) {
            self.next_message = 1;
        }
        if packet.message != self.next_message {
            let (got, due) = (packet.message, self.next_message);
            return Err(format!("message id {got} on stream {} instead of {due}", packet.stream));
        }
        self.next_message += 1;
        match packet.kind {
            kind::INVOKE_METADATA => {
                self.invoked = Some((packet.stream, String::new()));
                Ok(true)
            }
            kind::INVOKE => {
                let path = String::from_utf8(packet.data).map_err(|_| "the rpc path is no text")?;
                self.invoked = Some((packet.stream, path));
                Ok(true)
            }
            _ if current != Some(packet.stream) => {
                Err(format!("kind {} on stream {} before Invoke", packet.kind, packet.stream))
            }
            kind::MESSAGE => self.call(packet).await,
            kind::CLOSE_SEND | kind::CLOSE | kind::CANCEL => Ok(true),
            other => Err(format!("a client sends kind {other}")),
        }
    }

    async fn call(&mut self, packet: Packet) -> Result<bool, String> {
        let path = self.invoked.as_ref().map(|(_, path)| path.clone()).unwrap_or_default();
        let request = UnitRequest::decode(packet.data.as_slice())
            .map_err(|err| format!("the request of `{path}` does not decode: {err}"))?;
        let method = path.strip_prefix(SERVICE).unwrap_or(&path).to_owned();
        let call =
            Call { method, unit: request.unit.clone(), depends_on: request.depends_on.clone() };
        let (fault, answer) = self.state.change(|state| {
            let answer = carry_out(&mut state.units, &state.fault, &path, &request);
            state.calls.push(call);
            (state.fault.clone(), answer)
        });
        self.answer(packet.stream, fault, answer).await
    }

    async fn answer(
        &mut self,
        stream: u64,
        fault: Fault,
        answer: Result<Vec<u8>, String>,
    ) -> Result<bool, String> {
        let packets = packets(stream, answer);
        let whole = || packets.iter().flat_map(Packet::encode).collect::<Vec<u8>>();
        let (bytes, go_on) = match fault {
            Fault::Hang => std::future::pending().await,
            Fault::CloseMidFrame => (packets[0].encode()[..2].to_vec(), false),
            Fault::Garbage => (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), false),
            // 5 MiB as a varint, and no data: a client must not wait for it.
            Fault::Oversized => (vec![0x05, stream as u8, 0x01, 0x80, 0x80, 0xc0, 0x02], true),
            Fault::Slow(gate) => {
                for byte in whole() {
                    gate.pass().await;
                    if self.stream.write_all(&[byte]).await.is_err() {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
            Fault::Fragmented => {
                let mut bytes = unknown_control(stream).encode();
                bytes.extend(packets.iter().flat_map(|packet| packet.encode_split(1)));
                (bytes, true)
            }
            _ => (whole(), true),
        };
        let sent = self.stream.write_all(&bytes).await.is_ok();
        Ok(sent && go_on)
    }
}

/// What the agent does with a call: an encoded response, or the text of an error.
fn carry_out(
    units: &mut Units,
    fault: &Fault,
    path: &str,
    request: &UnitRequest,
) -> Result<Vec<u8>, String> {
    let method = path.strip_prefix(SERVICE).unwrap_or_default();
    match fault {
        Fault::Hang => return Ok(Vec::new()),
        Fault::Error(text) => return Err(text.clone()),
        Fault::ManagerUnavailable if method != "Ping" => {
            return Err(format!("{method}: {}", Refusal::ManagerUnavailable.words()));
        }
        _ => {}
    }
    let unit = request.unit.as_str();
    match method {
        "Ping" => Ok(Vec::new()),
        "SyncStart" => units.start(unit).map(|()| Vec::new()),
        "SyncWant" => units.want(unit, &request.depends_on).map(|()| Vec::new()),
        "SyncComplete" => units.complete(unit).map(|()| Vec::new()),
        "SyncReady" => units.ready(unit).map(|ready| ReadyResponse { ready }.encode_to_vec()),
        "SyncStatus" if unit.is_empty() => {
            Err(format!("cannot get unit status: {}", Refusal::NameRequired.words()))
        }
        "SyncStatus" => Ok(status(units, unit).encode_to_vec()),
        "SyncList" if !matches!(fault, Fault::OldVersion) => Ok(list(units).encode_to_vec()),
        _ => Err(format!("{}: {path:?}", Refusal::UnknownMethod.words())),
    }
}

fn status(units: &Units, unit: &str) -> StatusResponse {
    let dependencies = units.dependencies(unit).map(|depends_on| {
        let current = units.status(depends_on).unwrap_or_default();
        DependencyInfo {
            unit: unit.to_owned(),
            depends_on: depends_on.to_owned(),
            required_status: State::Completed.word().to_owned(),
            current_status: current.to_owned(),
            is_satisfied: current == State::Completed.word(),
        }
    });
    StatusResponse {
        status: units.status(unit).unwrap_or_default().to_owned(),
        is_ready: units.is_ready(unit),
        dependencies: dependencies.collect(),
    }
}

fn list(units: &Units) -> ListResponse {
    let units = units.names().map(|unit| UnitInfo {
        unit: unit.to_owned(),
        status: units.status(unit).unwrap_or_default().to_owned(),
        is_ready: units.is_ready(unit),
    });
    ListResponse { units: units.collect() }
}

fn packets(stream: u64, answer: Result<Vec<u8>, String>) -> Vec<Packet> {
    match answer {
        Ok(data) => vec![
            Packet { kind: kind::MESSAGE, stream, message: 1, data },
            Packet { kind: kind::CLOSE_SEND, stream, message: 2, data: Vec::new() },
        ],
        Err(text) => {
            let data = [&CODE.to_be_bytes(), text.as_bytes()].concat();
            vec![Packet { kind: kind::ERROR, stream, message: 1, data }]
        }
    }
}

fn unknown_control(stream: u64) -> Frame {
    Frame { kind: 42, done: true, control: true, stream, message: 1, data: vec![0xff] }
}
