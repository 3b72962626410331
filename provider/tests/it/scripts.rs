//! The scripts under real shells: each way to a helper, each way of not getting one.

mod sandbox;
mod server;

use provider::scripts::{
    Bootstrap, Download, HelperSource, Setup, bootstrap_script, refresh_script, setup_script,
};
use sandbox::{HELPER, Run, Sandbox, sha256, shells};
use server::Server;

/// Prints the helper that the bootstrap left behind.
const SHOW: &str = "\nprintf 'helper=%s\\n' \"$AIBRIDGE_AGENT_BIN\"\n";

#[track_caller]
fn each_shell(test: impl Fn(&Sandbox)) {
    for shell in shells() {
        test(&Sandbox::new(&shell));
    }
}

fn bootstrap(sandbox: &Sandbox, helper: HelperSource) -> Bootstrap {
    Bootstrap {
        helper,
        cert_path: sandbox.path("proxy/ca-cert.pem"),
        bundle_path: sandbox.path("proxy/ca-bundle.pem"),
        unit: Some("aibridge-proxy-setup".into()),
        is_prebuild: false,
    }
}

fn download(url: String, sha256: String) -> HelperSource {
    let one = Download { url, sha256 };
    let platforms = ["linux_amd64", "linux_arm64", "linux_armv7"];
    HelperSource::Platforms(platforms.map(|name| (name.to_owned(), one.clone())).into())
}

fn shown(run: &Run) -> &str {
    run.stdout.trim().strip_prefix("helper=").unwrap_or_else(|| panic!("no helper: {run:?}"))
}

/// Asserts that the script failed because of the helper and released everybody.
#[track_caller]
fn assert_failed(sandbox: &Sandbox, run: &Run, why: &str) {
    assert_eq!(run.code, 22, "{run:?}");
    assert!(run.stdout.contains("AI Bridge Proxy setup failed: "), "{run:?}");
    assert!(run.stdout.contains(why), "{run:?}");
    assert!(run.stderr.contains("put aibridge-agent"), "{run:?}");
    let status = sandbox.status().unwrap_or_else(|| panic!("no status: {run:?}"));
    assert_eq!(status["version"], 1);
    assert_eq!(status["outcome"], "failed");
    assert_eq!(status["cert_path"], sandbox.path("proxy/ca-cert.pem").as_str());
    assert_eq!(status["bundle_path"], sandbox.path("proxy/ca-bundle.pem").as_str());
    assert_eq!(status["error"]["class"], "helper");
    assert_eq!(status["error"]["exit_code"], 22);
    assert!(status["error"]["message"].as_str().unwrap().contains(why), "{status}");
    assert_eq!(
        sandbox.coder_calls(),
        [
            "exp sync status aibridge-proxy-setup",
            "exp sync start --timeout 10s aibridge-proxy-setup",
            "exp sync complete aibridge-proxy-setup",
        ]
    );
}

#[test]
fn takes_the_configured_path_and_no_other() {
    each_shell(|sandbox| {
        let baked = sandbox.program("opt/agent", HELPER);
        sandbox.program("bin/aibridge-agent", HELPER);
        let settings = bootstrap(sandbox, HelperSource::Path(baked.clone()));
        let run = sandbox.run(&(bootstrap_script(&settings) + SHOW));
        assert_eq!(shown(&run), baked);

        let settings = bootstrap(sandbox, HelperSource::Path("/nowhere/agent".into()));
        sandbox.coder();
        let run = sandbox.run(&bootstrap_script(&settings));
        assert_failed(sandbox, &run, "no aibridge-agent that runs at /nowhere/agent");
    });
}

#[test]
fn looks_in_path_then_script_bin_dir_then_home() {
    each_shell(|sandbox| {
        let script = bootstrap_script(&bootstrap(sandbox, HelperSource::Release)) + SHOW;
        for place in ["home/.local/bin", "script-bin", "bin"] {
            let helper = sandbox.program(&format!("{place}/aibridge-agent"), HELPER);
            assert_eq!(shown(&sandbox.run(&script)), helper);
        }
    });
}

