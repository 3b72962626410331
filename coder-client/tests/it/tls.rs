//! TLS to the deployment: which roots are trusted, and the fault of each wrong certificate.

use coder_client::api::ca_certificate::{FaultClass, FetchError, FetchFault, FetchedCa, fetch};
use coder_client::http::{AnswerError, ClientOptions, TlsFault, TransportFault};
use fakes::ca::{Leaf, TestCa};
use fakes::coder::FakeCoder;
use pki::certificate::parse_certificates;
use settings::Secret;
use time::{Duration, OffsetDateTime};

use crate::world::{THRICE, client_with, options};

fn trusting(roots: &[&TestCa]) -> ClientOptions {
    let pem: String = roots.iter().map(|it| it.pem()).collect();
    let extra_roots = if roots.is_empty() {
        Vec::new()
    } else {
        parse_certificates(pem.as_bytes()).expect("good roots")
    };
    ClientOptions { extra_roots, ..options() }
}

async fn fetch_from(coder: &FakeCoder, roots: &[&TestCa]) -> Result<FetchedCa, FetchError> {
    fetch(&client_with(&coder.url(), trusting(roots)), &Secret::new(coder.token()), None, &THRICE)
        .await
}

#[tokio::test]
async fn extra_root_is_trusted() {
    let (root, ca) = (TestCa::new("Company Root"), TestCa::new("AI Bridge Proxy CA"));
    let coder = FakeCoder::start_tls(&root);
    coder.set_certificate(ca.pem());
    let fetched =
        fetch_from(&coder, &[&TestCa::new("unrelated"), &root]).await.expect("a certificate");
    assert_eq!(fetched.certificate.sha256(), ca.sha256());
}

/// The fault of a server with this certificate, for a client that trusts `roots`
/// and retries nothing.
async fn fault(leaf: &Leaf, roots: &[&TestCa]) -> TlsFault {
    let (fault, error) = fault_after(1, leaf, roots).await;
    assert!(!error.to_string().contains("attempt"), "{error}");
    fault
}

/// The same after so many attempts, with the report.
async fn fault_after(attempts: u32, leaf: &Leaf, roots: &[&TestCa]) -> (TlsFault, FetchError) {
    let coder = FakeCoder::start_tls_with(leaf);
    let error = fetch_from(&coder, roots).await.expect_err("a TLS fault");
    assert_eq!((error.class(), error.attempts()), (FaultClass::Tls, attempts), "{error}");
    assert!(error.hint().is_some(), "{error}");
    assert!(coder.requests().is_empty(), "the token is not sent");
    match error.fault() {
        FetchFault::Answer(AnswerError::Transport(TransportFault::Tls(fault))) => {
            (fault.clone(), error)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn unknown_issuer_is_reported() {
    let root = TestCa::new("Company Root");
    let leaf = root.leaf("127.0.0.1");
    let unknown = TlsFault::UnknownIssuer { namesake: None };
    assert_eq!(fault(&leaf, &[]).await, unknown);
    assert_eq!(fault(&leaf, &[&TestCa::new("another")]).await, unknown);
}

/// A root that was made anew, with a key of the same kind or of another one.
#[tokio::test]
async fn root_with_the_name_of_the_issuer_alone_is_an_unknown_issuer() {
    let leaf = TestCa::new("Company Root").leaf("127.0.0.1");
    for namesake in [TestCa::new("Company Root"), TestCa::ed25519("Company Root")] {
        let fault = fault(&leaf, &[&namesake]).await;
        assert!(matches!(&fault, TlsFault::UnknownIssuer { namesake: Some(_) }), "{fault:?}");
        assert!(fault.to_string().contains("a root of the same name is trusted"), "{fault}");
        assert!(fault.hint().contains("extra CA certificates"), "{}", fault.hint());
    }
}

/// The machine's clock may be the one that is wrong, and be set meanwhile.
#[tokio::test]
async fn wrong_dates_are_retried_and_reported() {
    let root = TestCa::new("Company Root");
    let now = OffsetDateTime::now_utc();
    let day = Duration::days(1);
    let expired = root.server_cert_between(&["127.0.0.1"], now - 2 * day, now - day);
    let (fault, error) = fault_after(4, &expired, &[&root]).await;
    assert_eq!(fault, TlsFault::Expired);
    assert!(error.to_string().ends_with("is expired (4 attempts)"), "{error}");
    let early = root.server_cert_between(&["127.0.0.1"], now + day, now + 2 * day);
    let (fault, error) = fault_after(4, &early, &[&root]).await;
    assert_eq!(fault, TlsFault::NotYetValid);
    assert!(error.to_string().ends_with("is not valid yet (4 attempts)"), "{error}");
}

#[tokio::test]
async fn wrong_host_is_reported_with_the_names_of_the_certificate() {
    let root = TestCa::new("Company Root");
    let fault = fault(&root.leaf("coder.example.com"), &[&root]).await;
    assert!(fault.to_string().contains("coder.example.com"), "{fault}");
    assert!(matches!(fault, TlsFault::WrongHost { .. }), "{fault:?}");
}

#[tokio::test]
async fn plain_http_port_is_reported_as_not_tls() {
    let coder = FakeCoder::start();
    let url = coder.url().replace("http:", "https:");
    let outcome =
        fetch(&client_with(&url, options()), &Secret::new(coder.token()), None, &THRICE).await;
    let error = outcome.expect_err("plain HTTP");
    assert_eq!(
        error.fault(),
        &FetchFault::Answer(AnswerError::Transport(TransportFault::Tls(TlsFault::NotTls))),
        "{error:?}"
    );
}

#[tokio::test]
async fn plain_http_to_a_tls_port_is_a_network_fault() {
    let coder = FakeCoder::start_tls(&TestCa::new("root"));
    let url = coder.url().replace("https:", "http:");
    let outcome = fetch(
        &client_with(&url, options()),
        &Secret::new(coder.token()),
        None,
        &crate::world::ONCE,
    )
    .await;
    assert_eq!(outcome.expect_err("TLS").class(), FaultClass::Network);
}
