//! Joining PEM texts.

use proptest::prelude::*;

use super::*;

fn names(bundle: &[u8]) -> Vec<String> {
    let body = |it: &[u8]| String::from_utf8(it[BEGIN.len()..it.len() - END.len()].to_vec());
    blocks(bundle).map(|it| body(&canonical(it)).unwrap().replace('\n', "")).collect()
}

fn block(body: &str) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
}

#[test]
fn bundle_holds_each_certificate_once_in_input_order() {
    let ours = block("AAAA");
    let extra =
        format!("# a comment\r\n{}{}", block("BBBB").replace('\n', "\r\n"), block("AA\nAA"));
    let system = format!("{}Subject: x\n{}", block("CCCC"), block("BB BB"));
    let bundle = compose(&[ours.as_bytes(), extra.as_bytes(), system.as_bytes()]);
    assert_eq!(names(&bundle), ["AAAA", "BBBB", "CCCC"]);
    assert_eq!(bundle, format!("{}{}{}", block("AAAA"), block("BBBB"), block("CCCC")).into_bytes());
}

#[test]
fn certificate_is_recognised_whatever_its_line_length() {
    for length in [1, 63, 64, 65, 127, 128, 129, 200] {
        let body: String = "ABCD".chars().cycle().take(length).collect();
        let lines = |width: usize| {
            let lines: Vec<String> = body
                .as_bytes()
                .chunks(width)
                .map(|it| String::from_utf8(it.to_vec()).unwrap())
                .collect();
            block(&lines.join("\n"))
        };
        let expected = lines(64);
        assert!(matches!(canonical(expected.trim_end().as_bytes()), Cow::Borrowed(_)), "{length}");
        for text in
            [lines(1), lines(63), lines(65), lines(76), lines(500), expected.replace('\n', "\r\n")]
        {
            let bundle = compose(&[text.as_bytes(), expected.as_bytes()]);
            assert_eq!(bundle, expected.as_bytes(), "{length}: {text}");
        }
    }
}

#[test]
fn truncated_blocks_are_left_out_of_the_bundle() {
    let text = format!(
        "-----BEGIN PRIVATE KEY-----\nKKKK\n-----END PRIVATE KEY-----\n\
         -----BEGIN CERTIFICATE-----\nLOST\n{}\
         -----BEGIN TRUSTED CERTIFICATE-----\nTTTT\n-----END TRUSTED CERTIFICATE-----\n\
         -----BEGIN CERTIFICATE-----\nCUT",
        block("AAAA"),
    );
    assert_eq!(names(text.as_bytes()), ["AAAA"]);
    assert!(compose(&[b"-----", b"", b"-----BEGIN CERTIFICATE-----"]).is_empty());
}

proptest! {
    #[test]
    fn composing_a_bundle_never_panics_and_is_idempotent(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("-----BEGIN CERTIFICATE-----".to_owned()),
                Just("-----END CERTIFICATE-----".to_owned()),
                "[A-C]{1,3}\n".prop_map(|it| block(&it)),
                "[-A-Z \n]{0,9}",
            ],
            0..12,
        ),
    ) {
        let once = compose(&[parts.concat().as_bytes()]);
        prop_assert_eq!(&compose(&[&once[..]]), &once);
    }
}