#[test]
fn passes_over_a_helper_that_does_not_run() {
    each_shell(|sandbox| {
        sandbox.program("bin/aibridge-agent", "#!/bin/sh\nexit 126\n");
        let good = sandbox.program("home/.local/bin/aibridge-agent", HELPER);
        let script = bootstrap_script(&bootstrap(sandbox, HelperSource::Release)) + SHOW;
        assert_eq!(shown(&sandbox.run(&script)), good);
    });
}

#[test]
fn refuses_the_release_without_checksums_in_words() {
    each_shell(|sandbox| {
        sandbox.coder();
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, HelperSource::Release)));
        assert_failed(sandbox, &run, "this build of the provider knows no checksums for version ");
    });
}

#[test]
fn says_which_platform_has_no_download() {
    each_shell(|sandbox| {
        sandbox.coder();
        sandbox.program("bin/uname", "#!/bin/sh\n[ \"$1\" = -s ] && echo SunOS || echo sparc\n");
        let helper = download("http://127.0.0.1:1/agent".into(), sha256(HELPER));
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, helper)));
        assert_failed(sandbox, &run, "no download for SunOS_sparc (helper.platforms does not");
    });
}

#[test]
fn names_platforms_as_releases_do() {
    for (machine, platform) in [
        ("x86_64", "linux_amd64"),
        ("amd64", "linux_amd64"),
        ("aarch64", "linux_arm64"),
        ("arm64", "linux_arm64"),
        ("armv7l", "linux_armv7"),
        ("armv8l", "linux_armv7"),
        ("riscv64", "linux_riscv64"),
    ] {
        each_shell(|sandbox| {
            let uname = format!("#!/bin/sh\n[ \"$1\" = -s ] && echo Linux || echo {machine}\n");
            sandbox.program("bin/uname", &uname);
            let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, HelperSource::Release)));
            assert!(run.stdout.contains(&format!("no download for {platform} ")), "{run:?}");
        });
    }
}

#[test]
fn downloads_checks_and_installs_with_each_tool() {
    let busybox = sandbox::has_busybox().then_some("busybox");
    for downloader in ["curl", "wget"].into_iter().chain(busybox) {
        for digest in ["sha256sum", "shasum", "openssl"].into_iter().chain(busybox) {
            for lock in [&["flock"][..], &[]] {
                each_shell(|sandbox| {
                    let tools = [&[downloader, digest][..], lock].concat();
                    sandbox.restrict(&tools);
                    let server = Server::start(HELPER, HELPER.len());
                    let helper = download(server.url(), sha256(HELPER));
                    let script = bootstrap_script(&bootstrap(sandbox, helper)) + SHOW;
                    let installed = sandbox.path("script-bin/aibridge-agent");

                    assert_eq!(shown(&sandbox.run(&script)), installed);
                    assert_eq!(std::fs::read_to_string(&installed).unwrap(), HELPER);
                    assert_eq!(shown(&sandbox.run(&script)), installed, "found the second time");
                    assert_eq!(server.requests(), 1);
                    sandbox.assert_only("script-bin", &["aibridge-agent", ".aibridge-agent.lock"]);
                });
            }
        }
    }
}

#[test]
fn installs_under_home_without_a_script_folder() {
    each_shell(|sandbox| {
        let server = Server::start(HELPER, HELPER.len());
        let helper = download(server.url(), sha256(HELPER));
        let script = bootstrap_script(&bootstrap(sandbox, helper)) + SHOW;
        let run = sandbox.run_with(&script, &[("CODER_SCRIPT_BIN_DIR", None)]);
        assert_eq!(shown(&run), sandbox.path("home/.local/bin/aibridge-agent"));
    });
}

