//! Plan rules: what is known when, and what a change changes.

use std::collections::BTreeMap;

use tfplugin::diag::{Diagnostics, Severity};
use tfplugin::model::{Attr, Model, Sensitive};

use super::*;
use crate::config;
use crate::env::ENV_CODER_BUILD_ID;
use crate::reading;

const ACCESS_URL: &str = "https://coder.example.com";

fn client(access_url: Attr<String>, session_token: Attr<Sensitive>) -> Client {
    let block = crate::Block { access_url, session_token, ..crate::Block::default() };
    Client::new(config::settle(block, |_| None).unwrap()).unwrap()
}

/// The same inside a Coder build.
fn build_client(access_url: Attr<String>, session_token: Attr<Sensitive>) -> Client {
    let block = crate::Block { access_url, session_token, ..crate::Block::default() };
    let build = |name: &str| (name == ENV_CODER_BUILD_ID).then(|| "0".to_owned());
    Client::new(config::settle(block, build).unwrap()).unwrap()
}

fn token(text: &str) -> Attr<Sensitive> {
    Attr::Known(Sensitive::new(text))
}

fn minimal() -> ProxyModel {
    ProxyModel { proxy_url: "https://proxy.example.com:8443".into(), ..ProxyModel::default() }
}

/// A configuration that needs nothing of the provider.
fn complete() -> ProxyModel {
    ProxyModel { access_url: ACCESS_URL.into(), session_token: token("tok en/1"), ..minimal() }
}

fn planned(prior: Option<&ProxyModel>, config: &ProxyModel, client: Option<&Client>) -> ProxyModel {
    let mut planned = config.clone();
    plan::plan(prior, Inputs { model: config, client }, &mut planned);
    planned
}

/// The object after a create that fetched a certificate.
fn stored(config: &ProxyModel) -> ProxyModel {
    let mut state = planned(None, config, None);
    state.id = "0123".into();
    state.set_ca(CaAttributes {
        not_after: "2030-01-01T00:00:00Z".into(),
        pem: "PEM".into(),
        sha256: "ab".repeat(32).into(),
        subject: "CN=Test".into(),
    });
    state
}

/// Names of the attributes that are unknown.
fn unknown(model: &ProxyModel) -> Vec<String> {
    let object = model.clone().into_object();
    let attributes = object.as_object().unwrap();
    attributes
        .iter()
        .filter(|(_, it)| !it.is_wholly_known())
        .map(|(name, _)| name.clone())
        .collect()
}

const CA: [&str; 4] = ["ca_cert_not_after", "ca_cert_pem", "ca_cert_sha256", "ca_cert_subject"];

#[test]
fn model_fits_schema() {
    assert_eq!(ProxyModel::faults(&schema::schema()), []);
}

#[test]
fn create_knows_all_but_id_and_certificate() {
    let model = planned(None, &complete(), None);
    assert_eq!(unknown(&model), [&CA[..], &["id"]].concat());
    let auth_url = model.proxy_auth_url.as_known().unwrap().expose();
    assert_eq!(auth_url, "https://coder:tok%20en%2F1@proxy.example.com:8443");
    assert_eq!(model.cert_path.as_str(), Some("/tmp/aibridge-proxy/ca-cert.pem"));
    assert_eq!(model.bundle_path.as_str(), Some("/tmp/aibridge-proxy/ca-bundle.pem"));
    assert_eq!(model.status_path.as_str(), Some("/tmp/aibridge-proxy/status.json"));
    assert_eq!(model.sync_unit.as_str(), Some("aibridge-proxy-setup"));
    let list: Vec<_> =
        model.no_proxy_effective.as_known().unwrap().iter().map(Attr::as_str).collect();
    let list: Vec<_> = list.into_iter().flatten().collect();
    assert_eq!(list, ["localhost", "127.0.0.1", "::1", "coder.example.com"]);
}

