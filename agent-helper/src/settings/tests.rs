//! Precedence of sources, and every fault at once.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::time::Duration;

use coder_client::workspace::DEFAULT_CERT_PATH;

use super::stored::{Stored, StoredError};
use super::*;
use crate::cli::{CoordinationArgs, PlaceArgs, ProxyArgs, SetupArgs};
use crate::env::Lookup;

/// An environment that is a table.
#[derive(Default)]
struct Table(BTreeMap<&'static str, OsString>);

impl Table {
    fn with(pairs: &[(&'static str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| (*name, OsString::from(value))).collect())
    }
}

impl Lookup for Table {
    fn raw(&self, name: &str) -> Option<OsString> {
        self.0.get(name).cloned()
    }
}

/// What a set-up decides about one setting that is set in the named sources.
#[track_caller]
fn decided(
    setting: &str,
    flag: Option<&str>,
    pairs: &[(&'static str, &str)],
    kept: Option<&str>,
) -> String {
    let mut env = Table::with(&[
        ("AIBRIDGE_ACCESS_URL", "https://base.example"),
        ("AIBRIDGE_SESSION_TOKEN", "token"),
    ]);
    if setting == "access_url" {
        env.0.remove("AIBRIDGE_ACCESS_URL");
    }
    if setting == "token" {
        env.0.remove("AIBRIDGE_SESSION_TOKEN");
    }
    env.0.extend(pairs.iter().map(|(name, value)| (*name, OsString::from(value))));
    let mut args = SetupArgs::default();
    let mut stored = Stored::default();
    let flag_list = |it: Option<&str>| it.map(str::to_owned).into_iter().collect::<Vec<_>>();
    let text = flag.map(str::to_owned);
    let path = flag.map(PathBuf::from);
    let kept_text = kept.map(str::to_owned);
    match setting {
        "access_url" => (args.proxy.access_url, stored.access_url) = (text, kept_text),
        "proxy_url" => (args.proxy.proxy_url, stored.proxy_url) = (text, kept_text),
        "no_proxy" => (args.proxy.no_proxy, stored.no_proxy) = (flag_list(flag), flag_list(kept)),
        "pin" => (args.ca_pin_sha256, stored.ca_pin_sha256) = (text, kept_text),
        "timeout" => (args.timeout, stored.timeout) = (text, kept_text),
        "sync" => (args.coordination.sync, stored.sync) = (text, kept_text),
        "unit" => (args.coordination.sync_unit, stored.sync_unit) = (text, kept_text),
        "socket" => {
            args.coordination.socket_path = path;
            stored.socket_path = kept.map(PathBuf::from);
        }
        "token" => {
            args.proxy.session_token_file = path;
            stored.session_token_file = kept.map(PathBuf::from);
        }
        "seed" => {
            args.ca_seed_file = path;
            stored.ca_seed_file = kept.map(PathBuf::from);
        }
        "extra" => {
            args.extra_ca_file = path.into_iter().collect();
            stored.extra_ca_files = kept.map(PathBuf::from).into_iter().collect();
        }
        other => panic!("no setting `{other}`"),
    }
    let place = place(&PlaceArgs::default(), &env).unwrap();
    let (coordination, faults) = coordination(&args.coordination, &env, &stored);
    let setup = setup(&args, &env, &stored, (&place, &coordination), faults);
    let setup = match setup {
        Ok(setup) => setup,
        Err(err) => return format!("fault: {err}"),
    };
    match setting {
        "access_url" => setup.access_url.to_string(),
        "proxy_url" => setup.store.proxy_url.unwrap_or_default(),
        "no_proxy" => setup.store.no_proxy.join(","),
        "pin" => setup.pin.map(|it| it.to_string()).unwrap_or_default(),
        "timeout" => duration::format(setup.timeout),
        "sync" => coordination.mode.as_str().to_owned(),
        "unit" => coordination.unit,
        "socket" => coordination.socket_path.display().to_string(),
        "token" => match setup.token {
            TokenSource::File(path) => format!("file {}", path.display()),
            TokenSource::Value(secret) => format!("value {}", secret.expose()),
        },
        "seed" => match setup.seed {
            Some(SeedSource::File(path)) => format!("file {}", path.display()),
            Some(SeedSource::Pem(pem)) => format!("pem {pem}"),
            None => String::new(),
        },
        _ => setup.extra_ca_files.iter().map(|it| it.display().to_string()).collect(),
    }
}

const PIN_A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const PIN_B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const PIN_C: &str = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

/// One setting with a value in each of its sources.
struct Row {
    setting: &'static str,
    variable: &'static str,
    fallback: Option<&'static str>,
    /// Flag, variable, stored, fallback.
    values: [&'static str; 4],
    /// What each of those comes out as, then the default.
    decided: [&'static str; 5],
}
const ROWS: [Row; 12] = [
    Row {
        setting: "access_url",
        variable: "AIBRIDGE_ACCESS_URL",
        fallback: Some("CODER_AGENT_URL"),
        values: [
            "https://flag.example/",
            "https://var.example",
            "https://kept.example",
            "https://agent.example/",
        ],
        decided: [
            "https://flag.example",
            "https://var.example",
            "https://kept.example",
            "https://agent.example",
            "fault: `--access-url`: no access URL",
        ],
    },
    Row {
        setting: "proxy_url",
        variable: "AIBRIDGE_PROXY_URL",
        fallback: None,
        values: ["http://flag:1", "http://var:2", "http://kept:3", ""],
        decided: ["http://flag:1", "http://var:2", "http://kept:3", "", ""],
    },
    Row {
        setting: "no_proxy",
        variable: "AIBRIDGE_NO_PROXY",
        fallback: None,
        values: ["flag, two", "var,,three ", "kept", ""],
        decided: ["flag,two", "var,three", "kept", "", ""],
    },
    Row {
        setting: "pin",
        variable: "AIBRIDGE_CA_PIN_SHA256",
        fallback: None,
        values: [PIN_A, PIN_B, PIN_C, ""],
        decided: [PIN_A, PIN_B, PIN_C, "", ""],
    },
    Row {
        setting: "timeout",
        variable: "AIBRIDGE_TIMEOUT",
        fallback: None,
        values: ["1s", "2s", "3s", ""],
        decided: ["1s", "2s", "3s", "1m", "1m"],
    },
    Row {
        setting: "sync",
        variable: "AIBRIDGE_SYNC",
        fallback: None,
        values: ["off", "required", "off", ""],
        decided: ["off", "required", "off", "auto", "auto"],
    },
    Row {
        setting: "unit",
        variable: "AIBRIDGE_SYNC_UNIT",
        fallback: None,
        values: ["flag", "var", "kept", ""],
        decided: ["flag", "var", "kept", "aibridge-proxy-setup", "aibridge-proxy-setup"],
    },
    Row {
        setting: "socket",
        variable: "-",
        fallback: Some("CODER_AGENT_SOCKET_PATH"),
        values: ["/flag", "", "/kept", "/agent"],
        decided: ["/flag", "/kept", "/kept", "/agent", "/tmp/coder-agent.sock"],
    },
    Row {
        setting: "token",
        variable: "AIBRIDGE_SESSION_TOKEN",
        fallback: Some("CODER_SESSION_TOKEN"),
        values: ["/flag", "var", "/kept", "coder"],
        decided: [
            "file /flag",
            "value var",
            "file /kept",
            "value coder",
            "fault: `AIBRIDGE_SESSION_TOKEN`: no session token",
        ],
    },
    Row {
        setting: "token",
        variable: "AIBRIDGE_SESSION_TOKEN_FILE",
        fallback: Some("CODER_SESSION_TOKEN"),
        values: ["/flag", "/var", "/kept", "coder"],
        decided: [
            "file /flag",
            "file /var",
            "file /kept",
            "value coder",
            "fault: `AIBRIDGE_SESSION_TOKEN`: no session token",
        ],
    },
    Row {
        setting: "seed",
        variable: "AIBRIDGE_CA_SEED",
        fallback: None,
        values: ["/flag", "var", "/kept", ""],
        decided: ["file /flag", "pem var", "file /kept", "", ""],
    },
    Row {
        setting: "extra",
        variable: "AIBRIDGE_EXTRA_CA_FILE",
        fallback: None,
        values: ["/flag", "/var", "/kept", ""],
        decided: ["/flag", "/var", "/kept", "", ""],
    },
];

#[test]
fn each_setting_follows_the_order_of_its_sources() {
    for row in ROWS {
        let [flag, variable, kept, fallback] = row.values;
        let mut pairs = Vec::new();
        if let Some(name) = row.fallback {
            pairs.push((name, fallback));
        }
        let below = pairs.clone();
        pairs.push((row.variable, variable));
        // Every source below the one in question is set as well, and an empty value above
        // it counts as unset.
        let seen = [
            decided(row.setting, Some(flag), &pairs, Some(kept)),
            decided(row.setting, None, &pairs, Some(kept)),
            decided(row.setting, None, &below, Some(kept)),
            decided(row.setting, None, &[&below[..], &[(row.variable, "")]].concat(), Some("")),
            decided(row.setting, Some(""), &[], Some(kept)),
        ];
        assert_eq!(seen, row.decided, "{} from {}", row.setting, row.variable);
    }
}

#[test]
fn a_value_beats_the_file_of_the_same_rank() {
    let both = [("AIBRIDGE_SESSION_TOKEN", "value"), ("AIBRIDGE_SESSION_TOKEN_FILE", "/file")];
    assert_eq!(decided("token", None, &both, None), "value value");
}

#[test]
fn generic_names_are_never_read() {
    let generic = [
        ("ACCESS_URL", "https://evil.example"),
        ("CODER_URL", "https://evil.example"),
        ("SESSION_TOKEN", "evil"),
        ("CERT_PATH", "/evil"),
    ];
    assert_eq!(decided("access_url", None, &generic, None), "fault: `--access-url`: no access URL");
    assert!(decided("token", None, &generic, None).starts_with("fault"));
    let place = place(&PlaceArgs::default(), &Table::with(&generic)).unwrap();
    assert_eq!(place.cert_path, DEFAULT_CERT_PATH);
}

#[test]
fn all_faults_are_reported_at_once() {
    let env = Table::with(&[
        ("AIBRIDGE_ACCESS_URL", "nonsense"),
        ("AIBRIDGE_PROXY_URL", "ftp://x"),
        ("AIBRIDGE_TIMEOUT", "0s"),
        ("AIBRIDGE_CA_PIN_SHA256", "abc"),
        ("AIBRIDGE_SYNC", "perhaps"),
    ]);
    let (stored, args) = (Stored::default(), SetupArgs::default());
    let place = place(&PlaceArgs::default(), &env).unwrap();
    let (coordination, faults) = coordination(&args.coordination, &env, &stored);
    assert_eq!(coordination.mode, SyncMode::Auto);
    let err = setup(&args, &env, &stored, (&place, &coordination), faults).unwrap_err();
    let mut sources: Vec<&str> = err.faults.iter().map(|it| it.source.as_str()).collect();
    sources.sort_unstable();
    assert_eq!(
        sources,
        [
            "`AIBRIDGE_ACCESS_URL`",
            "`AIBRIDGE_CA_PIN_SHA256`",
            "`AIBRIDGE_PROXY_URL`",
            "`AIBRIDGE_SESSION_TOKEN`",
            "`AIBRIDGE_SYNC`",
            "`AIBRIDGE_TIMEOUT`",
        ],
    );
    assert!(err.hint().is_some_and(|it| it.contains("auto, required or off")));
}

#[test]
fn bytes_that_are_no_text_are_a_fault_of_their_variable() {
    let mut env = Table::with(&[("AIBRIDGE_PROXY_URL", "http://proxy:8888")]);
    env.0.insert("AIBRIDGE_SESSION_TOKEN", OsString::from_vec(vec![0xff, 0xfe]));
    let err = tool(&ProxyArgs::default(), &env, &Stored::default(), true).unwrap_err();
    assert_eq!(err.to_string(), "`AIBRIDGE_SESSION_TOKEN`: is not UTF-8");
}

#[test]
fn a_tool_needs_a_proxy_and_a_token_unless_secrets_are_left_out() {
    let (args, stored) = (ProxyArgs::default(), Stored::default());
    let env = Table::with(&[
        ("AIBRIDGE_PROXY_URL", "http://proxy:8888"),
        ("AIBRIDGE_ACCESS_URL", "https://coder.example"),
        ("AIBRIDGE_NO_PROXY", ".internal"),
    ]);
    let tool = tool(&args, &env, &stored, false).unwrap();
    assert_eq!(tool.token, None);
    assert_eq!(tool.no_proxy.to_string(), "localhost,127.0.0.1,::1,coder.example,.internal");
    let err = super::tool(&args, &Table::default(), &stored, true).unwrap_err();
    assert_eq!(err.faults.len(), 2, "{err}");
}

#[test]
fn certificate_paths() {
    #[track_caller]
    fn check(path: &str, expected: Result<&str, &str>) {
        let args = PlaceArgs { cert_path: Some(PathBuf::from(path)) };
        let seen = place(&args, &Table::default());
        let seen = seen.as_ref().map(|it| it.bundle_path.as_str()).map_err(ToString::to_string);
        assert_eq!(seen, expected.map_err(|it| format!("`--cert-path`: {it}")));
    }
    check("/home/u/.ai/ca.pem", Ok("/home/u/.ai/ca-bundle.pem"));
    check("/ca.pem", Ok("/ca-bundle.pem"));
    check("", Ok("/tmp/aibridge-proxy/ca-bundle.pem"));
    check("ca.pem", Err("`ca.pem` is not absolute"));
    check("/a/b/", Err("`/a/b/` names a folder"));
    check("/a/..", Err("`/a/..` names a folder"));
    check("/a/status.json", Err("`/a/status.json` has a name that the helper needs for itself"));
}

#[test]
fn what_is_stored_reads_back_and_holds_no_secret() {
    let args = SetupArgs {
        coordination: CoordinationArgs { sync: Some("off".to_owned()), ..Default::default() },
        timeout: Some("5s".to_owned()),
        ..Default::default()
    };
    let env = Table::with(&[
        ("CODER_AGENT_URL", "https://agent.example"),
        ("AIBRIDGE_SESSION_TOKEN", "s3cret"),
        ("AIBRIDGE_PROXY_URL", "http://proxy:8888"),
    ]);
    let place = place(&PlaceArgs::default(), &env).unwrap();
    let (coordination, faults) = coordination(&args.coordination, &env, &Stored::default());
    let setup = setup(&args, &env, &Stored::default(), (&place, &coordination), faults).unwrap();
    assert_eq!(setup.timeout, Duration::from_secs(5));
    let json = setup.store.to_json().unwrap();
    let text = String::from_utf8(json.clone()).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("agent.example"), "{text}");
    assert_eq!(Stored::parse(&json).unwrap(), setup.store);
    assert!(setup.store.is_of_another("/tmp/other.pem", "aibridge-proxy-setup"));
    assert!(setup.store.is_of_another(DEFAULT_CERT_PATH, "other"));
    assert!(!setup.store.is_of_another(DEFAULT_CERT_PATH, "aibridge-proxy-setup"));
}

#[test]
fn stored_settings_of_another_form_are_not_guessed_at() {
    assert!(matches!(Stored::parse(b"{\"version\":2}"), Err(StoredError::OtherVersion(2))));
    assert!(matches!(Stored::parse(b"{\"version\":"), Err(StoredError::Malformed(_))));
    assert!(matches!(Stored::parse(b"[]"), Err(StoredError::OtherVersion(0))));
    assert_eq!(Stored::parse(b"{\"version\":1,\"later\":true}").unwrap().version, 1);
}