#[test]
fn replaces_an_installed_helper_of_another_release() {
    each_shell(|sandbox| {
        sandbox.program("script-bin/aibridge-agent", "#!/bin/sh\n: old\n");
        let server = Server::start(HELPER, HELPER.len());
        let helper = download(server.url(), sha256(HELPER));
        let script = bootstrap_script(&bootstrap(sandbox, helper)) + SHOW;
        let path = format!("{}:{}", sandbox.path("script-bin"), sandbox.search_path());
        let installed = sandbox.path("script-bin/aibridge-agent");
        assert_eq!(shown(&sandbox.run_with(&script, &[("PATH", Some(&path))])), installed);
        assert_eq!(std::fs::read_to_string(&installed).unwrap(), HELPER);
    });
}

#[test]
fn a_wrong_checksum_leaves_nothing_behind() {
    each_shell(|sandbox| {
        sandbox.coder();
        let server = Server::start(HELPER, HELPER.len());
        let helper = download(server.url(), sha256("something else"));
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, helper)));
        assert_failed(sandbox, &run, &format!("has SHA-256 {}, not ", sha256(HELPER)));
        sandbox.assert_only("script-bin", &[".aibridge-agent.lock"]);
    });
}

#[test]
fn half_a_download_leaves_nothing_behind() {
    for downloader in ["curl", "wget"] {
        each_shell(|sandbox| {
            sandbox.restrict(&[downloader, "sha256sum", "flock"]);
            sandbox.coder();
            let server = Server::start(HELPER, HELPER.len() + 100);
            let helper = download(server.url(), sha256(HELPER));
            let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, helper)));
            assert_failed(sandbox, &run, "cannot get aibridge-agent: the download of http://");
            sandbox.assert_only("script-bin", &[".aibridge-agent.lock"]);
        });
    }
}

#[test]
fn a_download_that_does_not_run_here_leaves_nothing_behind() {
    each_shell(|sandbox| {
        sandbox.coder();
        let server = Server::start("\x7fELF of another machine", 23);
        let helper = download(server.url(), sha256("\x7fELF of another machine"));
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, helper)));
        assert_failed(sandbox, &run, "does not run in ");
        sandbox.assert_only("script-bin", &[".aibridge-agent.lock"]);
    });
}

#[test]
fn says_which_tool_is_missing() {
    each_shell(|sandbox| {
        sandbox.coder();
        sandbox.restrict(&["sha256sum"]);
        let helper = download("http://127.0.0.1:1/agent".into(), sha256(HELPER));
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, helper)));
        assert!(run.stderr.contains("none of curl, wget and busybox is installed"), "{run:?}");
        assert_failed(sandbox, &run, "the download of http://127.0.0.1:1/agent failed");
    });
}

#[test]
fn a_stale_lock_is_broken() {
    each_shell(|sandbox| {
        sandbox.restrict(&["curl", "sha256sum"]);
        sandbox.file("script-bin/.aibridge-agent.lock.d/pid", "2147483646\n");
        let server = Server::start(HELPER, HELPER.len());
        let helper = download(server.url(), sha256(HELPER));
        let run = sandbox.run(&(bootstrap_script(&bootstrap(sandbox, helper)) + SHOW));
        assert_eq!(shown(&run), sandbox.path("script-bin/aibridge-agent"));
        sandbox.assert_only("script-bin", &["aibridge-agent"]);
    });
}

#[test]
fn a_completed_unit_is_left_alone() {
    each_shell(|sandbox| {
        sandbox.program(
            "bin/coder",
            &sandbox.coder_text("[ \"$3\" != status ] || echo 'Status: completed'"),
        );
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, HelperSource::Release)));
        assert_eq!(run.code, 22);
        assert_eq!(sandbox.coder_calls(), ["exp sync status aibridge-proxy-setup"]);
    });
}

#[test]
fn without_coordination_no_unit_is_touched() {
    each_shell(|sandbox| {
        sandbox.coder();
        let settings = Bootstrap { unit: None, ..bootstrap(sandbox, HelperSource::Release) };
        assert_eq!(sandbox.run(&bootstrap_script(&settings)).code, 22);
        assert!(sandbox.coder_calls().is_empty());
    });
}

