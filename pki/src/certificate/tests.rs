//! Which certificates are accepted, by whom and until when.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ED25519,
};
use rustls_pki_types::CertificateDer;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::{
    CaCertificate, CertificateError, CertificateWarning, Pin, PinError, parse_certificates,
};

const NOW: OffsetDateTime = datetime!(2026-06-15 12:00 UTC);
const SECOND: Duration = Duration::seconds(1);

/// A certificate and its key, both PEM.
struct Made {
    pem: String,
    der: Vec<u8>,
    key: String,
}

fn ca_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = NOW - Duration::days(1);
    params.not_after = NOW + Duration::days(365);
    params
}

fn make(change: impl FnOnce(&mut CertificateParams)) -> Made {
    let key = KeyPair::generate().expect("a key");
    let mut params = ca_params("AI Bridge Proxy CA");
    change(&mut params);
    let certificate = params.self_signed(&key).expect("a certificate");
    Made { pem: certificate.pem(), der: certificate.der().to_vec(), key: key.serialize_pem() }
}

fn read(pem: &str) -> Result<CaCertificate, CertificateError> {
    CaCertificate::from_pem(pem.as_bytes(), NOW, None)
}

#[track_caller]
fn check_refused(pem: &str, expected: &CertificateError) {
    assert_eq!(read(pem).as_ref(), Err(expected));
    assert!(expected.hint().is_some());
}

#[test]
fn ca_certificate_is_read_with_its_attributes() {
    let made = make(|_| ());
    let ca = read(&made.pem).expect("a good CA");
    assert_eq!(ca.der(), made.der);
    assert_eq!(ca.subject(), "CN=AI Bridge Proxy CA");
    assert_eq!(ca.issuer(), ca.subject());
    assert_eq!(ca.not_before(), NOW - Duration::days(1));
    assert_eq!(ca.not_after(), NOW + Duration::days(365));
    assert!(ca.is_self_issued());
    assert_eq!(ca.warnings(NOW), []);
    assert_eq!(ca.sha256().len(), 64);
    let key = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
    let other = ca_params("ed").self_signed(&key).expect("a certificate").pem();
    assert_eq!(read(&other).expect("Ed25519 as well").subject(), "CN=ed");
}

#[test]
fn pem_is_normalised_whatever_its_line_endings() {
    let made = make(|_| ());
    let canonical = read(&made.pem).expect("a good CA").pem().to_owned();
    assert!(canonical.starts_with("-----BEGIN CERTIFICATE-----\n"), "{canonical}");
    assert!(canonical.ends_with("\n-----END CERTIFICATE-----\n"), "{canonical}");
    assert!(canonical.lines().all(|it| it.len() <= 64) && !canonical.contains('\r'), "{canonical}");
    for variant in [
        canonical.clone(),
        canonical.replace('\n', "\r\n"),
        format!("\u{feff}\n\n# the proxy's CA, not its PRIVATE KEY-----\n{canonical}\n\n"),
        canonical.replace("BEGIN CERT", "BEGIN X509 CERT").replace("END CERT", "END X509 CERT"),
    ] {
        assert_eq!(read(&variant).expect("the same CA").pem(), canonical, "{variant:?}");
    }
}

#[test]
fn text_without_a_certificate_is_refused() {
    let made = make(|_| ());
    check_refused("", &CertificateError::Empty);
    check_refused(" \r\n\t", &CertificateError::Empty);
    check_refused("\u{feff}", &CertificateError::Empty);
    check_refused("hello", &CertificateError::NotPem);
    check_refused("{\"message\":\"AI Bridge\"}", &CertificateError::NotPem);
    check_refused("<!doctype html><html></html>", &CertificateError::ServedMarkup);
    check_refused(&made.key, &CertificateError::PrivateKey);
    check_refused(&format!("{}{}", made.pem, made.key), &CertificateError::PrivateKey);
    check_refused("-----BEGIN EC PRIVATE KEY-----\nbroken", &CertificateError::PrivateKey);
    check_refused(
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        &CertificateError::NoCertificate { label: "PUBLIC KEY".into() },
    );
}

#[test]
fn two_certificates_are_refused() {
    let (one, two) = (make(|_| ()), make(|_| ()));
    check_refused(&format!("{}{}", one.pem, two.pem), &CertificateError::SeveralCertificates(2));
    check_refused(&one.pem.repeat(3), &CertificateError::SeveralCertificates(3));
}

