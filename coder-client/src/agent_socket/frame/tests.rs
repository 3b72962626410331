//! Frames: the published byte vectors, every prefix, every way to break them.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, proptest};

use super::{Decoder, FrameError, Kind, MAX_FRAME_DATA, MAX_PACKET, Packet, encode};

/// `SyncStart("aibridge-proxy-setup")` on stream 1, client to server.
const SYNC_START: &str = "
    03 01 01 2b  2f636f6465722e6167656e74736f636b65742e76
                 312e4167656e74536f636b65742f53796e635374617274
    05 01 02 16  0a14 6169627269646765 2d70726f7879 2d7365747570
    0d 01 03 00";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    let digit =
        |it: usize| u8::from_str_radix(&digits[it..it + 2], 16).expect("hexadecimal digits");
    (0..digits.len()).step_by(2).map(digit).collect()
}

fn packet(kind: Kind, stream: u64, message: u64, data: &[u8]) -> Packet {
    Packet { kind, stream, message, data: data.to_vec() }
}

/// Feeds `input` in pieces of `step` bytes and gives every packet.
fn decode_in_steps(input: &[u8], step: usize) -> Result<Vec<Packet>, FrameError> {
    let mut decoder = Decoder::new();
    let mut packets = Vec::new();
    for piece in input.chunks(step) {
        decoder.buffer().extend_from_slice(piece);
        while let Some(packet) = decoder.next()? {
            packets.push(packet);
        }
    }
    Ok(packets)
}

fn decode(input: &[u8]) -> Result<Vec<Packet>, FrameError> {
    decode_in_steps(input, usize::MAX)
}

/// Both directions of a vector, whole and byte by byte; each proper prefix
/// gives fewer packets and no error.
#[track_caller]
fn check(hex: &str, packets: &[Packet]) {
    let wire = bytes(hex);
    let mut written = Vec::new();
    for it in packets {
        encode(it.kind, it.stream, it.message, &it.data, &mut written);
    }
    assert_eq!(written, wire, "written");
    assert_eq!(decode(&wire).as_deref(), Ok(packets), "read at once");
    assert_eq!(decode_in_steps(&wire, 1).as_deref(), Ok(packets), "read byte by byte");
    for length in 0..wire.len() {
        let some = decode(&wire[..length]).unwrap_or_else(|err| panic!("prefix {length}: {err}"));
        assert!(some.len() < packets.len() && packets.starts_with(&some), "prefix {length}");
    }
}

#[test]
fn known_calls_encode_to_recorded_bytes() {
    let path = b"/coder.agentsocket.v1.AgentSocket/SyncStart";
    check(
        SYNC_START,
        &[
            packet(Kind::Invoke, 1, 1, path),
            packet(Kind::Message, 1, 2, b"\x0a\x14aibridge-proxy-setup"),
            packet(Kind::CloseSend, 1, 3, b""),
        ],
    );
    let path = b"/coder.agentsocket.v1.AgentSocket/Ping";
    let mut ping = bytes("03 01 01 26");
    ping.extend_from_slice(path);
    ping.extend_from_slice(&bytes("05 01 02 00 0d 01 03 00"));
    let ping: String = ping.iter().map(|it| format!("{it:02x}")).collect();
    check(
        &ping,
        &[
            packet(Kind::Invoke, 1, 1, path),
            packet(Kind::Message, 1, 2, b""),
            packet(Kind::CloseSend, 1, 3, b""),
        ],
    );
    let end = packet(Kind::CloseSend, 1, 2, b"");
    check("05 01 01 00 0d 01 02 00", &[packet(Kind::Message, 1, 1, b""), end.clone()]);
    check("05 01 01 02 08 01 0d 01 02 00", &[packet(Kind::Message, 1, 1, &[8, 1]), end]);
    check(
        "07 01 01 09 00 00 00 00 00 00 00 00 78",
        &[packet(Kind::Error, 1, 1, b"\0\0\0\0\0\0\0\0x")],
    );
}

#[track_caller]
fn check_read(hex: &str, expected: Result<&[Packet], FrameError>) {
    let wire = bytes(hex);
    for step in [1, 3, wire.len().max(1)] {
        assert_eq!(
            decode_in_steps(&wire, step).as_deref(),
            expected.as_ref().copied(),
            "{hex} in steps of {step}"
        );
    }
}

