//! The text of the scripts.

use super::*;
use crate::validators;

fn bootstrap() -> Bootstrap {
    Bootstrap {
        helper: HelperSource::Release,
        cert_path: "/tmp/aibridge-proxy/ca-cert.pem".into(),
        bundle_path: "/tmp/aibridge-proxy/ca-bundle.pem".into(),
        unit: Some("aibridge-proxy-setup".into()),
        is_prebuild: false,
    }
}

fn setup() -> Setup {
    Setup {
        bootstrap: bootstrap(),
        access_url: Some("https://coder.example.com".into()),
        proxy_url: "http://proxy.example.com:8888".into(),
        pin: None,
        no_proxy: vec![],
        extra_ca: None,
        sync: "auto".into(),
        sync_unit: "aibridge-proxy-setup".into(),
    }
}

/// The command that the script ends with.
fn command(script: &str) -> &str {
    script.rsplit_once("\nexec ").map(|(_, command)| command).unwrap_or_default()
}

#[test]
fn setup_script_passes_every_setting_as_a_quoted_flag() {
    let settings = Setup {
        pin: Some("ab".into()),
        no_proxy: vec!["git.internal".into(), "it's".into()],
        ..setup()
    };
    expect_test::expect![[r#"
        "$AIBRIDGE_AGENT_BIN" setup \
          --access-url 'https://coder.example.com' \
          --proxy-url 'http://proxy.example.com:8888' \
          --cert-path '/tmp/aibridge-proxy/ca-cert.pem' \
          --ca-pin-sha256 'ab' \
          --no-proxy 'git.internal' \
          --no-proxy 'it'\''s' \
          --sync 'auto' \
          --sync-unit 'aibridge-proxy-setup' \
          --extra-ca-file ''
    "#]]
    .assert_eq(command(&setup_script(&settings)));
}

#[test]
fn refresh_script_passes_the_flags_of_the_setup_script() {
    let settings = Setup { no_proxy: vec!["a".into()], extra_ca: Some("PEM".into()), ..setup() };
    assert_eq!(
        command(&refresh_script(&settings)),
        command(&setup_script(&settings)).replacen("setup", "refresh", 1)
    );
}

#[test]
fn only_the_setup_script_passes_prebuild() {
    let mut settings = setup();
    settings.bootstrap.is_prebuild = true;
    assert!(command(&setup_script(&settings)).contains("--prebuild"));
    assert!(!command(&refresh_script(&settings)).contains("--prebuild"));
}

#[test]
fn setup_and_refresh_scripts_begin_with_the_bootstrap_script() {
    let role = |name: &str| {
        bootstrap_script(&bootstrap())
            .replace("aibridge_role='bootstrap'", &format!("aibridge_role='{name}'"))
    };
    assert!(setup_script(&setup()).starts_with(&role("setup")));
    assert!(refresh_script(&setup()).starts_with(&role("refresh")));
}

#[test]
fn same_settings_give_the_same_script() {
    assert_eq!(setup_script(&setup()), setup_script(&setup()));
}

#[test]
fn scripts_stay_far_below_the_limit_of_an_argument() {
    let len = setup_script(&setup()).len();
    assert!(len < 16 * 1024, "{len} bytes");
}

/// Linux's `MAX_ARG_STRLEN`, the closing zero included.
const MAX_ARGUMENT: usize = 128 * 1024;

#[test]
fn scripts_of_the_largest_inputs_stay_below_the_limit_of_an_argument() {
    let line = format!("{}\n", "A".repeat(64));
    let (begin, end) = ("-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n");
    let lines = (validators::MAX_PEM - begin.len() - end.len()) / line.len();
    let pem = format!("{begin}{}{end}", line.repeat(lines));
    // Entries as short as can be, and one that quotes make four times as long.
    for entry in ["a".to_owned(), "'".repeat(1_000)] {
        let count = validators::MAX_NO_PROXY / no_proxy_len([entry.as_str()]);
        let mut settings = Setup {
            pin: Some("ab".repeat(32)),
            no_proxy: vec![entry; count],
            extra_ca: Some(pem.clone()),
            ..setup()
        };
        settings.bootstrap.is_prebuild = true;
        let len = setup_script(&settings).len().max(refresh_script(&settings).len());
        assert!(len > validators::MAX_PEM + validators::MAX_NO_PROXY * 7 / 8, "{len} bytes");
        assert!(len < MAX_ARGUMENT - 16 * 1024, "{len} bytes");
    }
}

#[test]
fn a_line_break_in_a_setting_cannot_become_a_command() {
    let settings = Bootstrap { cert_path: "/tmp/a\n'; reboot; '/ca.pem".into(), ..bootstrap() };
    assert!(
        bootstrap_script(&settings)
            .contains("aibridge_cert_path='/tmp/a\n'\\''; reboot; '\\''/ca.pem'\n")
    );
}