#[test]
fn malformed_certificate_is_refused() {
    let made = make(|_| ());
    let block = |der: &[u8]| pem::encode(&pem::Pem::new("CERTIFICATE", der));
    let mut longer = made.der.clone();
    longer.push(0);
    for text in [
        "-----BEGIN CERTIFICATE-----\nbm90IERFUg==\n-----END CERTIFICATE-----\n".to_owned(),
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n".to_owned(),
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".to_owned(),
        made.pem.replace("END CERTIFICATE", "END OTHER"),
        made.pem.replace("-----END CERTIFICATE-----", ""),
        format!("{}-----BEGIN CERTIFICATE-----\n", made.pem),
        block(&longer),
    ] {
        assert!(
            matches!(read(&text), Err(CertificateError::Malformed { .. })),
            "{text}: {:?}",
            read(&text)
        );
    }
    for length in 0..made.der.len() {
        assert!(
            matches!(read(&block(&made.der[..length])), Err(CertificateError::Malformed { .. })),
            "{length}"
        );
    }
}

#[test]
fn truncated_pem_is_refused() {
    let pem = make(|_| ()).pem;
    let whole = pem.trim_end().len();
    for length in 0..whole {
        assert!(read(&pem[..length]).is_err(), "{length}");
    }
    assert!(read(&pem[..whole]).is_ok());
}

#[test]
fn certificate_that_may_not_sign_is_refused() {
    check_refused(&make(|it| it.is_ca = IsCa::NoCa).pem, &CertificateError::NotCa);
    check_refused(&make(|it| it.is_ca = IsCa::ExplicitNoCa).pem, &CertificateError::NotCa);
    check_refused(
        &make(|it| it.key_usages = vec![KeyUsagePurpose::DigitalSignature]).pem,
        &CertificateError::KeyUsage,
    );
    assert!(
        read(&make(|it| it.key_usages.clear()).pem).is_ok(),
        "a certificate without key usage may sign"
    );
}

#[test]
fn validity_dates_allow_five_minutes_of_clock_skew() {
    let (start, end) = (NOW - Duration::days(10), NOW + Duration::days(10));
    let made = make(|it| (it.not_before, it.not_after) = (start, end));
    let check = |now, expected: Option<CertificateError>| {
        assert_eq!(
            CaCertificate::from_pem(made.pem.as_bytes(), now, None).err(),
            expected,
            "{now}"
        );
    };
    let skew = Duration::minutes(5);
    check(start, None);
    check(start - skew, None);
    check(start - skew - SECOND, Some(CertificateError::NotYetValid { not_before: start }));
    check(end, None);
    check(end + skew, None);
    check(end + skew + SECOND, Some(CertificateError::Expired { not_after: end }));
}

#[test]
fn extreme_dates_do_not_overflow() {
    let pem = make(|it| it.not_after = datetime!(9999-12-31 23:59:59 UTC)).pem;
    let earliest = time::PrimitiveDateTime::MIN.assume_utc();
    let latest = time::PrimitiveDateTime::MAX.assume_utc();
    for now in [earliest, latest] {
        let verdict = CaCertificate::from_pem(pem.as_bytes(), now, None);
        assert_eq!(verdict.is_ok(), now == latest, "{now}");
    }
    assert_eq!(read(&pem).expect("a good CA").warnings(latest).len(), 1);
}

#[test]
fn only_the_pinned_certificate_is_accepted() {
    let (made, other) = (make(|_| ()), make(|_| ()));
    let sha256 = read(&made.pem).expect("a good CA").sha256().to_owned();
    let pin = Pin::parse(&sha256).expect("a good pin");
    let with_pin = |pem: &str| CaCertificate::from_pem(pem.as_bytes(), NOW, Some(&pin));
    assert!(with_pin(&made.pem).is_ok());
    let actual = read(&other.pem).expect("a good CA").sha256().to_owned();
    assert_eq!(
        with_pin(&other.pem),
        Err(CertificateError::PinMismatch { expected: sha256, actual })
    );
}

#[test]
fn near_expiry_and_intermediate_give_warnings() {
    let near = NOW + Duration::days(29);
    let made = make(|it| it.not_after = near);
    let ca = read(&made.pem).expect("a good CA");
    assert_eq!(ca.warnings(NOW), [CertificateWarning::NearExpiry { not_after: near }]);
    assert_eq!(ca.warnings(NOW - Duration::days(2)), []);

    let root_key = KeyPair::generate().expect("a key");
    let key = KeyPair::generate().expect("a key");
    let issuer = Issuer::new(ca_params("Company Root"), root_key);
    let intermediate = ca_params("Proxy CA").signed_by(&key, &issuer).expect("a certificate");
    let ca = read(&intermediate.pem()).expect("an intermediate is accepted");
    assert!(!ca.is_self_issued());
    let warnings = ca.warnings(NOW);
    assert_eq!(warnings, [CertificateWarning::NotSelfIssued { issuer: "CN=Company Root".into() }]);
    assert!(warnings[0].to_string().contains("`CN=Company Root`"));
}