#[test]
fn env_is_trust_env_and_the_proxy() {
    let model = planned(None, &complete(), None);
    let mut expected: BTreeMap<_, _> = model
        .trust_env
        .as_known()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    assert!(!expected.contains_key("HTTPS_PROXY"));
    for name in ["HTTPS_PROXY", "https_proxy"] {
        let url = model.proxy_auth_url.as_known().unwrap().expose();
        expected.insert(name.to_owned(), url.to_owned());
    }
    let env: BTreeMap<_, _> = model
        .env
        .as_known()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_known().unwrap().expose().to_owned()))
        .collect();
    assert_eq!(env, expected);
    assert_eq!(env["NODE_EXTRA_CA_CERTS"], "/tmp/aibridge-proxy/ca-cert.pem");
    assert_eq!(env["SSL_CERT_FILE"], "/tmp/aibridge-proxy/ca-bundle.pem");
}

#[test]
fn with_extra_certificates_appending_variables_get_them_beside_the_ca() {
    let extra = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let config = ProxyModel { extra_ca_certificates: extra.into(), ..complete() };
    let model = planned(None, &config, None);
    let trust = model.trust_env.as_known().unwrap();
    for name in ["DENO_CERT", "NODE_EXTRA_CA_CERTS"] {
        assert_eq!(trust[name].as_str(), Some("/tmp/aibridge-proxy/ca-extra.pem"), "{name}");
    }
    assert_eq!(trust["SSL_CERT_FILE"].as_str(), Some("/tmp/aibridge-proxy/ca-bundle.pem"));
    assert_eq!(model.cert_path.as_str(), Some("/tmp/aibridge-proxy/ca-cert.pem"));
}

#[test]
fn what_depends_on_something_unknown_is_unknown() {
    let check = |config: ProxyModel, client: Option<&Client>, expected: &[&str]| {
        let mut model = planned(None, &config, client);
        model.id = Attr::Null;
        model.set_ca(CaAttributes::none());
        assert_eq!(unknown(&model), expected);
    };
    let scripts = ["refresh_script", "setup_script"];
    check(
        ProxyModel { proxy_url: Attr::Unknown, ..complete() },
        None,
        &[&["env", "proxy_auth_url", "proxy_url"], &scripts[..]].concat(),
    );
    check(
        ProxyModel { session_token: Attr::Unknown, ..complete() },
        None,
        &["env", "proxy_auth_url", "session_token"],
    );
    check(ProxyModel { agent_id: Attr::Unknown, ..complete() }, None, &["agent_id"]);
    check(
        ProxyModel { no_proxy: Attr::Known(vec!["a".into(), Attr::Unknown]), ..complete() },
        None,
        &["env", "no_proxy", "no_proxy_effective", "refresh_script", "setup_script", "trust_env"],
    );
    // The provider's settings fill the gaps, known or not.
    let open = client(Attr::Unknown, Attr::Unknown);
    for client in [None, Some(&open)] {
        check(
            minimal(),
            client,
            &[
                "env",
                "no_proxy_effective",
                "proxy_auth_url",
                "refresh_script",
                "setup_script",
                "trust_env",
            ],
        );
    }
    check(minimal(), Some(&client(ACCESS_URL.into(), token("t"))), &[]);
}

#[test]
fn certificate_is_unknown_only_if_a_fetch_may_happen() {
    let check = |config: &ProxyModel, client: Option<&Client>, expected: bool| {
        let model = planned(None, config, client);
        let ca = if expected { CaAttributes::unknown() } else { CaAttributes::none() };
        assert_eq!(model.ca(), ca);
    };
    check(&complete(), None, true);
    check(&ProxyModel { ca_fetch: "required".into(), ..complete() }, None, true);
    check(&ProxyModel { ca_fetch: Attr::Unknown, ..complete() }, None, true);
    check(&ProxyModel { ca_fetch: "off".into(), ..complete() }, None, false);
    check(&ProxyModel { session_token: token(""), ..complete() }, None, false);
    check(&ProxyModel { session_token: Attr::Unknown, ..complete() }, None, true);
    check(&minimal(), Some(&client(Attr::Null, token("t"))), false);
    check(&minimal(), Some(&client(ACCESS_URL.into(), Attr::Null)), false);
    check(&minimal(), Some(&client(Attr::Unknown, Attr::Unknown)), true);
}

