//! What the scripts say, and that they say nothing else.

use super::*;

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
fn setup_passes_every_setting_as_a_quoted_flag() {
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
fn refresh_passes_the_same_flags_as_setup() {
    let settings = Setup { no_proxy: vec!["a".into()], extra_ca: Some("PEM".into()), ..setup() };
    assert_eq!(
        command(&refresh_script(&settings)),
        command(&setup_script(&settings)).replacen("setup", "refresh", 1)
    );
}

#[test]
fn only_setup_is_told_of_a_prebuild() {
    let mut settings = setup();
    settings.bootstrap.is_prebuild = true;
    assert!(command(&setup_script(&settings)).contains("--prebuild"));
    assert!(!command(&refresh_script(&settings)).contains("--prebuild"));
}

#[test]
fn setup_and_refresh_begin_with_the_bootstrap_of_their_role() {
    let role = |name: &str| {
        bootstrap_script(&bootstrap())
            .replace("aibridge_role='bootstrap'", &format!("aibridge_role='{name}'"))
    };
    assert!(setup_script(&setup()).starts_with(&role("setup")));
    assert!(refresh_script(&setup()).starts_with(&role("refresh")));
}

#[test]
fn the_same_settings_give_the_same_text() {
    assert_eq!(setup_script(&setup()), setup_script(&setup()));
}

#[test]
fn scripts_stay_far_below_the_limit_of_an_argument() {
    let len = setup_script(&setup()).len();
    assert!(len < 16 * 1024, "{len} bytes");
}

#[test]
fn a_line_break_in_a_setting_cannot_become_a_command() {
    let settings = Bootstrap { cert_path: "/tmp/a\n'; reboot; '/ca.pem".into(), ..bootstrap() };
    assert!(
        bootstrap_script(&settings)
            .contains("aibridge_cert_path='/tmp/a\n'\\''; reboot; '\\''/ca.pem'\n")
    );
}
