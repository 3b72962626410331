//! What commands take from the settings. The order of sources is tested with
//! [`settings::Reader`]; here each setting must use it with its own names.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use coder_client::workspace::{DEFAULT_CERT_PATH, Files};
use settings::{Faults, Lookup, duration};

use super::stored::{Stored, StoredError};
use super::*;
use crate::cli::{CoordinationArgs, PlaceArgs, ProxyArgs, SetupArgs};

type Table = BTreeMap<&'static str, OsString>;

fn table(pairs: &[(&'static str, &str)]) -> Table {
    pairs.iter().map(|(name, value)| (*name, OsString::from(value))).collect()
}

fn config(args: &SetupArgs, env: &dyn Lookup, stored: &Stored) -> Config {
    let flags = Flags {
        coordination: &args.coordination,
        proxy: &args.proxy,
        ca: &args.ca,
        timeout: args.timeout.as_deref(),
    };
    Config::read(flags, env, stored)
}

/// One setting with a value in each of its sources.
struct Row {
    setting: &'static str,
    variable: &'static str,
    fallback: &'static str,
    /// Values of flag, variable, file and fallback.
    values: [&'static str; 4],
    /// What a set-up takes from each of those, then without any.
    taken: [&'static str; 5],
}

impl Row {
    /// What a set-up takes if the setting has a value in these sources.
    fn taken(&self, flag: Option<&str>, env: &Table, stored: Option<&str>) -> String {
        let mut args = SetupArgs::default();
        let mut file = Stored::default();
        let text = flag.map(str::to_owned);
        let path = flag.map(PathBuf::from);
        let stored_text = stored.map(str::to_owned);
        let stored_path = stored.map(PathBuf::from);
        let list = |it: Option<&str>| it.map(str::to_owned).into_iter().collect();
        match self.setting {
            "access_url" => (args.proxy.access_url, file.access_url) = (text, stored_text),
            "proxy_url" => (args.proxy.proxy_url, file.proxy_url) = (text, stored_text),
            "no_proxy" => (args.proxy.no_proxy, file.no_proxy) = (list(flag), list(stored)),
            "pin" => (args.ca.ca_pin_sha256, file.ca_pin_sha256) = (text, stored_text),
            "timeout" => (args.timeout, file.timeout) = (text, stored_text),
            "sync" => (args.coordination.sync, file.sync) = (text, stored_text),
            "unit" => (args.coordination.sync_unit, file.sync_unit) = (text, stored_text),
            "socket" => (args.coordination.socket_path, file.socket_path) = (path, stored_path),
            "token" => {
                (args.proxy.session_token_file, file.session_token_file) = (path, stored_path);
            }
            "seed" => (args.ca.ca_seed_file, file.ca_seed_file) = (path, stored_path),
            "extra" => {
                args.ca.extra_ca_file = path.into_iter().collect();
                file.extra_ca_files = stored_path.into_iter().collect();
            }
            other => panic!("no setting `{other}`"),
        }
        let config = config(&args, env, &file);
        let coordination = config.coordination.decided();
        let text = match self.setting {
            "access_url" => config.tool.access_url.value().map(ToString::to_string),
            "proxy_url" => config.tool.proxy_url.value().map(ToString::to_string),
            "no_proxy" => config.tool.no_proxy.value().map(|it| it.join(",")),
            "pin" => config.ca.pin.value().map(ToString::to_string),
            "timeout" => Some(duration::format(config.timeout())),
            "sync" => Some(coordination.mode.as_str().to_owned()),
            "unit" => Some(coordination.unit),
            "socket" => Some(coordination.socket_path.display().to_string()),
            "token" => config.tool.token.value().map(|it| match it {
                TokenSource::File(path) => format!("file {}", path.display()),
                TokenSource::Value(secret) => format!("value {}", secret.expose()),
            }),
            "seed" => config.ca.seed.value().map(|it| match it {
                SeedSource::File(path) => format!("file {}", path.display()),
                SeedSource::Pem(pem) => format!("pem {pem}"),
            }),
            _ => config.ca.extra_ca_files.value().map(|it| it[0].display().to_string()),
        };
        text.unwrap_or_default()
    }
}

const PIN_A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const PIN_B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const PIN_C: &str = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

const fn row(
    setting: &'static str,
    variable: &'static str,
    fallback: &'static str,
    values: [&'static str; 4],
    taken: [&'static str; 5],
) -> Row {
    Row { setting, variable, fallback, values, taken }
}

#[rustfmt::skip]
const ROWS: [Row; 12] = [
    row("access_url", "AIBRIDGE_ACCESS_URL", "CODER_AGENT_URL",
        ["https://flag.ex/", "https://var.ex", "https://kept.ex", "https://agent.ex/"],
        ["https://flag.ex", "https://var.ex", "https://kept.ex", "https://agent.ex", ""]),
    row("proxy_url", "AIBRIDGE_PROXY_URL", "-",
        ["http://flag:1", "http://var:2", "http://kept:3", ""],
        ["http://flag:1", "http://var:2", "http://kept:3", "", ""]),
    row("no_proxy", "AIBRIDGE_NO_PROXY", "-",
        ["flag, two", "var,,three ", "kept", ""],
        ["flag,two", "var,three", "kept", "", ""]),
    row("pin", "AIBRIDGE_CA_PIN_SHA256", "-",
        [PIN_A, PIN_B, PIN_C, ""],
        [PIN_A, PIN_B, PIN_C, "", ""]),
    row("timeout", "AIBRIDGE_TIMEOUT", "-", ["1s", "2s", "3s", ""], ["1s", "2s", "3s", "1m", "1m"]),
    row("sync", "AIBRIDGE_SYNC", "-",
        ["off", "required", "off", ""],
        ["off", "required", "off", "auto", "auto"]),
    row("unit", "AIBRIDGE_SYNC_UNIT", "-",
        ["flag", "var", "kept", ""],
        ["flag", "var", "kept", "aibridge-proxy-setup", "aibridge-proxy-setup"]),
    row("socket", "-", "CODER_AGENT_SOCKET_PATH",
        ["/flag", "", "/kept", "/agent"],
        ["/flag", "/kept", "/kept", "/agent", "/tmp/coder-agent.sock"]),
    row("token", "AIBRIDGE_SESSION_TOKEN", "CODER_SESSION_TOKEN",
        ["/flag", "var", "/kept", "coder"],
        ["file /flag", "value var", "file /kept", "value coder", ""]),
    row("token", "AIBRIDGE_SESSION_TOKEN_FILE", "CODER_SESSION_TOKEN",
        ["/flag", "/var", "/kept", "coder"],
        ["file /flag", "file /var", "file /kept", "value coder", ""]),
    row("seed", "AIBRIDGE_CA_SEED", "-",
        ["/flag", "var", "/kept", ""],
        ["file /flag", "pem var", "file /kept", "", ""]),
    row("extra", "AIBRIDGE_EXTRA_CA_FILE", "-",
        ["/flag", "/var", "/kept", ""],
        ["/flag", "/var", "/kept", "", ""]),
];

#[test]
fn each_setting_is_read_from_its_own_names() {
    for row in ROWS {
        let [flag, variable, stored, fallback] = row.values;
        let below = table(&[(row.fallback, fallback)]);
        let all = table(&[(row.fallback, fallback), (row.variable, variable)]);
        // Every source below the one in question has a value as well.
        let taken = [
            row.taken(Some(flag), &all, Some(stored)),
            row.taken(None, &all, Some(stored)),
            row.taken(None, &below, Some(stored)),
            row.taken(None, &below, None),
            row.taken(Some(""), &Table::new(), Some(stored)),
        ];
        assert_eq!(taken, row.taken, "{} from {}", row.setting, row.variable);
    }
}

#[test]
fn session_token_in_a_variable_wins_over_the_file_in_a_variable() {
    let env =
        table(&[("AIBRIDGE_SESSION_TOKEN", "value"), ("AIBRIDGE_SESSION_TOKEN_FILE", "/file")]);
    assert_eq!(ROWS[8].taken(None, &env, None), "value value");
}

#[test]
fn variables_with_generic_names_are_never_read() {
    let generic = table(&[
        ("ACCESS_URL", "https://evil.example"),
        ("CODER_URL", "https://evil.example"),
        ("SESSION_TOKEN", "evil"),
        ("CERT_PATH", "/evil"),
    ]);
    assert_eq!(ROWS[0].taken(None, &generic, None), "");
    assert_eq!(ROWS[8].taken(None, &generic, None), "");
    assert_eq!(place(&PlaceArgs::default(), &generic).unwrap().cert_path, DEFAULT_CERT_PATH);
}

#[test]
fn setup_reports_every_wrong_and_missing_setting_at_once() {
    let env = table(&[
        ("AIBRIDGE_ACCESS_URL", "nonsense"),
        ("AIBRIDGE_PROXY_URL", "ftp://x"),
        ("AIBRIDGE_TIMEOUT", "0s"),
        ("AIBRIDGE_CA_PIN_SHA256", "abc"),
        ("AIBRIDGE_SYNC", "perhaps"),
        ("AIBRIDGE_CERT_PATH", "ca.pem"),
    ]);
    let args = SetupArgs::default();
    let config = config(&args, &env, &Stored::default());
    // Coordination and timeout go on with their defaults.
    assert_eq!(config.coordination.decided().mode, SyncMode::Auto);
    assert_eq!(duration::format(config.timeout()), "1m");
    let mut faults = Faults::default();
    faults.add(place(&args.place, &env).unwrap_err());
    let err = config.setup(faults).unwrap_err();
    let sources: Vec<&str> = err.faults.iter().map(|it| it.source.as_str()).collect();
    assert_eq!(
        sources,
        [
            "`AIBRIDGE_CERT_PATH`",
            "`AIBRIDGE_SYNC`",
            "`AIBRIDGE_ACCESS_URL`",
            "`AIBRIDGE_SESSION_TOKEN`",
            "`AIBRIDGE_PROXY_URL`",
            "`AIBRIDGE_CA_PIN_SHA256`",
            "`AIBRIDGE_TIMEOUT`",
        ],
    );
    assert!(err.to_string().contains("`AIBRIDGE_SYNC`: unknown coordination mode `perhaps`; "));
    assert!(err.hint().unwrap().contains("expected `auto`, `required` or `off`"));
}

#[test]
fn wrong_settings_are_replaced_by_the_defaults_of_the_table() {
    let env = table(&[("AIBRIDGE_TIMEOUT", "0s"), ("AIBRIDGE_SYNC", "perhaps")]);
    let config = config(&SetupArgs::default(), &env, &Stored::default());
    assert_eq!(
        Some(config.timeout()),
        specs::TIMEOUT.default.map(|it| duration::parse(it).unwrap())
    );
    assert_eq!(Some(config.coordination.decided().mode.as_str()), specs::SYNC.default);
    assert_eq!(Some(&*config.coordination.decided().unit), specs::SYNC_UNIT.default);
    let place = place(&PlaceArgs::default(), &Table::new()).unwrap();
    assert_eq!(Some(&*place.cert_path), specs::CERT_PATH.default);
}

#[test]
fn coordination_variables_that_are_not_utf8_are_faults_and_the_stored_values_hold() {
    let bytes = || OsString::from_vec(vec![0xff, 0xfe]);
    let env = Table::from([("AIBRIDGE_SYNC_UNIT", bytes()), ("AIBRIDGE_SYNC", bytes())]);
    let stored = Stored {
        sync_unit: Some("kept".to_owned()),
        sync: Some("required".to_owned()),
        ..Default::default()
    };
    let read = CoordinationSettings::read(&CoordinationArgs::default(), &env, &stored);
    assert_eq!(read.faults().count(), 2);
    let decided = read.decided();
    assert_eq!((&*decided.unit, decided.mode), ("kept", SyncMode::Required));
    // An empty flag hides the stored value.
    let args = CoordinationArgs { sync_unit: Some(String::new()), ..Default::default() };
    let decided = CoordinationSettings::read(&args, &env, &stored).decided();
    assert_eq!(Some(&*decided.unit), specs::SYNC_UNIT.default);
}

#[test]
fn stored_pin_and_timeout_hold_where_their_variables_are_not_utf8() {
    let bytes = || OsString::from_vec(vec![0xff, 0xfe]);
    let env = Table::from([("AIBRIDGE_CA_PIN_SHA256", bytes()), ("AIBRIDGE_TIMEOUT", bytes())]);
    let pin = "5f".repeat(32);
    let stored = Stored {
        ca_pin_sha256: Some(pin.clone()),
        timeout: Some("7s".to_owned()),
        ..Default::default()
    };
    let config = config(&SetupArgs::default(), &env, &stored);
    assert_eq!((config.ca.pin.value(), config.ca.pin.fault().is_some()), (None, true));
    assert_eq!(config.ca.pin.usable().map(ToString::to_string), Some(pin));
    assert_eq!(config.timeout(), Duration::from_secs(7));
}

#[test]
fn setup_needs_access_url_and_token_and_no_proxy_url() {
    let (args, stored) = (SetupArgs::default(), Stored::default());
    let err = config(&args, &Table::new(), &stored).setup(Faults::default()).unwrap_err();
    assert_eq!(
        err.to_string(),
        "`--access-url`: no access URL; `AIBRIDGE_SESSION_TOKEN`: no session token",
    );
    assert!(err.hint().unwrap().starts_with("pass `--access-url` or set `AIBRIDGE_ACCESS_URL`; "));
    let env = table(&[
        ("AIBRIDGE_ACCESS_URL", "https://coder.example"),
        ("AIBRIDGE_SESSION_TOKEN", "token"),
    ]);
    assert!(config(&args, &env, &stored).setup(Faults::default()).is_ok());
}

#[test]
fn tool_needs_a_proxy_and_a_token_unless_secrets_are_left_out() {
    let (args, stored) = (ProxyArgs::default(), Stored::default());
    let env = table(&[
        ("AIBRIDGE_PROXY_URL", "http://proxy:8888"),
        ("AIBRIDGE_ACCESS_URL", "https://coder.example"),
        ("AIBRIDGE_NO_PROXY", ".internal"),
        ("NO_PROXY", "own"),
        // A fault of a setting that a tool does not need.
        ("AIBRIDGE_CA_PIN_SHA256", "abc"),
    ]);
    let settings = ToolSettings::read(&args, &env, &stored);
    assert_eq!(
        settings.tool().unwrap().no_proxy.to_string(),
        "own,localhost,127.0.0.1,::1,coder.example,.internal",
    );
    assert_eq!(settings.tool_with_token().unwrap_err().faults.len(), 1);
    let err = ToolSettings::read(&args, &Table::new(), &stored).tool_with_token().unwrap_err();
    assert_eq!(err.faults.len(), 2, "{err}");
}

#[test]
fn session_token_that_is_not_utf8_is_a_fault_of_its_variable() {
    let mut env = table(&[("AIBRIDGE_PROXY_URL", "http://proxy:8888")]);
    env.insert("AIBRIDGE_SESSION_TOKEN", OsString::from_vec(vec![0xff, 0xfe]));
    let settings = ToolSettings::read(&ProxyArgs::default(), &env, &Stored::default());
    let err = settings.tool_with_token().unwrap_err();
    assert_eq!(err.to_string(), "`AIBRIDGE_SESSION_TOKEN`: the value is not UTF-8");
}

#[test]
fn certificate_path_is_absolute_and_no_other_file_of_the_helper() {
    let rows = [
        ("/home/u/.ai/ca.pem", Ok("/home/u/.ai/ca-bundle.pem")),
        ("/ca.pem", Ok("/ca-bundle.pem")),
        ("", Ok("/tmp/aibridge-proxy/ca-bundle.pem")),
        ("ca.pem", Err("`ca.pem` is not absolute")),
        ("/a/b/", Err("`/a/b/` names a folder")),
        ("/a/..", Err("`/a/..` names a folder")),
        (
            "/a/status.json",
            Err("`/a/status.json` has a name that is reserved for another file of the helper"),
        ),
    ];
    for (path, expected) in rows {
        let args = PlaceArgs { cert_path: Some(PathBuf::from(path)) };
        let seen = place(&args, &Table::new());
        let seen = seen.as_ref().map(|it| it.bundle_path.as_str()).map_err(|it| it.text());
        assert_eq!(seen, expected.map_err(|it| format!("`--cert-path`: {it}")));
    }
}

#[test]
fn stored_settings_read_back_and_hold_no_secret() {
    let args = SetupArgs {
        coordination: CoordinationArgs { sync: Some("off".to_owned()), ..Default::default() },
        timeout: Some("90s".to_owned()),
        ..Default::default()
    };
    let env = table(&[
        ("CODER_AGENT_URL", "https://agent.example"),
        ("CODER_AGENT_SOCKET_PATH", "/agent.sock"),
        ("AIBRIDGE_SESSION_TOKEN", "s3cret"),
        ("AIBRIDGE_PROXY_URL", "http://proxy:8888"),
    ]);
    let stored = config(&args, &env, &Stored::default()).to_stored(&Files::beside("/ai/ca.pem"));
    let json = stored.to_json().unwrap();
    let text = String::from_utf8(json.clone()).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("agent"), "{text}");
    assert_eq!(Stored::parse(&json).unwrap(), stored);
    // As it was written.
    assert_eq!((stored.timeout.as_deref(), stored.sync.as_deref()), (Some("90s"), Some("off")));
    assert!(stored.is_of_another("/tmp/other.pem", "aibridge-proxy-setup"));
    assert!(stored.is_of_another("/ai/ca.pem", "other"));
    assert!(!stored.is_of_another("/ai/ca.pem", "aibridge-proxy-setup"));
}

#[test]
fn stored_settings_of_another_version_are_refused() {
    assert!(matches!(Stored::parse(b"{\"version\":2}"), Err(StoredError::OtherVersion(2))));
    assert!(matches!(Stored::parse(b"{\"version\":"), Err(StoredError::Malformed(_))));
    assert!(matches!(Stored::parse(b"[]"), Err(StoredError::OtherVersion(0))));
    assert_eq!(Stored::parse(b"{\"version\":1,\"later\":true}").unwrap().version, 1);
}
