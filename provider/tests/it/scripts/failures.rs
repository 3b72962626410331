//! Scripts that cannot get the helper: they report the reason, complete the unit and leave
//! no file.

use fakes::coder::{Answer, CERTIFICATE_PATH, FakeCoder};
use provider::scripts::{Bootstrap, HelperSource, bootstrap_script, refresh_script, setup_script};
use testkit::process::{Finished, Signal};

use super::sandbox::{self, HELPER, Sandbox, sha256};
use super::server::Server;
use super::{SHOW, bootstrap, download, each_shell, setup};

/// Asserts that the script failed because of the helper and completed the unit.
#[track_caller]
pub(super) fn assert_failed(sandbox: &Sandbox, run: &Finished, why: &str) {
    assert_eq!(run.code, Some(22), "{run:?}");
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
fn script_refuses_a_release_without_checksums() {
    each_shell(|sandbox| {
        sandbox.coder();
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, HelperSource::Release)));
        assert_failed(sandbox, &run, "this build of the provider has no checksums for version ");
    });
}

#[test]
fn script_names_a_platform_without_download() {
    each_shell(|sandbox| {
        sandbox.coder();
        sandbox.program("bin/uname", "#!/bin/sh\n[ \"$1\" = -s ] && echo SunOS || echo sparc\n");
        let helper = download("http://127.0.0.1:1/agent".into(), sha256(HELPER));
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, helper)));
        assert_failed(sandbox, &run, "no download for SunOS_sparc (helper.platforms does not");
    });
}

#[test]
fn script_names_platforms_like_the_release() {
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
fn wrong_checksum_leaves_no_file() {
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
fn partial_download_leaves_no_file() {
    let busybox = sandbox::has_busybox().then_some("busybox");
    for downloader in ["curl", "wget"].into_iter().chain(busybox) {
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
fn download_that_does_not_run_leaves_no_file() {
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
fn script_names_the_missing_tool() {
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
fn script_leaves_a_completed_unit_alone() {
    each_shell(|sandbox| {
        sandbox.program(
            "bin/coder",
            &sandbox.coder_text("[ \"$3\" != status ] || echo 'Status: completed'"),
        );
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, HelperSource::Release)));
        assert_eq!(run.code, Some(22));
        assert_eq!(sandbox.coder_calls(), ["exp sync status aibridge-proxy-setup"]);
    });
}

#[test]
fn bootstrap_script_leaves_status_and_unit_of_a_set_up() {
    each_shell(|sandbox| {
        sandbox.program(
            "bin/coder",
            &sandbox.coder_text("[ \"$3\" != status ] || echo 'Status: started'"),
        );
        sandbox.folder("proxy", 0o755);
        let written = "{\n  \"version\": 1,\n  \"run\": \"some-boot\",\n  \"outcome\": \"ok\"\n}\n";
        let path = sandbox.file("proxy/status.json", written);
        let run = sandbox.run(&bootstrap_script(&bootstrap(sandbox, HelperSource::Release)));
        assert_eq!(run.code, Some(22), "{run:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
        assert_eq!(sandbox.coder_calls(), ["exp sync status aibridge-proxy-setup"]);

        let run = sandbox.run(&setup_script(&setup(sandbox, HelperSource::Release)));
        assert_eq!(run.code, Some(22), "{run:?}");
        assert_eq!(sandbox.status().unwrap()["outcome"], "failed");
        assert_eq!(sandbox.coder_calls().len(), 4, "{:?}", sandbox.coder_calls());
    });
}

#[test]
fn failed_download_is_no_failure_if_another_script_installed_the_helper() {
    each_shell(|sandbox| {
        let kept = sandbox.file("kept", HELPER);
        let target = sandbox.path("script-bin/aibridge-agent");
        let curl = format!("#!/bin/sh\ncp '{kept}' '{target}'\nchmod 755 '{target}'\nexit 22\n");
        sandbox.program("bin/curl", &curl);
        let helper = download("http://127.0.0.1:9/agent".into(), sha256(HELPER));
        let run = sandbox.run(&(bootstrap_script(&bootstrap(sandbox, helper)) + SHOW));
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(run.stdout.trim(), format!("helper={target}"));
    });
}

#[test]
fn script_without_coordination_completes_no_unit() {
    each_shell(|sandbox| {
        sandbox.coder();
        let settings = Bootstrap { unit: None, ..bootstrap(sandbox, HelperSource::Release) };
        assert_eq!(sandbox.run(&bootstrap_script(&settings)).code, Some(22));
        assert!(sandbox.coder_calls().is_empty());
    });
}

#[test]
fn failed_prebuild_is_deferred() {
    each_shell(|sandbox| {
        sandbox.coder();
        let settings = Bootstrap { is_prebuild: true, ..bootstrap(sandbox, HelperSource::Release) };
        let run = sandbox.run(&(bootstrap_script(&settings) + SHOW));
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(!run.stdout.contains("helper="), "{run:?}");
        assert_eq!(sandbox.status().unwrap()["outcome"], "deferred");
        assert_eq!(sandbox.coder_calls().len(), 3);
    });
}

#[test]
fn status_is_written_only_into_a_folder_of_the_helper() {
    each_shell(|sandbox| {
        let settings = bootstrap(sandbox, HelperSource::Release);
        let victim = sandbox.path("victim");
        std::fs::create_dir(&victim).unwrap();
        std::os::unix::fs::symlink(&victim, sandbox.path("proxy")).unwrap();
        let run = sandbox.run(&bootstrap_script(&settings));
        assert_eq!(run.code, Some(22), "{run:?}");
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

#[test]
fn refresh_without_a_helper_leaves_status_and_unit() {
    each_shell(|sandbox| {
        sandbox.coder();
        let run = sandbox.run(&refresh_script(&setup(sandbox, HelperSource::Release)));
        assert_eq!(run.code, Some(22), "{run:?}");
        assert!(sandbox.status().is_none());
        assert!(sandbox.coder_calls().is_empty());
    });
}

#[test]
fn interrupted_script_completes_the_unit() {
    for signal in [Signal::HUP, Signal::TERM, Signal::INT] {
        each_shell(|sandbox| {
            sandbox.coder();
            let silent = FakeCoder::start();
            silent.set_answer(Answer::Hang);
            let url = format!("{}{CERTIFICATE_PATH}", silent.url());
            let helper = download(url, sha256(HELPER));
            let process = sandbox.spawn(&bootstrap_script(&bootstrap(sandbox, helper)));
            silent.wait_requests(1);
            process.signal_group(signal);
            assert_failed(sandbox, &process.wait(), "interrupted while getting aibridge-agent");
            sandbox.assert_only("script-bin", &[".aibridge-agent.lock"]);
        });
    }
}
