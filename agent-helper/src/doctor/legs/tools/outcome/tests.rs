//! Output of real tools, good and bad.

use super::*;

fn reached(how: &str) -> Outcome {
    Outcome::Reached(how.to_owned())
}

#[track_caller]
fn failed(outcome: Outcome, exit_code: Exit, line: &str) {
    let Outcome::Failed(text) = outcome else { panic!("{outcome:?}") };
    assert_eq!(exit(&text), exit_code);
    assert!(fault_line(&text).contains(line), "{}", fault_line(&text));
}

#[test]
fn curl_has_reached_the_host_with_any_status() {
    assert_eq!(curl(Some(0), "404", ""), reached(", status 404"));
    let untrusted = "curl: (60) SSL certificate problem: unable to get local issuer \
         certificate\nMore details here: https://curl.se/docs/sslcerts.html\n";
    failed(curl(Some(60), "000", untrusted), Exit::Certificate, "curl: (60)");
    failed(
        curl(Some(56), "000", "curl: (56) Received HTTP code 407 from proxy after CONNECT"),
        Exit::NotSignedIn,
        "407",
    );
    failed(
        curl(Some(7), "000", "curl: (7) Failed to connect to 127.0.0.1 port 1: Connection refused"),
        Exit::Network,
        "refused",
    );
}

#[test]
fn git_has_reached_the_host_when_the_repository_is_missing() {
    let none = "fatal: repository 'https://api.openai.com/aibridge-doctor/' not found\n";
    assert_eq!(git(Some(128), "", none), reached(""));
    let forbidden =
        "fatal: unable to access 'https://h/x/': The requested URL returned error: 403\n";
    assert_eq!(git(Some(128), "", forbidden), reached(""));
    let refused = "fatal: unable to access 'https://h/x/': CONNECT tunnel failed, response 407\n";
    failed(git(Some(128), "", refused), Exit::NotSignedIn, "CONNECT");
    let untrusted = "fatal: unable to access 'https://h/x/': SSL certificate problem: unable to \
         get local issuer certificate\n";
    failed(git(Some(128), "", untrusted), Exit::Certificate, "certificate problem");
}

#[test]
fn node_and_python_scripts_report_status_or_skip() {
    assert_eq!(script(Some(0), "status 404\n", ""), reached(", status 404"));
    let skipped = Outcome::Skipped("requests is not installed".to_owned());
    assert_eq!(script(Some(0), "skip requests is not installed\n", ""), skipped);
    let untrusted = "UNABLE_TO_VERIFY_LEAF_SIGNATURE: unable to verify the first certificate";
    failed(script(Some(1), "", untrusted), Exit::Certificate, "UNABLE_TO_VERIFY");
    failed(script(Some(0), "", ""), Exit::Network, "no output");
}

#[test]
fn java_without_a_compiler_is_skipped() {
    let old = "Error: Could not find or load main class Doctor.java\n";
    assert!(matches!(java(Some(1), "", old), Outcome::Skipped(_)));
    let untrusted = "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to \
         find valid certification path\n";
    failed(java(Some(1), "", untrusted), Exit::Certificate, "PKIX");
    assert_eq!(java(Some(0), "status 404; x\n", ""), reached(", status 404; x"));
}

#[test]
fn go_has_reached_the_host_when_the_module_is_missing() {
    let none = "go: module aibridge.invalid/doctor: reading \
         https://h/aibridge-doctor/aibridge.invalid/doctor/@v/list: 404 Not Found\n\tserver \
         response: {}\n";
    assert_eq!(go(Some(1), "", none), reached(", status 404"));
    let untrusted = "go: module aibridge.invalid/doctor: Get \"https://h/x\": tls: failed to \
         verify certificate: x509: certificate signed by unknown authority\n";
    failed(go(Some(1), "", untrusted), Exit::Certificate, "x509");
    let refused = "go: module m: Get \"https://h/x\": Proxy Authentication Required\n";
    failed(go(Some(1), "", refused), Exit::NotSignedIn, "Required");
}