#[test]
fn without_change_the_plan_is_empty() {
    let config = complete();
    let state = stored(&config);
    assert_eq!(planned(Some(&state), &config, None), state);
    // A rotated certificate, as a read stores it, changes nothing that is planned.
    let mut rotated = state;
    rotated.ca_cert_pem = "another".into();
    assert_eq!(planned(Some(&rotated), &config, None), rotated);
}

#[test]
fn a_new_token_is_an_update_that_leaves_the_scripts() {
    let state = stored(&complete());
    let model =
        planned(Some(&state), &ProxyModel { session_token: token("new"), ..complete() }, None);
    assert_eq!(unknown(&model), CA);
    assert_eq!(model.id, state.id);
    assert_eq!(model.setup_script, state.setup_script);
    assert_eq!(model.bootstrap_script, state.bootstrap_script);
    assert_ne!(model.proxy_auth_url, state.proxy_auth_url);
}

#[test]
fn a_new_token_of_the_provider_is_an_update_too() {
    let before = client(ACCESS_URL.into(), token("old"));
    let mut state = planned(None, &minimal(), Some(&before));
    state.id = "0123".into();
    state.set_ca(CaAttributes::none());
    assert_eq!(planned(Some(&state), &minimal(), Some(&before)), state);
    let after = client(ACCESS_URL.into(), token("new"));
    assert_eq!(unknown(&planned(Some(&state), &minimal(), Some(&after))), CA);
}

fn hosts(entries: &[&str]) -> Attr<Vec<Attr<String>>> {
    Attr::Known(entries.iter().map(|it| (*it).into()).collect())
}

#[test]
fn a_certificate_that_still_fits_survives_an_update_without_fetch() {
    let check = |config: ProxyModel, is_kept: bool| {
        let state = stored(&complete());
        let config = ProxyModel { session_token: token(""), ..config };
        let expected = if is_kept { state.ca() } else { CaAttributes::none() };
        assert_eq!(planned(Some(&state), &config, None).ca(), expected, "{config:?}");
    };
    check(complete(), true);
    check(ProxyModel { ca_pin_sha256: "AB".repeat(32).into(), ..complete() }, true);
    check(ProxyModel { ca_pin_sha256: "cd".repeat(32).into(), ..complete() }, false);
    check(ProxyModel { ca_fetch: "off".into(), ..complete() }, false);
    check(ProxyModel { access_url: "https://other.example.com".into(), ..complete() }, false);
    check(ProxyModel { access_url: "https://coder.example.com/".into(), ..complete() }, true);
    check(ProxyModel { access_url: "https://coder.example.com:444".into(), ..complete() }, false);
    check(ProxyModel { proxy_url: "https://other.example.com".into(), ..complete() }, false);
    check(ProxyModel { no_proxy: hosts(&["git.example.com"]), ..complete() }, true);
}