#[test]
fn intermediate_is_complete_with_the_chain_to_its_root() {
    let issued = |name: &str, by: &Issuer<'static, KeyPair>| {
        let key = KeyPair::generate().expect("a key");
        let mut params = ca_params(name);
        params.use_authority_key_identifier_extension = true;
        let made = params.signed_by(&key, by).expect("a certificate");
        (made, Issuer::new(params, key))
    };
    let root = |name: &str| {
        let key = KeyPair::generate().expect("a key");
        let params = ca_params(name);
        let made = params.self_signed(&key).expect("a root");
        (made, Issuer::new(params, key))
    };
    let (company, company_key) = root("Company Root");
    let (policy, policy_key) = issued("Policy CA", &company_key);
    let (proxy, _) = issued("Proxy CA", &policy_key);
    // The same name with another key is another issuer.
    let (imposter, _) = root("Company Root");
    let ca = read(&proxy.pem()).expect("an intermediate is accepted");
    let [company, policy, imposter] = [company, policy, imposter].map(|it| it.der().clone());
    for (name, others, expected) in [
        ("nothing", vec![], false),
        ("only the next one", vec![policy.clone()], false),
        ("only the root", vec![company.clone()], false),
        ("a root of that name", vec![policy.clone(), imposter], false),
        ("no certificate", vec![CertificateDer::from(vec![0; 9]), policy.clone()], false),
        ("all, in any order", vec![company, policy], true),
    ] {
        assert_eq!(ca.is_completed_by(&others), expected, "{name}");
    }
    assert!(
        read(&make(|_| ()).pem).expect("a root").is_completed_by(&[]),
        "a root needs no issuer"
    );
}

#[test]
fn subject_is_shown_as_one_bounded_line() {
    let made = make(|it| {
        it.distinguished_name = rcgen::DistinguishedName::new();
        it.distinguished_name.push(DnType::CommonName, "a\u{1b}[31m\nb");
    });
    assert_eq!(read(&made.pem).expect("a good CA").subject(), "CN=a [31m b");
}

#[test]
fn error_texts_name_the_value_at_fault() {
    let date = datetime!(2026-01-02 03:04:05 UTC);
    for (error, expected) in [
        (
            CertificateError::Expired { not_after: date },
            "the certificate expired at `2026-01-02T03:04:05Z`",
        ),
        (
            CertificateError::NotYetValid { not_before: date },
            "the certificate is not valid before `2026-01-02T03:04:05Z`",
        ),
        (CertificateError::SeveralCertificates(2), "there are 2 certificates instead of one"),
    ] {
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn pin_is_read_with_and_without_colons() {
    let digits = "0123456789abcdef".repeat(4);
    let colons = digits
        .as_bytes()
        .chunks(2)
        .map(|it| String::from_utf8_lossy(it).to_uppercase())
        .collect::<Vec<_>>()
        .join(":");
    for text in [&digits, &digits.to_uppercase(), &colons] {
        assert_eq!(Pin::parse(text).map(|it| it.to_string()).as_ref(), Ok(&digits), "{text}");
    }
    for (text, expected) in [
        ("", PinError::Length(0)),
        (&digits[1..], PinError::Length(63)),
        (&format!("{digits}0"), PinError::Length(65)),
        (&format!("{}g", &digits[1..]), PinError::NotHex('g')),
        (&format!(" {digits}"), PinError::NotHex(' ')),
        (&"é".repeat(32), PinError::NotHex('é')),
    ] {
        assert_eq!(Pin::parse(text), Err(expected), "{text}");
    }
}

#[test]
fn list_of_certificates_takes_any_kind_and_number() {
    let (ca, leaf) = (make(|_| ()), make(|it| it.is_ca = IsCa::NoCa));
    let expired = make(|it| it.not_after = NOW - Duration::days(1) + SECOND);
    let bundle = format!("# one\n{}\n# two\n{}{}{}", ca.pem, leaf.pem, expired.pem, ca.pem);
    let ders: Vec<_> = parse_certificates(bundle.as_bytes()).expect("a good bundle");
    assert_eq!(
        ders.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        [&ca.der, &leaf.der, &expired.der, &ca.der]
    );
    let broken = "-----BEGIN CERTIFICATE-----\nbm90IERFUg==\n-----END CERTIFICATE-----\n";
    for (text, expected) in [
        (String::new(), "the certificate is empty"),
        (format!("{}{}", ca.pem, ca.key), "the input contains a private key"),
        ("hello".to_owned(), "the certificate is not in PEM form"),
    ] {
        assert_eq!(parse_certificates(text.as_bytes()).expect_err("refused").to_string(), expected);
    }
    assert!(matches!(
        parse_certificates(broken.as_bytes()),
        Err(CertificateError::Malformed { .. })
    ));
}
