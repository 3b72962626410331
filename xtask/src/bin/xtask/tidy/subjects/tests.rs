//! Subjects and what is wrong with them.

use super::fault;

#[test]
fn tidy_refuses_subjects_that_are_not_area_and_imperative() {
    let long = format!("provider: {}", "a".repeat(63));
    let cases = [
        ("provider: refuse a fraction of a retry", None),
        ("settings, pki: give what the programs share two leaf crates", None),
        ("tfplugin-rs: feed recordings to the corpus of version 6.10", None),
        (&*long, Some("the subject has 73 characters; at most 72")),
        ("refuse a retry", Some("the subject does not begin with an area and a colon")),
        ("provider:refuse a retry", Some("the subject does not begin with an area and a colon")),
        ("Provider: refuse it", Some("`Provider` is no area: lower-case letters, digits and `-`")),
        ("a b: refuse it", Some("`a b` is no area: lower-case letters, digits and `-`")),
        (": refuse it", Some("`` is no area: lower-case letters, digits and `-`")),
        ("provider: Refuse it", Some("after the area comes a verb in lower case")),
        ("provider: ", Some("after the area comes a verb in lower case")),
        ("provider: added a test", Some("`added` is no imperative, such as `add`")),
        ("provider: adding a test", Some("`adding` is no imperative, such as `add`")),
        ("provider: add a test.", Some("the subject ends with a full stop")),
    ];
    for (subject, expected) in cases {
        assert_eq!(fault(subject).as_deref(), expected, "{subject}");
    }
}