#[test]
fn packet_is_joined_from_its_frames() {
    check_read("04 01 01 01 61 05 01 01 01 62", Ok(&[packet(Kind::Message, 1, 1, b"ab")]));
    check_read("04 01 01 01 61 04 01 01 00 05 01 01 00", Ok(&[packet(Kind::Message, 1, 1, b"a")]));
    // A new id discards what was not finished, even of another kind.
    check_read("04 01 01 01 61 0d 01 02 00", Ok(&[packet(Kind::CloseSend, 1, 2, b"")]));
    check_read("04 01 01 01 61 05 02 01 01 62", Ok(&[packet(Kind::Message, 2, 1, b"b")]));
    // Ids may skip.
    check_read(
        "05 07 09 00 05 08 01 00",
        Ok(&[packet(Kind::Message, 7, 9, b""), packet(Kind::Message, 8, 1, b"")]),
    );
    // Numbers may be longer than they need to be.
    check_read("05 81 00 81 00 80 00", Ok(&[packet(Kind::Message, 1, 1, b"")]));
}

#[test]
fn frame_with_control_flag_is_skipped() {
    check_read("85 01 01 01 61 05 01 01 00", Ok(&[packet(Kind::Message, 1, 1, b"")]));
    check_read("ff 00 00 02 61 62 05 01 01 00", Ok(&[packet(Kind::Message, 1, 1, b"")]));
    check_read(
        "04 01 01 01 61 81 09 09 00 05 01 01 01 62",
        Ok(&[packet(Kind::Message, 1, 1, b"ab")]),
    );
}

#[test]
fn malformed_frame_ends_the_connection() {
    check_read("11 01 01 00", Err(FrameError::UnknownKind(8)));
    check_read("01 01 01 00", Err(FrameError::UnknownKind(0)));
    check_read("7f 01 01 00", Err(FrameError::UnknownKind(63)));
    check_read("05 00 01 00", Err(FrameError::IdBackwards));
    check_read("05 01 00 00", Err(FrameError::IdBackwards));
    check_read("05 01 01 00 05 01 01 00", Err(FrameError::IdBackwards));
    check_read("05 02 01 00 05 01 09 00", Err(FrameError::IdBackwards));
    check_read("04 01 01 00 07 01 01 00", Err(FrameError::KindChanged));
    check_read("05 ff ff ff ff ff ff ff ff ff 02", Err(FrameError::Varint));
    check_read("05 80 80 80 80 80 80 80 80 80 80 00", Err(FrameError::Varint));
    check_read("05 01 01 81 80 80 02", Err(FrameError::TooLarge));
    check_read("05 01 01 ff ff ff ff ff ff ff ff ff 01", Err(FrameError::TooLarge));
}

#[test]
fn largest_varints_are_read() {
    check_read(
        "05 ff ff ff ff ff ff ff ff ff 01 ff ff ff ff ff ff ff ff ff 01 00",
        Ok(&[packet(Kind::Message, u64::MAX, u64::MAX, b"")]),
    );
}

#[test]
fn packet_above_four_mebibytes_is_refused() {
    let mut wire = Vec::new();
    encode(Kind::Message, 1, 1, &vec![7; MAX_PACKET], &mut wire);
    assert_eq!(decode(&wire).map(|it| it[0].data.len()), Ok(MAX_PACKET));
    wire.clear();
    encode(Kind::Message, 1, 1, &vec![7; MAX_PACKET + 1], &mut wire);
    assert_eq!(decode(&wire), Err(FrameError::TooLarge));
}

#[test]
fn large_packet_is_split_into_frames_as_drpc_senders_do() {
    let mut wire = Vec::new();
    encode(Kind::Message, 1, 1, &vec![0; MAX_FRAME_DATA + 1], &mut wire);
    assert_eq!(wire[..6], bytes("04 01 01 80 80 04"));
    assert_eq!(wire[MAX_FRAME_DATA + 6..], bytes("05 01 01 01 00"));
}

fn kinds() -> impl Strategy<Value = Kind> {
    (1u8..=7).prop_map(|it| Kind::from_wire(it).expect("a kind for each number"))
}

proptest! {
    #[test]
    fn decoded_packets_equal_the_encoded_ones(
        parts in vec((kinds(), 0u64..3, vec(any::<u8>(), 0..200), 0usize..200_000), 1..6),
        step in 1usize..5000,
    ) {
        let mut packets = Vec::new();
        let mut wire = Vec::new();
        let (mut stream, mut message) = (1, 0);
        for (kind, skip, data, padding) in parts {
            (stream, message) =
                if skip == 0 { (stream, message + 1) } else { (stream + skip * 100, 1) };
            let data = [data, vec![0; padding]].concat();
            encode(kind, stream, message, &data, &mut wire);
            packets.push(Packet { kind, stream, message, data });
        }
        assert_eq!(decode_in_steps(&wire, step), Ok(packets));
    }

    #[test]
    fn decoding_never_panics_and_is_independent_of_chunk_boundaries(
        wire in vec(any::<u8>(), 0..64),
        step in 1usize..9,
    ) {
        assert_eq!(decode_in_steps(&wire, step), decode(&wire));
    }
}
