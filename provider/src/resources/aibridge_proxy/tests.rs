//! Plan rules: which values are known when, and what a change changes.

use std::collections::BTreeMap;

use coder_client::access_url::AccessUrl;
use tfplugin::diag::{Diagnostics, Severity};
use tfplugin::model::{Attr, Model};

use super::*;
use crate::config;
use crate::env::ENV_CODER_BUILD_ID;
use crate::parsed::{Parse, Token};

const HERE: &str = "https://coder.example.com";
const OTHER: &str = "https://other.example.com";
const CA: [&str; 4] = ["ca_cert_not_after", "ca_cert_pem", "ca_cert_sha256", "ca_cert_subject"];

/// What a case changes in a configuration or a state.
type Change = fn(&mut ProxyModel);

fn set<T: Parse>(text: &str) -> Attr<Parsed<T>> {
    Attr::Known(Parsed::parse(text).unwrap())
}

fn token(text: &str) -> Attr<Token> {
    Attr::Known(Token::parse(text).unwrap())
}

fn hosts(entries: &[&str]) -> Attr<Vec<Attr<String>>> {
    Attr::Known(entries.iter().map(|it| (*it).into()).collect())
}

/// A provider whose block has these values, outside a Coder build or inside one.
fn client_in(
    is_build: bool,
    access_url: Attr<Parsed<AccessUrl>>,
    session_token: Attr<Token>,
) -> Client {
    let block = crate::Block { access_url, session_token, ..crate::Block::default() };
    let lookup = |name: &str| (is_build && name == ENV_CODER_BUILD_ID).then(|| "0".to_owned());
    Client::new(config::resolve(block, lookup).unwrap()).unwrap()
}

fn client(access_url: Attr<Parsed<AccessUrl>>, session_token: Attr<Token>) -> Client {
    client_in(false, access_url, session_token)
}

fn minimal() -> ProxyModel {
    ProxyModel { proxy_url: set("https://proxy.example.com:8443"), ..ProxyModel::default() }
}

/// A configuration that needs no setting of the provider.
fn complete() -> ProxyModel {
    ProxyModel { access_url: set(HERE), session_token: token("tok%en/1"), ..minimal() }
}

/// `complete()` after `change`.
fn with(change: impl FnOnce(&mut ProxyModel)) -> ProxyModel {
    let mut model = complete();
    change(&mut model);
    model
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
    let unknown = attributes.iter().filter(|(_, it)| !it.is_wholly_known());
    unknown.map(|(name, _)| name.clone()).collect()
}

#[test]
fn resource_model_fits_its_schema() {
    assert_eq!(ProxyModel::faults(&schema::schema()), []);
}

#[test]
fn create_plans_all_values_but_id_and_certificate() {
    let model = planned(None, &complete(), None);
    assert_eq!(unknown(&model), [&CA[..], &["id"]].concat());
    let auth_url = model.proxy_auth_url.as_known().unwrap().expose();
    assert_eq!(auth_url, "https://coder:tok%25en%2F1@proxy.example.com:8443");
    assert_eq!(model.cert_path.as_known().unwrap().text(), "/tmp/aibridge-proxy/ca-cert.pem");
    assert_eq!(model.bundle_path.as_str(), Some("/tmp/aibridge-proxy/ca-bundle.pem"));
    assert_eq!(model.status_path.as_str(), Some("/tmp/aibridge-proxy/status.json"));
    assert_eq!(model.sync_unit.as_known().unwrap().text(), "aibridge-proxy-setup");
    let list = ["localhost", "127.0.0.1", "::1", "coder.example.com"];
    assert_eq!(model.no_proxy_effective, hosts(&list));
}

#[test]
fn env_is_trust_env_with_the_proxy_url() {
    let extra = fakes::ca::TestCa::new("company").pem();
    for (config, appended) in [
        (complete(), "ca-cert.pem"),
        (with(|it| it.extra_ca_certificates = set(&extra)), "ca-extra.pem"),
    ] {
        let model = planned(None, &config, None);
        let trust = model.trust_env.as_known().unwrap();
        let mut expected: BTreeMap<_, _> =
            trust.iter().map(|(name, it)| (name.as_str(), it.as_str().unwrap())).collect();
        for (name, file) in [
            ("DENO_CERT", appended),
            ("NODE_EXTRA_CA_CERTS", appended),
            ("SSL_CERT_FILE", "ca-bundle.pem"),
        ] {
            assert_eq!(expected[name], format!("/tmp/aibridge-proxy/{file}"), "{name}");
        }
        let auth_url = model.proxy_auth_url.as_known().unwrap().expose();
        for name in ["HTTPS_PROXY", "https_proxy"] {
            assert_eq!(expected.insert(name, auth_url), None, "{name}");
        }
        let env = model.env.as_known().unwrap().iter();
        let env = env.map(|(name, it)| (name.as_str(), it.as_known().unwrap().expose()));
        assert_eq!(env.collect::<BTreeMap<_, _>>(), expected);
    }
}

