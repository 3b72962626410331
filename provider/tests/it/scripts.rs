//! The scripts under real shells: each way to a helper, and what follows.

mod failures;
mod lint;
mod places;
mod sandbox;
mod server;

use failures::assert_failed;
use provider::scripts::{
    Bootstrap, Download, HelperSource, Setup, bootstrap_script, refresh_script, setup_script,
};
use sandbox::{HELPER, Sandbox, sha256, shells};
use server::Server;
use testkit::process::Finished;

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

fn shown(run: &Finished) -> &str {
    run.stdout.trim().strip_prefix("helper=").unwrap_or_else(|| panic!("no helper: {run:?}"))
}

#[test]
fn script_uses_the_configured_helper_alone() {
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
fn script_finds_the_helper_in_path_then_script_folder_then_home() {
    each_shell(|sandbox| {
        let script = bootstrap_script(&bootstrap(sandbox, HelperSource::Release)) + SHOW;
        for place in ["home/.local/bin", "script-bin", "bin"] {
            let helper = sandbox.program(&format!("{place}/aibridge-agent"), HELPER);
            assert_eq!(shown(&sandbox.run(&script)), helper);
        }
    });
}

#[test]
fn script_skips_a_helper_that_does_not_run() {
    each_shell(|sandbox| {
        sandbox.program("bin/aibridge-agent", "#!/bin/sh\nexit 126\n");
        let good = sandbox.program("home/.local/bin/aibridge-agent", HELPER);
        let script = bootstrap_script(&bootstrap(sandbox, HelperSource::Release)) + SHOW;
        assert_eq!(shown(&sandbox.run(&script)), good);
    });
}

#[test]
fn script_downloads_checks_and_installs_with_each_tool() {
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
fn script_needs_no_download_tool_if_the_helper_is_installed() {
    each_shell(|sandbox| {
        sandbox.restrict(&[]);
        let helper = sandbox.program("bin/aibridge-agent", HELPER);
        let release = download("http://127.0.0.1:1/agent".into(), sha256(HELPER));
        let script = bootstrap_script(&bootstrap(sandbox, release)) + SHOW;
        let run = sandbox.run(&script);
        assert_eq!(shown(&run), helper);
        assert_eq!(run.stderr, "");
    });
}

#[test]
fn script_downloads_for_the_platform_of_uname() {
    for (machine, platform) in
        [("x86_64", "linux_amd64"), ("aarch64", "linux_arm64"), ("armv7l", "linux_armv7")]
    {
        each_shell(|sandbox| {
            let uname = format!("#!/bin/sh\n[ \"$1\" = -s ] && echo Linux || echo {machine}\n");
            sandbox.program("bin/uname", &uname);
            let server = Server::start(HELPER, HELPER.len());
            let platforms = ["linux_amd64", "linux_arm64", "linux_armv7"].map(|name| {
                let url = format!("{}/{name}", server.origin());
                (name.to_owned(), Download { url, sha256: sha256(HELPER) })
            });
            let helper = HelperSource::Platforms(platforms.into());
            let script = bootstrap_script(&bootstrap(sandbox, helper)) + SHOW;
            assert_eq!(shown(&sandbox.run(&script)), sandbox.path("script-bin/aibridge-agent"));
            assert_eq!(server.targets(), [format!("/{platform}")]);
        });
    }
}

#[test]
fn script_downloads_through_an_http_proxy() {
    let busybox = sandbox::has_busybox().then_some("busybox");
    for downloader in ["curl", "wget"].into_iter().chain(busybox) {
        each_shell(|sandbox| {
            sandbox.restrict(&[downloader, "sha256sum"]);
            let proxy = Server::start(HELPER, HELPER.len());
            let url = "http://artifacts.corp.example.com/aibridge-agent";
            let helper = download(url.into(), sha256(HELPER));
            let script = bootstrap_script(&bootstrap(sandbox, helper)) + SHOW;
            let run = sandbox.run_with(&script, &[("http_proxy", Some(&proxy.origin()))]);
            assert_eq!(shown(&run), sandbox.path("script-bin/aibridge-agent"));
            assert_eq!(proxy.targets(), [url], "{downloader}");
        });
    }
}

#[test]
fn script_installs_in_home_without_a_script_folder() {
    each_shell(|sandbox| {
        let server = Server::start(HELPER, HELPER.len());
        let helper = download(server.url(), sha256(HELPER));
        let script = bootstrap_script(&bootstrap(sandbox, helper)) + SHOW;
        let run = sandbox.run_with(&script, &[("CODER_SCRIPT_BIN_DIR", None)]);
        assert_eq!(shown(&run), sandbox.path("home/.local/bin/aibridge-agent"));
    });
}

#[test]
fn script_replaces_an_installed_helper_of_another_release() {
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
fn script_breaks_a_stale_lock() {
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
fn setup_and_refresh_scripts_exec_the_helper() {
    each_shell(|sandbox| {
        let baked = sandbox.program(
            "opt/agent",
            "#!/bin/sh\n[ \"$1\" != --version ] || exit 0\nfor it; do echo \"[$it]\"; done\n\
             exit 7\n",
        );
        let settings = setup(sandbox, HelperSource::Path(baked));
        for (verb, script) in
            [("setup", setup_script(&settings)), ("refresh", refresh_script(&settings))]
        {
            let run = sandbox.run(&script);
            assert_eq!(run.code, Some(7), "{run:?}");
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
fn concurrent_scripts_download_once() {
    for lock in [&["flock"][..], &[]] {
        each_shell(|sandbox| {
            sandbox.restrict(&[&["curl", "sha256sum"][..], lock].concat());
            let server = Server::start(HELPER, HELPER.len());
            let helper = download(server.url(), sha256(HELPER));
            let script = bootstrap_script(&bootstrap(sandbox, helper)) + SHOW;
            let processes = [(); 3].map(|()| sandbox.spawn(&script));
            for process in processes {
                let run = process.wait().success();
                assert_eq!(shown(&run), sandbox.path("script-bin/aibridge-agent"));
            }
            assert_eq!(server.requests(), 1);
            sandbox.assert_only("script-bin", &["aibridge-agent", ".aibridge-agent.lock"]);
        });
    }
}
