//! Notes come back as they were set, or not at all.

use serde::{Deserialize, Serialize};

use super::{Private, PrivateError};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Etag {
    tag: String,
    seen: u64,
}

#[test]
fn private_note_is_read_with_the_type_it_was_set_with() {
    let mut private = Private::decode(Vec::new());
    assert_eq!(private.get::<Etag>("etag"), Ok(None));
    let etag = Etag { tag: "a".to_owned(), seen: u64::MAX };
    private.set("etag", &etag).unwrap();
    private.set("tries", &3).unwrap();
    let bytes = private.encode();

    let mut private = Private::decode(bytes.clone());
    assert_eq!(private.keys().collect::<Vec<_>>(), ["etag", "tries"]);
    assert_eq!(private.get("etag"), Ok(Some(etag)));
    assert_eq!(private.get("tries"), Ok(Some(3)));
    let mismatch = PrivateError::Mismatch { key: "tries".to_owned() };
    assert_eq!(private.get::<String>("tries"), Err(mismatch));
    assert_eq!(private.clone().encode(), bytes, "nothing has changed");

    private.remove("missing");
    assert_eq!(private.clone().encode(), bytes);
    private.remove("etag");
    assert_eq!(private.clone().encode(), br#"{"tries":3}"#);
    private.remove("tries");
    assert_eq!(private.encode(), b"");
}

#[test]
fn private_bytes_of_another_version_are_kept_until_replaced() {
    for bytes in [&b"\x00\x01"[..], b"[1]", b"{"] {
        let mut private = Private::decode(bytes.to_vec());
        assert_eq!(private.get::<u8>("a"), Err(PrivateError::Foreign));
        private.remove("a");
        assert_eq!(private.clone().encode(), bytes);
        private.set("a", &1).unwrap();
        assert_eq!(private.encode(), br#"{"a":1}"#);
    }
}

#[test]
fn note_that_is_too_large_is_refused_and_changes_nothing() {
    let mut private = Private::decode(br#"{"a":1}"#.to_vec());
    assert_eq!(private.set("", &1), Err(PrivateError::NoKey));
    let pairs = std::collections::BTreeMap::from([((1, 2), 3)]);
    let unwritable = PrivateError::Unwritable { key: "pairs".to_owned() };
    assert_eq!(private.set("pairs", &pairs), Err(unwritable));

    // `{"a":1,"b":"…"}` is 14 bytes and the text.
    let room = Private::LIMIT - 14;
    private.clone().set("b", &"x".repeat(room)).unwrap();
    let too_large = PrivateError::TooLarge { key: "b".to_owned(), size: Private::LIMIT + 1 };
    assert_eq!(private.set("b", &"x".repeat(room + 1)), Err(too_large));
    assert_eq!(private.encode(), br#"{"a":1}"#);
}