#[test]
fn a_value_is_unknown_only_if_one_of_its_inputs_is() {
    let unconfigured = client(Attr::Unknown, Attr::Unknown);
    let configured = client(set(HERE), token("t"));
    let of_provider = [
        "env",
        "no_proxy_effective",
        "proxy_auth_url",
        "refresh_script",
        "setup_script",
        "trust_env",
    ];
    for (config, client, expected) in [
        (
            with(|it| it.proxy_url = Attr::Unknown),
            None,
            &["env", "proxy_auth_url", "proxy_url", "refresh_script", "setup_script"][..],
        ),
        (
            with(|it| it.session_token = Attr::Unknown),
            None,
            &["env", "proxy_auth_url", "session_token"],
        ),
        (with(|it| it.agent_id = Attr::Unknown), None, &["agent_id"]),
        (
            with(|it| it.no_proxy = Attr::Known(vec!["a".into(), Attr::Unknown])),
            None,
            &[
                "env",
                "no_proxy",
                "no_proxy_effective",
                "refresh_script",
                "setup_script",
                "trust_env",
            ],
        ),
        (minimal(), None, &of_provider),
        (minimal(), Some(&unconfigured), &of_provider),
        (minimal(), Some(&configured), &[]),
    ] {
        let mut model = planned(None, &config, client);
        model.id = Attr::Null;
        model.set_ca(CaAttributes::none());
        assert_eq!(unknown(&model), expected);
    }
}

#[test]
fn certificate_is_unknown_only_if_apply_may_fetch_it() {
    let configured = client(Attr::Null, token("t"));
    let without_token = client(set(HERE), Attr::Null);
    let unconfigured = client(Attr::Unknown, Attr::Unknown);
    for (config, client, expected) in [
        (complete(), None, true),
        (with(|it| it.ca_fetch = Requirement::Required.into()), None, true),
        (with(|it| it.ca_fetch = Attr::Unknown), None, true),
        (with(|it| it.ca_fetch = Requirement::Off.into()), None, false),
        (with(|it| it.session_token = token("")), None, false),
        (with(|it| it.session_token = Attr::Unknown), None, true),
        (minimal(), Some(&configured), false),
        (minimal(), Some(&without_token), false),
        (minimal(), Some(&unconfigured), true),
    ] {
        let ca = if expected { CaAttributes::unknown() } else { CaAttributes::none() };
        assert_eq!(planned(None, &config, client).ca(), ca, "{config:?}");
    }
}

#[test]
fn plan_without_a_change_is_empty() {
    let config = complete();
    let state = stored(&config);
    assert_eq!(planned(Some(&state), &config, None), state);
    // A rotated certificate, as a read stores it, changes nothing that is planned.
    let mut rotated = state;
    rotated.ca_cert_pem = "another".into();
    assert_eq!(planned(Some(&rotated), &config, None), rotated);
}

#[test]
fn a_new_token_updates_urls_and_leaves_scripts() {
    let config = |text: &str| with(|it| it.session_token = token(text));
    let (before, after) = (client(set(HERE), token("old")), client(set(HERE), token("new")));
    for (state, config, client) in [
        (stored(&config("old")), config("new"), None),
        (planned(None, &minimal(), Some(&before)), minimal(), Some(&after)),
    ] {
        let mut state = state;
        state.id = "0123".into();
        state.set_ca(CaAttributes::none());
        let model = planned(Some(&state), &config, client);
        assert_eq!(unknown(&model), CA);
        assert_eq!(model.id, state.id);
        assert_eq!(model.setup_script, state.setup_script);
        assert_eq!(model.bootstrap_script, state.bootstrap_script);
        assert_ne!(model.proxy_auth_url, state.proxy_auth_url);
    }
}

