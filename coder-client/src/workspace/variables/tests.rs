//! The whole list of variables, as a tool sees it.

use expect_test::expect;
use settings::Secret;

use super::{proxy, trust};
use crate::workspace::Files;

#[test]
fn appending_variables_name_the_ca_and_replacing_ones_the_bundle() {
    let lines: Vec<String> = trust("/d/ca.pem", "/d/bundle.pem", "localhost,::1")
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    expect![[r#"
        AWS_CA_BUNDLE=/d/bundle.pem
        CARGO_HTTP_CAINFO=/d/bundle.pem
        CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE=/d/bundle.pem
        CODEX_CA_CERTIFICATE=/d/bundle.pem
        CURL_CA_BUNDLE=/d/bundle.pem
        DENO_CERT=/d/ca.pem
        GIT_PROXY_SSL_CAINFO=/d/bundle.pem
        GIT_SSL_CAINFO=/d/bundle.pem
        GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=/d/bundle.pem
        NIX_SSL_CERT_FILE=/d/bundle.pem
        NODE_EXTRA_CA_CERTS=/d/ca.pem
        NODE_USE_ENV_PROXY=1
        NO_PROXY=localhost,::1
        PIP_CERT=/d/bundle.pem
        REQUESTS_CA_BUNDLE=/d/bundle.pem
        SSL_CERT_FILE=/d/bundle.pem
        no_proxy=localhost,::1
        npm_config_cafile=/d/bundle.pem"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn only_tls_traffic_is_sent_to_the_proxy() {
    let variables = proxy(&Secret::new("http://coder:t@p:8888"));
    assert_eq!(variables.keys().copied().collect::<Vec<_>>(), ["HTTPS_PROXY", "https_proxy"]);
    assert!(variables.values().all(|it| it.expose() == "http://coder:t@p:8888"));
    let trust = trust("/c", "/b", "");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "SSL_CERT_DIR"] {
        assert!(!trust.contains_key(name) && !variables.contains_key(name), "{name}");
    }
}

#[test]
fn appending_variables_name_the_file_of_extra_cas_where_there_are_any() {
    for (has_extra_cas, expected) in [(false, "/d/ca-cert.pem"), (true, "/d/ca-extra.pem")] {
        let trust = trust(Files::beside("/d/ca-cert.pem").appended_path(has_extra_cas), "/b", "");
        for name in ["DENO_CERT", "NODE_EXTRA_CA_CERTS"] {
            assert_eq!(trust[name], expected, "{name}");
        }
        assert_eq!(trust["SSL_CERT_FILE"], "/b");
    }
}
