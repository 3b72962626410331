//! The tables themselves: names are unique, and no class, decision or refusal is
//! without a row.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::connect::{self, Decision};
use super::units::{Outcome, Refusal};
use super::{certificate_endpoint, units};

#[track_caller]
fn assert_unique(names: impl Iterator<Item = &'static str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name), "two rows are called `{name}`");
    }
}

#[test]
fn names_of_rows_are_unique() {
    assert_unique(certificate_endpoint::ROWS.iter().map(|it| it.name));
    assert_unique(connect::ROWS.iter().map(|it| it.name));
    assert_unique(connect::ADDRESSES.iter().map(|(address, _)| *address));
    assert_unique(units::ROWS.iter().map(|it| it.name));
}

#[test]
fn each_exit_code_of_the_endpoint_has_a_row() {
    let classes = certificate_endpoint::ROWS.iter().map(|it| it.meaning.class());
    let codes: BTreeSet<i32> = classes.map(|it| it.exit_code()).collect();
    assert_eq!(codes, BTreeSet::from([0, 11, 13, 14, 15, 16, 17]));
}

#[test]
fn each_refusal_of_a_unit_has_a_row() {
    for refusal in [
        Refusal::CycleDetected,
        Refusal::NameRequired,
        Refusal::NotFound,
        Refusal::NotReady,
        Refusal::SameStatus,
    ] {
        assert!(
            units::ROWS.iter().any(|it| it.outcome == Outcome::Refused(refusal)),
            "{refusal:?}"
        );
    }
}

#[test]
fn each_refusal_of_the_proxy_has_a_row() {
    for refusal in [
        connect::UNAUTHENTICATED,
        connect::FORBIDDEN,
        connect::UNREACHABLE,
        connect::NOT_A_PROXY_REQUEST,
    ] {
        let has = |it: &connect::Row| it.decision == Decision::Refuse(refusal);
        assert!(connect::ROWS.iter().any(has), "{refusal:?}");
    }
}

#[test]
fn each_blocked_range_has_an_address_within() {
    for range in connect::BLOCKED_RANGES {
        let first: IpAddr = range.first.parse().expect("a range begins with an address");
        let same_family = connect::ADDRESSES.iter().filter(|(address, author)| {
            let address: IpAddr = address.parse().expect("a row has an address");
            *author == Some(range.author) && address.is_ipv4() == first.is_ipv4()
        });
        assert_ne!(same_family.count(), 0, "{range:?}");
    }
}