#[test]
fn an_update_without_a_fetch_keeps_a_certificate_that_still_fits() {
    let [kept, dropped, unknown] = [Some(true), Some(false), None];
    let cases: [(Change, Option<bool>); 14] = [
        (|_| (), kept),
        (|it| it.ca_pin_sha256 = set(&"AB".repeat(32)), kept),
        (|it| it.ca_pin_sha256 = set(&"cd".repeat(32)), dropped),
        (|it| it.ca_fetch = Requirement::Off.into(), dropped),
        (|it| it.access_url = set(OTHER), dropped),
        (|it| it.access_url = set("https://coder.example.com/"), kept),
        (|it| it.access_url = set("https://coder.example.com:444"), dropped),
        (|it| it.proxy_url = set(OTHER), dropped),
        (|it| it.no_proxy = hosts(&["git.example.com"]), kept),
        (|it| it.access_url = Attr::Unknown, unknown),
        (|it| it.proxy_url = Attr::Unknown, unknown),
        (|it| it.ca_fetch = Attr::Unknown, unknown),
        (|it| it.ca_pin_sha256 = Attr::Unknown, unknown),
        // One condition that is known to fail is enough.
        (|it| (it.access_url, it.proxy_url) = (set(OTHER), Attr::Unknown), dropped),
    ];
    let state = stored(&complete());
    for (change, expected) in cases {
        let mut config = with(|it| it.session_token = token(""));
        change(&mut config);
        let expected = match expected {
            Some(true) => state.ca(),
            Some(false) => CaAttributes::none(),
            None => CaAttributes::unknown(),
        };
        assert_eq!(planned(Some(&state), &config, None).ca(), expected, "{config:?}");
    }
}

#[test]
fn a_certificate_is_kept_wherever_the_same_access_url_is_configured() {
    let [here, other] = [HERE, OTHER].map(|it| client(set(it), token("")));
    let none = client(Attr::Null, token(""));
    let of_provider = |entries| ProxyModel { no_proxy: hosts(entries), ..minimal() };
    let own = |access_url: &str, entries| ProxyModel {
        access_url: set(access_url),
        ..of_provider(entries)
    };
    for (before, client, after, after_client, is_kept) in [
        (of_provider(&[]), &here, of_provider(&["a"]), &here, true),
        (of_provider(&["a"]), &here, of_provider(&[]), &here, true),
        (of_provider(&[]), &here, of_provider(&["a"]), &other, false),
        // Moved into the resource and back.
        (of_provider(&[]), &here, own(HERE, &[]), &none, true),
        (of_provider(&["a"]), &here, own(HERE, &["b"]), &other, true),
        (of_provider(&[]), &here, own(OTHER, &[]), &here, false),
        (own(HERE, &[]), &other, of_provider(&["a"]), &here, true),
        (own(HERE, &[]), &other, of_provider(&[]), &other, false),
        // A configured entry is not the deployment's host.
        (of_provider(&["other.example.com"]), &here, of_provider(&[]), &other, false),
        (of_provider(&["other.example.com"]), &here, own(OTHER, &[]), &here, false),
        (of_provider(&["b", "Coder.example.com"]), &here, of_provider(&["b"]), &here, true),
        // Without an access URL it is not known whose certificate it is.
        (of_provider(&[]), &here, of_provider(&["a"]), &none, false),
        (of_provider(&[]), &none, of_provider(&["a"]), &here, false),
        (of_provider(&[]), &none, of_provider(&["a"]), &none, false),
    ] {
        let mut state = planned(None, &before, Some(client));
        state.set_ca(stored(&complete()).ca());
        let expected = if is_kept { state.ca() } else { CaAttributes::none() };
        // Another user name, so that every case is an update.
        let config = ProxyModel { username: "another".into(), ..after };
        assert_eq!(planned(Some(&state), &config, Some(after_client)).ca(), expected, "{config:?}");
    }
}

#[test]
fn a_known_value_stays_when_more_becomes_known() {
    let before = with(|it| (it.agent_id, it.session_token) = (Attr::Unknown, Attr::Unknown));
    let first = planned(None, &before, None).into_object();
    let second = planned(None, &complete(), None).into_object();
    for (name, value) in first.as_object().unwrap() {
        if value.is_wholly_known() {
            assert_eq!(Some(value), second.get(name), "{name}");
        }
    }
}

#[test]
fn scripts_do_not_contain_the_token() {
    let config = with(|it| it.session_token = token("marked-token"));
    let model = planned(None, &config, None);
    for script in [&model.bootstrap_script, &model.setup_script, &model.refresh_script] {
        assert!(!script.as_str().unwrap().contains("marked-token"));
    }
}