#[test]
fn a_prebuild_is_deferred() {
    each_shell(|sandbox| {
        sandbox.coder();
        let settings = Bootstrap { is_prebuild: true, ..bootstrap(sandbox, HelperSource::Release) };
        let run = sandbox.run(&(bootstrap_script(&settings) + SHOW));
        assert_eq!(run.code, 0, "{run:?}");
        assert!(!run.stdout.contains("helper="), "{run:?}");
        assert_eq!(sandbox.status().unwrap()["outcome"], "deferred");
        assert_eq!(sandbox.coder_calls().len(), 3);
    });
}

#[test]
fn a_status_goes_only_into_a_folder_of_ours() {
    each_shell(|sandbox| {
        let settings = bootstrap(sandbox, HelperSource::Release);
        let victim = sandbox.path("victim");
        std::fs::create_dir(&victim).unwrap();
        std::os::unix::fs::symlink(&victim, sandbox.path("proxy")).unwrap();
        let run = sandbox.run(&bootstrap_script(&settings));
        assert_eq!(run.code, 22, "{run:?}");
        assert!(run.stderr.contains("could not write a status beside"), "{run:?}");
        sandbox.assert_only("victim", &[]);

        std::fs::remove_file(sandbox.path("proxy")).unwrap();
        sandbox.folder("proxy", 0o777);
        sandbox.run(&bootstrap_script(&settings));
        sandbox.assert_only("proxy", &[]);

        sandbox.folder("proxy", 0o755);
        let target = sandbox.file("target", "untouched");
        std::os::unix::fs::symlink(&target, sandbox.path("proxy/status.json")).unwrap();
        sandbox.run(&bootstrap_script(&settings));
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "untouched");
        sandbox.assert_only("proxy", &["status.json"]);
    });
}

fn setup(sandbox: &Sandbox, helper: HelperSource) -> Setup {
    Setup {
        bootstrap: bootstrap(sandbox, helper),
        access_url: Some("https://coder.example.com".into()),
        proxy_url: "http://proxy.example.com:8888".into(),
        pin: None,
        no_proxy: vec!["it's $HOME `id`".into()],
        extra_ca: Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".into()),
        sync: "auto".into(),
        sync_unit: "aibridge-proxy-setup".into(),
    }
}

#[test]
fn setup_and_refresh_become_the_helper() {
    each_shell(|sandbox| {
        let baked = sandbox.program(
            "opt/agent",
            "#!/bin/sh\n[ \"$1\" != --version ] || exit 0\nfor it; do echo \"[$it]\"; done\nexit 7\n",
        );
        let settings = setup(sandbox, HelperSource::Path(baked));
        for (verb, script) in
            [("setup", setup_script(&settings)), ("refresh", refresh_script(&settings))]
        {
            let run = sandbox.run(&script);
            assert_eq!(run.code, 7, "{run:?}");
            let args: Vec<&str> = run.stdout.lines().collect();
            assert_eq!(args[0], format!("[{verb}]"));
            assert!(args.contains(&"[it's $HOME `id`]"), "{args:?}");
            let extra = args.last().unwrap().trim_matches(['[', ']']);
            assert!(
                extra.starts_with(&sandbox.path("home/.local/share/aibridge/extra-ca-")),
                "{args:?}"
            );
            assert_eq!(
                &std::fs::read_to_string(extra).unwrap(),
                settings.extra_ca.as_ref().unwrap()
            );
        }
    });
}

#[test]
fn a_refresh_without_helper_leaves_status_and_unit() {
    each_shell(|sandbox| {
        sandbox.coder();
        let run = sandbox.run(&refresh_script(&setup(sandbox, HelperSource::Release)));
        assert_eq!(run.code, 22, "{run:?}");
        assert!(sandbox.status().is_none());
        assert!(sandbox.coder_calls().is_empty());
    });
}
