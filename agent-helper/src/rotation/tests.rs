//! Which CAs stay.

use fakes::ca::TestCa;
use time::OffsetDateTime;

use super::*;

fn known(ca: &TestCa, days_ago: i64, now: OffsetDateTime) -> Known {
    Known {
        certificate: CaCertificate::from_pem(ca.pem().as_bytes(), now, None).unwrap(),
        last_seen: now - Duration::days(days_ago),
    }
}

#[test]
fn rotation_puts_the_current_ca_first_and_drops_old_ones() {
    let now = OffsetDateTime::now_utc();
    let [a, b, c, d, e, f] = ["a", "b", "c", "d", "e", "f"].map(TestCa::new);
    let current = known(&a, 0, now).certificate;
    let earlier = vec![
        known(&b, 1, now),
        known(&c, 8, now),
        known(&a, 3, now),
        known(&d, 7, now),
        known(&e, 2, now),
        known(&f, 2, now),
    ];
    let kept = merge(current, earlier, now);
    let order: Vec<String> = kept.iter().map(|it| it.certificate.sha256().to_owned()).collect();
    assert_eq!(order, [a.sha256(), b.sha256(), d.sha256(), e.sha256()]);
    assert_eq!(kept[0].last_seen, now);
    assert_eq!(kept[1].last_seen, now - Duration::days(1));
}

#[test]
fn rotation_reads_back_the_certificate_file_that_it_writes() {
    let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap();
    let [a, b] = ["a", "b"].map(TestCa::new);
    let kept = merge(known(&a, 0, now).certificate, vec![known(&b, 5, now)], now);
    let read = read(&file(&kept), now - Duration::days(9), &seen(&kept), now, None);
    assert_eq!(read, kept);
}

#[test]
fn rotation_leaves_out_expired_and_unpinned_cas() {
    let now = OffsetDateTime::now_utc();
    let [a, b] = ["a", "b"].map(TestCa::new);
    let expired = TestCa::expired("old");
    let text = format!("{}noise\n{}{}", expired.pem(), a.pem(), b.pem());
    let sha256 = |pin: Option<&Pin>| -> Vec<String> {
        read(text.as_bytes(), now, &[], now, pin)
            .iter()
            .map(|it| it.certificate.sha256().to_owned())
            .collect()
    };
    assert_eq!(sha256(None), [a.sha256(), b.sha256()]);
    assert_eq!(sha256(Some(&Pin::parse(&b.sha256()).unwrap())), [b.sha256()]);
    assert!(read(b"<html>", now, &[], now, None).is_empty());
}

#[test]
fn ca_without_a_record_counts_as_served_when_its_file_was_written() {
    let now = OffsetDateTime::now_utc();
    let [a, b] = ["a", "b"].map(TestCa::new);
    let touched = now - Duration::days(6);
    let read = read(a.pem().as_bytes(), touched, &[], now, None);
    assert_eq!(read[0].last_seen, touched);
    let later = now + Duration::days(2);
    assert_eq!(merge(known(&b, 0, now).certificate, read, later).len(), 1);
}