#[test]
fn plan_reports_a_missing_token_and_a_missing_access_url() {
    use Severity::{Error, Warning};
    let none = client(Attr::Null, Attr::Null);
    let only_token = client(Attr::Null, token("t"));
    let fetching = |ca_fetch: Requirement| ProxyModel { ca_fetch: ca_fetch.into(), ..minimal() };
    for (config, client, expected) in [
        (complete(), None, &[][..]),
        (minimal(), None, &[]),
        (with(|it| it.session_token = token("")), None, &[(Warning, "session_token")]),
        (minimal(), Some(&none), &[(Warning, "session_token"), (Warning, "access_url")]),
        (fetching(Requirement::Required), Some(&only_token), &[(Error, "access_url")]),
        (fetching(Requirement::Off), Some(&only_token), &[]),
    ] {
        let mut diags = Diagnostics::new();
        plan::report(Inputs { model: &config, client }, &mut diags);
        let found = diags.iter().map(|it| (it.severity, it.path.to_string()));
        let expected = expected.iter().map(|(severity, path)| (*severity, (*path).to_owned()));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{config:?}");
    }
}

#[test]
fn read_sends_the_provider_token_to_its_own_deployment_only() {
    let object = |change: Change| {
        let mut state = stored(&with(|it| it.session_token = token("stored")));
        change(&mut state);
        state
    };
    let here = "https://coder.example.com/";
    // The change to the stored object; whether it is a Coder build; access URL and token of
    // the provider; the token that is sent.
    let cases: [(Change, bool, [Option<&str>; 3]); 15] = [
        (|_| (), false, [Some(HERE), Some("live"), Some("live")]),
        (|_| (), false, [Some(here), Some("live"), Some("live")]),
        (|_| (), false, [Some(OTHER), Some("other"), Some("stored")]),
        (|_| (), false, [Some(HERE), Some(""), Some("stored")]),
        (|_| (), false, [Some(HERE), None, Some("stored")]),
        // A Coder build has a new token or none: the stored one is never sent.
        (|_| (), true, [Some(HERE), Some("live"), Some("live")]),
        (|_| (), true, [Some(OTHER), Some("other"), None]),
        (|_| (), true, [Some(HERE), Some(""), None]),
        (|_| (), true, [Some(HERE), None, None]),
        // An empty token of the resource hides the provider's, as at plan and apply.
        (|it| it.session_token = token(""), false, [Some(HERE), Some("live"), None]),
        (|it| it.session_token = token(""), true, [Some(HERE), Some("live"), None]),
        (|it| it.ca_fetch = Requirement::Off.into(), false, [Some(HERE), Some("live"), None]),
        (|it| it.session_token = Attr::Null, false, [Some(HERE), Some("live"), Some("live")]),
        (|it| it.session_token = Attr::Null, false, [Some(OTHER), Some("other"), None]),
        (|it| it.session_token = Attr::Null, false, [None, Some("other"), None]),
    ];
    for (at, (change, is_build, [access_url, live, expected])) in cases.into_iter().enumerate() {
        let live = live.map_or(Attr::Null, token);
        let client = client_in(is_build, access_url.map_or(Attr::Null, set), live);
        let state = object(change);
        let target = Inputs { model: &state, client: Some(&client) }.read_target();
        assert_eq!(target.as_ref().map(|it| it.token.expose()), expected, "case {at}");
    }
}

#[test]
fn extra_certificates_are_passed_on_without_comments() {
    let [first, second] = ["root", "listener"].map(|it| fakes::ca::TestCa::new(it).pem());
    let windows = first.replace('\n', "\r\n");
    let pem = format!("# Company root\r\n{windows}text\n{}", second.trim_end());
    let config = with(|it| it.extra_ca_certificates = set(&pem));
    let inputs = Inputs { model: &config, client: None };
    assert_eq!(inputs.extra_ca(), Ok(Some(format!("{first}{second}"))));
}

#[test]
fn new_ids_have_32_characters_and_are_different() {
    assert_ne!(new_id(), new_id());
    assert_eq!(new_id().len(), 32);
}

#[test]
fn timeouts_have_the_documented_defaults() {
    let none = Attr::Null;
    let defaults = [LIMITS.of_create(&none), LIMITS.of_read(&none), LIMITS.of_update(&none)];
    assert_eq!(defaults.map(|it| it.as_secs()), [10, 5, 10]);
    assert_eq!(crate::connection::READ_LIMITS.of_read(&none).as_secs(), 10);
}