#[test]
fn a_certificate_survives_wherever_the_same_access_url_comes_from() {
    const OTHER: &str = "https://other.example.com";
    let [here, other] = [ACCESS_URL, OTHER].map(|it| client(it.into(), token("")));
    let nowhere = client(Attr::Null, token(""));
    let in_block = |entries| ProxyModel { no_proxy: hosts(entries), ..minimal() };
    let own = |access_url: &str, entries| ProxyModel {
        access_url: access_url.into(),
        ..in_block(entries)
    };
    for (before, client, after, after_client, is_kept) in [
        (in_block(&[]), &here, in_block(&["a"]), &here, true),
        (in_block(&["a"]), &here, in_block(&[]), &here, true),
        (in_block(&[]), &here, in_block(&["a"]), &other, false),
        // Moved into the resource and back.
        (in_block(&[]), &here, own(ACCESS_URL, &[]), &nowhere, true),
        (in_block(&["a"]), &here, own(ACCESS_URL, &["b"]), &other, true),
        (in_block(&[]), &here, own(OTHER, &[]), &here, false),
        (own(ACCESS_URL, &[]), &other, in_block(&["a"]), &here, true),
        (own(ACCESS_URL, &[]), &other, in_block(&[]), &other, false),
        // An entry of the user is not the host.
        (in_block(&["other.example.com"]), &here, in_block(&[]), &other, false),
        (in_block(&["other.example.com"]), &here, own(OTHER, &[]), &other, false),
        (in_block(&["b", "Coder.example.com"]), &here, in_block(&["b"]), &here, true),
        // Without one nothing says whose it is.
        (in_block(&[]), &here, in_block(&["a"]), &nowhere, false),
        (in_block(&[]), &nowhere, in_block(&["a"]), &here, false),
        (in_block(&[]), &nowhere, in_block(&["a"]), &nowhere, false),
    ] {
        let mut state = planned(None, &before, Some(client));
        state.set_ca(stored(&complete()).ca());
        let expected = if is_kept { state.ca() } else { CaAttributes::none() };
        // Whatever else is as before, something is to be done.
        let config = ProxyModel { username: "another".into(), ..after };
        assert_eq!(planned(Some(&state), &config, Some(after_client)).ca(), expected, "{config:?}");
    }
}

#[test]
fn whether_a_certificate_is_kept_is_unknown_while_its_reasons_are() {
    let state = stored(&complete());
    let check = |config: ProxyModel, expected: CaAttributes| {
        let config = ProxyModel { session_token: token(""), ..config };
        assert_eq!(planned(Some(&state), &config, None).ca(), expected, "{config:?}");
    };
    check(ProxyModel { access_url: Attr::Unknown, ..complete() }, CaAttributes::unknown());
    check(ProxyModel { proxy_url: Attr::Unknown, ..complete() }, CaAttributes::unknown());
    check(ProxyModel { ca_fetch: Attr::Unknown, ..complete() }, CaAttributes::unknown());
    check(ProxyModel { ca_pin_sha256: Attr::Unknown, ..complete() }, CaAttributes::unknown());
    let other = "https://other.example.com";
    let config = ProxyModel { access_url: other.into(), proxy_url: Attr::Unknown, ..complete() };
    check(config, CaAttributes::none());
}

#[test]
fn what_was_known_stays_when_more_is_known() {
    let before = ProxyModel { agent_id: Attr::Unknown, session_token: Attr::Unknown, ..complete() };
    let first = planned(None, &before, None).into_object();
    let second = planned(None, &complete(), None).into_object();
    for (name, value) in first.as_object().unwrap() {
        if value.is_wholly_known() {
            assert_eq!(Some(value), second.get(name), "{name}");
        }
    }
}

#[test]
fn no_script_holds_the_token() {
    let config = ProxyModel { session_token: token("marked-token"), ..complete() };
    let model = planned(None, &config, None);
    for script in [&model.bootstrap_script, &model.setup_script, &model.refresh_script] {
        assert!(!script.as_str().unwrap().contains("marked-token"));
    }
}

