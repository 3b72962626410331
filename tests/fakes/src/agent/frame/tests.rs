//! Whole conversations in bytes, both directions, at every split.

use super::{Frame, PACKET_LIMIT, Packet, Reader, kind};

const START: &[u8] = b"/coder.agentsocket.v1.AgentSocket/SyncStart";
const PING: &[u8] = b"/coder.agentsocket.v1.AgentSocket/Ping";

fn packet(kind: u8, message: u64, data: &[u8]) -> Packet {
    Packet { kind, stream: 1, message, data: data.to_vec() }
}

#[track_caller]
fn check(hex: &str, packets: &[Packet]) {
    let bytes = unhex(hex);
    let encoded: Vec<u8> = packets.iter().flat_map(Packet::encode).collect();
    assert_eq!(encoded, bytes, "encoding");
    for split in 0..=bytes.len() {
        let mut reader = Reader::default();
        let mut seen = Vec::new();
        for part in [&bytes[..split], &bytes[split..]] {
            reader.feed(part);
            while let Some(packet) = reader.next().unwrap() {
                seen.push(packet);
            }
        }
        assert_eq!(seen, packets, "split at {split}");
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|it| !it.is_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    pairs.map(|pair| u8::from_str_radix(&pair, 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn sync_start_is_three_packets() {
    let unit = "0a14 6169627269646765 2d70726f7879 2d7365747570";
    let text = format!(
        "03 01 01 2b 2f636f6465722e6167656e74736f636b65742e76
                     312e4167656e74536f636b65742f53796e635374617274
         05 01 02 16 {unit}
         0d 01 03 00"
    );
    let packets = [
        packet(kind::INVOKE, 1, START),
        packet(kind::MESSAGE, 2, &unhex(unit)),
        packet(kind::CLOSE_SEND, 3, b""),
    ];
    check(&text, &packets);
}

#[test]
fn ping_is_three_packets() {
    let text = format!("03 01 01 26 {} 05 01 02 00 0d 01 03 00", hex(PING));
    let packets = [
        packet(kind::INVOKE, 1, PING),
        packet(kind::MESSAGE, 2, b""),
        packet(kind::CLOSE_SEND, 3, b""),
    ];
    check(&text, &packets);
}

#[test]
fn answers_are_a_message_and_an_end_or_an_error() {
    let end = packet(kind::CLOSE_SEND, 2, b"");
    check("05 01 01 00 0d 01 02 00", &[packet(kind::MESSAGE, 1, b""), end.clone()]);
    check("05 01 01 02 08 01 0d 01 02 00", &[packet(kind::MESSAGE, 1, &[8, 1]), end]);
    let error = packet(kind::ERROR, 1, b"\0\0\0\0\0\0\0\0x");
    check("07 01 01 09 00 00 00 00 00 00 00 00 78", &[error]);
}

#[test]
fn large_packets_are_split_and_put_together_again() {
    let large = packet(kind::MESSAGE, 1, &vec![7; 200_000]);
    for bytes in [large.encode(), large.encode_split(1)] {
        let mut reader = Reader::default();
        reader.feed(&bytes);
        assert_eq!(reader.next().unwrap().as_ref(), Some(&large));
    }
}

#[test]
fn violations_are_refused() {
    for (case, bytes) in [
        ("kind 0", "01 01 01 00"),
        ("unknown kind", "11 01 01 00"),
        ("stream 0", "03 00 01 00"),
        ("message 0", "03 01 00 00"),
        ("the same id again", "05 01 01 00 05 01 01 00"),
        ("a lower id", "05 01 02 00 05 01 01 00"),
        ("kind changes within a packet", "04 01 01 00 07 01 01 00"),
        ("a varint of 65 bits", "05 ff ff ff ff ff ff ff ff ff 02 01 00"),
        ("5 MiB", "05 01 01 80 80 c0 02"),
    ] {
        let mut reader = Reader::default();
        reader.feed(&unhex(bytes));
        let mut answers = std::iter::from_fn(|| reader.next().transpose());
        assert!(answers.any(|answer| answer.is_err()), "{case}");
    }
}

#[test]
fn unknown_control_frame_and_unfinished_packet_are_skipped() {
    let mut reader = Reader::default();
    reader.feed(&unhex("91 01 01 00  04 01 01 01 aa  05 01 02 01 bb"));
    assert_eq!(reader.next(), Ok(Some(packet(kind::MESSAGE, 2, &[0xbb]))));
    let limit = Frame {
        kind: kind::MESSAGE,
        done: true,
        control: false,
        stream: 1,
        message: 3,
        data: vec![0; PACKET_LIMIT],
    };
    reader.feed(&limit.encode());
    assert!(reader.next().unwrap().is_some());
}
