//! Wrong input is refused by `validate`, at the line of its attribute. The
//! provider's own tests have every case and its words.

use testkit::slow;
use testkit::terraform::Severity;

use crate::configurations::{PROXY_URL, unconfigured};
use crate::world::World;

/// Attributes, each with a wrong value.
const WRONG: [(&str, &str); 9] = [
    ("access_url", "\"coder.example.com\""),
    ("ca_fetch", "\"always\""),
    ("ca_pin_sha256", "\"abc\""),
    ("cert_path", "\"certs/ca.pem\""),
    ("extra_ca_certificates", "\"no PEM\""),
    ("proxy_url", "\"http://me:secret@proxy.example.com:8888\""),
    ("sync", "\"yes\""),
    ("sync_unit", "\"\""),
    ("username", "\"\""),
];

#[test]
fn validate_refuses_each_wrong_attribute_at_its_line() {
    let Some(_marker) = slow::ring3("bad-input") else { return };
    let resources = WRONG.map(|(name, value)| {
        let url = if name == "proxy_url" { value.to_owned() } else { format!("{PROXY_URL:?}") };
        let other =
            if name == "proxy_url" { String::new() } else { format!("  {name} = {value}\n") };
        format!("resource \"aibridge_proxy\" \"{name}\" {{\n  proxy_url = {url}\n{other}}}\n")
    });
    let world = World::new(&unconfigured(&resources.concat()));
    let run = world.workdir.call().validate().failure();
    let mut refused: Vec<&str> = Vec::new();
    for problem in &run.diagnostics {
        assert_eq!(problem.severity, Severity::Error, "{problem:#?}");
        assert!(problem.summary.len() <= 60 && !problem.summary.ends_with('.'), "{problem:#?}");
        assert!(!problem.text().contains("secret"), "a password is repeated: {problem:#?}");
        refused.push(problem.attribute.as_deref().expect("an error is at an attribute"));
    }
    refused.sort_unstable();
    assert_eq!(refused, WRONG.map(|(name, _)| name));
}
