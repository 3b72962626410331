//! Examples and pages of what the provider has.

use super::*;
use crate::tidy::findings;

#[track_caller]
fn check_files(source: &str, example: &str, page: &str) {
    let files = |others: &[&str]| {
        let below = source.replace(".rs", "/tests.rs");
        let all = [&[source, &below], others].concat();
        findings(check, &all.into_iter().map(|it| (it, "")).collect::<Vec<_>>())
    };
    let missing = |file: &str| format!("{source}: `{file}` is missing");
    assert_eq!(files(&[]), [missing(example), missing(page)]);
    assert_eq!(files(&[example]), [missing(page)]);
    assert_eq!(files(&[page]), [missing(example)]);
    assert_eq!(files(&[example, page]), [""; 0]);
}

#[test]
fn tidy_refuses_an_object_without_example_or_page() {
    check_files(
        "provider/src/resources/aibridge_proxy.rs",
        "examples/resources/aibridge_proxy/resource.tf",
        "docs/resources/proxy.md",
    );
    check_files(
        "provider/src/data_sources/aibridge_deployment.rs",
        "examples/data-sources/aibridge_deployment/data-source.tf",
        "docs/data-sources/deployment.md",
    );
    check_files(
        "provider/src/ephemeral_resources/aibridge_proxy_auth.rs",
        "examples/ephemeral-resources/aibridge_proxy_auth/ephemeral-resource.tf",
        "docs/ephemeral-resources/proxy_auth.md",
    );
    check_files(
        "provider/src/functions/proxy_env.rs",
        "examples/functions/proxy_env/function.tf",
        "docs/functions/proxy_env.md",
    );
}

#[test]
fn tidy_accepts_a_source_named_without_the_prefix_of_its_type() {
    check_files(
        "provider/src/resources/proxy.rs",
        "examples/resources/aibridge_proxy/resource.tf",
        "docs/resources/proxy.md",
    );
}
