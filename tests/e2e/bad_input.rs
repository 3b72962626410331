//! Wrong input is refused early, with the attribute and what to write instead.

use testkit::slow;
use testkit::terraform::{Severity, Terraform};

use crate::fixture::Deployment;

#[test]
fn each_wrong_proxy_url_is_refused_at_validate() {
    let Some(_marker) = slow::ring3("bad-input-proxy-url") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    for (case, url, says) in [
        ("empty", "", "http://"),
        ("no scheme", "proxy.example.com:8888", "no scheme"),
        ("other scheme", "socks5://proxy.example.com:1080", "socks5"),
        ("user info", "http://me:secret@proxy.example.com:8888", "username"),
        ("path", "http://proxy.example.com:8888/path", "/path"),
        ("query", "http://proxy.example.com:8888?a=b", "query"),
        ("fragment", "http://proxy.example.com:8888#a", "fragment"),
        ("leading space", " http://proxy.example.com:8888", "space"),
        ("space inside", "http://proxy example.com:8888", "space"),
        ("no host", "http://", "host"),
        ("port alone", "http://:8888", "host"),
        ("port too large", "http://proxy.example.com:99999", "99999"),
        ("port no number", "http://proxy.example.com:http", "port"),
        ("broken IPv6", "http://[::1:8888", "host"),
    ] {
        check(&deployment, case, &format!("proxy_url = {url:?}"), "proxy_url", says);
    }
}

#[test]
fn spellings_of_a_good_proxy_url_are_accepted() {
    let Some(_marker) = slow::ring3("bad-input-good-url") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    for (url, auth_url) in [
        ("HTTP://Proxy.Example.com:8888", "http://coder:TOKEN@proxy.example.com:8888"),
        ("https://proxy.example.com", "https://coder:TOKEN@proxy.example.com"),
        ("http://[2001:db8::1]:8888", "http://coder:TOKEN@[2001:db8::1]:8888"),
    ] {
        let plan = deployment.call().var("proxy_url", url).plan().success();
        let auth_url = auth_url.replace("TOKEN", &deployment.coder.token());
        assert_eq!(plan.outputs["proxy_auth_url"].after, auth_url, "{url}");
    }
}

#[test]
fn each_other_wrong_attribute_is_refused_at_validate() {
    let Some(_marker) = slow::ring3("bad-input-others") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    let good = "proxy_url = \"http://proxy.example.com:8888\"\n";
    for (attribute, value, says) in [
        ("cert_path", "\"certs/ca.pem\"", "absolute"),
        ("ca_fetch", "\"always\"", "required"),
        ("sync", "\"yes\"", "required"),
        ("ca_pin_sha256", "\"abc\"", "64"),
        ("extra_ca_certificates", "\"no PEM\"", "PEM"),
        ("access_url", "\"coder.example.com\"", "https://"),
        ("sync_unit", "\"\"", "empty"),
    ] {
        let body = format!("{good}  {attribute} = {value}");
        check(&deployment, attribute, &body, attribute, says);
    }
}

/// Validates a resource with `body` and expects one error at `attribute` whose text holds `says`.
#[track_caller]
fn check(deployment: &Deployment, case: &str, body: &str, attribute: &str, says: &str) {
    deployment.workdir.write(
        "main.tf",
        &format!(
            "terraform {{\n  required_providers {{\n    aibridge = {{ source = \
             \"aibridge-rs/aibridge\" }}\n  }}\n}}\n\
             resource \"aibridge_proxy\" \"this\" {{\n  {body}\n}}\n"
        ),
    );
    let run = deployment.workdir.call().validate().failure();
    let [problem] = run.diagnostics.as_slice() else {
        panic!("{case}: one problem expected: {:#?}", run.diagnostics);
    };
    assert_eq!(problem.severity, Severity::Error, "{case}");
    assert_eq!(problem.attribute.as_deref(), Some(attribute), "{case}: {problem:#?}");
    assert!(problem.text().contains(says), "{case}: `{says}` is not in {problem:#?}");
    assert!(problem.summary.len() <= 60 && !problem.summary.ends_with('.'), "{case}: {problem:#?}");
    assert!(!problem.text().contains("secret"), "{case}: a password is repeated: {problem:#?}");
}
