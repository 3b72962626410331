//! Where the items of a MessagePack text end. Knows lengths only, nothing of values: it
//! shares no code with the codec.

/// A map in pieces: its head, then each key with its value. Anything else is one piece.
///
/// # Panics
/// If the bytes are no MessagePack.
pub(super) fn attributes(bytes: &[u8]) -> Vec<&[u8]> {
    let (head, count) = match bytes[0] {
        marker @ 0x80..=0x8f => (1, usize::from(marker & 0x0f)),
        0xde => (3, number(&bytes[1..3])),
        _ => return vec![bytes],
    };
    let (first, mut rest) = bytes.split_at(head);
    let mut pieces = vec![first];
    for _ in 0..count {
        let key = length(rest);
        let (piece, after) = rest.split_at(key + length(&rest[key..]));
        pieces.push(piece);
        rest = after;
    }
    assert!(rest.is_empty(), "the map is all there is");
    pieces
}

/// How many bytes the first item takes, with all that is in it.
fn length(bytes: &[u8]) -> usize {
    let sized = |width: usize| number(&bytes[1..=width]);
    // The item itself, then the number of items in it.
    let (own, inside) = match bytes[0] {
        0x00..=0x7f | 0xc0..=0xc3 | 0xe0..=0xff => (1, 0),
        marker @ 0x80..=0x8f => (1, 2 * usize::from(marker & 0x0f)),
        marker @ 0x90..=0x9f => (1, usize::from(marker & 0x0f)),
        marker @ 0xa0..=0xbf => (1 + usize::from(marker & 0x1f), 0),
        0xc4 | 0xd9 => (2 + sized(1), 0),
        0xc5 | 0xda => (3 + sized(2), 0),
        0xc6 | 0xdb => (5 + sized(4), 0),
        0xc7 => (3 + sized(1), 0),
        0xc8 => (4 + sized(2), 0),
        0xc9 => (6 + sized(4), 0),
        0xcc | 0xd0 => (2, 0),
        0xcd | 0xd1 => (3, 0),
        0xca | 0xce | 0xd2 => (5, 0),
        0xcb | 0xcf | 0xd3 => (9, 0),
        marker @ 0xd4..=0xd8 => (2 + (1 << (marker - 0xd4)), 0),
        0xdc => (3, sized(2)),
        0xdd => (5, sized(4)),
        0xde => (3, 2 * sized(2)),
        0xdf => (5, 2 * sized(4)),
    };
    (0..inside).fold(own, |length_so_far, _| length_so_far + length(&bytes[length_so_far..]))
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}