#[track_caller]
fn check_report(config: &ProxyModel, client: Option<&Client>, expected: &[(Severity, &str)]) {
    let mut diags = Diagnostics::new();
    plan::report(Inputs { model: config, client }, &mut diags);
    let found: Vec<_> = diags.iter().map(|it| (it.severity, it.path.to_string())).collect();
    let found: Vec<_> = found.iter().map(|(severity, path)| (*severity, path.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn says_what_is_missing() {
    use Severity::{Error, Warning};
    check_report(&complete(), None, &[]);
    check_report(&minimal(), None, &[]);
    let empty = ProxyModel { session_token: token(""), ..complete() };
    check_report(&empty, None, &[(Warning, "session_token")]);
    let nothing = client(Attr::Null, Attr::Null);
    check_report(
        &minimal(),
        Some(&nothing),
        &[(Warning, "session_token"), (Warning, "access_url")],
    );
    let required = ProxyModel { ca_fetch: "required".into(), ..minimal() };
    let only_token = client(Attr::Null, token("t"));
    check_report(&required, Some(&only_token), &[(Error, "access_url")]);
    let off = ProxyModel { ca_fetch: "off".into(), ..minimal() };
    check_report(&off, Some(&only_token), &[]);
}

#[test]
fn a_read_uses_the_live_token_for_its_own_deployment_only() {
    let check = |state: &ProxyModel, client: &Client, expected: Option<&str>| {
        let target = Inputs { model: state, client: Some(client) }.read_target();
        assert_eq!(target.as_ref().map(|it| it.token.expose()), expected);
    };
    let stored = stored(&ProxyModel { session_token: token("dead"), ..complete() });
    check(&stored, &client(ACCESS_URL.into(), token("live")), Some("live"));
    check(&stored, &client("https://coder.example.com/".into(), token("live")), Some("live"));
    check(&stored, &client("https://other.example.com".into(), token("other")), Some("dead"));
    check(&stored, &client(ACCESS_URL.into(), token("")), Some("dead"));
    check(&stored, &client(ACCESS_URL.into(), Attr::Null), Some("dead"));
    // A build has a new token or none: the stored one is never tried.
    check(&stored, &build_client(ACCESS_URL.into(), token("live")), Some("live"));
    check(&stored, &build_client("https://other.example.com".into(), token("other")), None);
    check(&stored, &build_client(ACCESS_URL.into(), token("")), None);
    check(&stored, &build_client(ACCESS_URL.into(), Attr::Null), None);
    // An empty one of the resource hides the provider's, as for plan and apply.
    let hiding = ProxyModel { session_token: token(""), ..stored.clone() };
    check(&hiding, &client(ACCESS_URL.into(), token("live")), None);
    check(&hiding, &build_client(ACCESS_URL.into(), token("live")), None);
    let off = ProxyModel { ca_fetch: "off".into(), ..stored.clone() };
    check(&off, &client(ACCESS_URL.into(), token("live")), None);
    let without = ProxyModel { session_token: Attr::Null, ..stored };
    check(&without, &client(ACCESS_URL.into(), Attr::Null), None);
    check(&without, &client(ACCESS_URL.into(), token("live")), Some("live"));
    check(&without, &client("https://other.example.com".into(), token("other")), None);
    check(&without, &client(Attr::Null, token("other")), None);
}

#[test]
fn extra_certificates_travel_without_comments() {
    let pem = "# Company root\r\n-----BEGIN CERTIFICATE-----\r\nAAAA\r\n\
         -----END CERTIFICATE-----\r\n\
               text\n-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----";
    let config = ProxyModel { extra_ca_certificates: pem.into(), ..complete() };
    let inputs = Inputs { model: &config, client: None };
    assert_eq!(
        inputs.extra_ca().unwrap().unwrap(),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n\
         -----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n"
    );
}

#[test]
fn ids_differ() {
    assert_ne!(new_id(), new_id());
    assert_eq!(new_id().len(), 32);
}

/// As the pages say.
#[test]
fn deadlines_have_defaults() {
    let config = minimal();
    let inputs = Inputs { model: &config, client: None };
    let limits = [inputs.create_limit(), inputs.read_limit(), inputs.update_limit()];
    assert_eq!(limits.map(|it| it.as_secs_f64()), [10.0, 5.0, 10.0]);
    assert_eq!(reading::limit(&Attr::Null).as_secs_f64(), 10.0);
}
