//! The world of a client: proxy, origin server, and a workspace that is set up.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use fakes::origin::Origin;
use serde_json::Value;
use tempfile::TempDir;
use testkit::process::{Finished, Process, run};
use testkit::{binaries, tools};

/// Hosts that the proxy opens: of a provider, and of what tools fetch beside it.
const HOSTS: [&str; 4] =
    ["api.openai.com", "git.example.com", "pypi.example.com", "registry.example.com"];

/// Sends every connection to the origin, whose certificate is still checked
/// against the name that the client requested.
const ROUTE: &str = r#"
import os

def server_connect(data):
    data.server.address = ("127.0.0.1", int(os.environ["ORIGIN_PORT"]))
"#;

/// The body of `https://api.openai.com/v1/models`.
pub(crate) const ANSWER: &str = r#"{"object":"list","data":[]}"#;
/// The URL of that body.
pub(crate) const URL: &str = "https://api.openai.com/v1/models";

/// What a client needs; dropping it ends it.
pub(crate) struct World {
    pub(crate) origin: Origin,
    coder: FakeCoder,
    folder: TempDir,
    _proxy: Process,
}

impl World {
    /// Starts the proxy, and sets the workspace up with the real helper.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("clients-").tempdir();
        let folder = folder.expect("a temporary folder");
        let ca = TestCa::with_common_key_identifier("AI Bridge Proxy CA");
        let public_ca = TestCa::new("Public CA");
        let coder = FakeCoder::start();
        coder.set_certificate(ca.pem());
        let origin = Origin::start(&public_ca, &HOSTS);
        origin.serve("/v1/models", "application/json", ANSWER);
        let (proxy, proxy_url) =
            start_proxy(folder.path(), &ca, &public_ca, &origin, &coder.token());
        let world = Self { origin, coder, folder, _proxy: proxy };
        fs::create_dir(world.path("home")).expect("the home folder");
        let mut set_up = world.command(binaries::helper());
        set_up.args(["setup", "--sync", "off", "--proxy-url", &proxy_url]);
        run(set_up).success();
        world
    }

    /// A path in the world's own folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program in the workspace, without a variable that names a proxy.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.path("home"))
            .env("AIBRIDGE_ACCESS_URL", self.coder.url())
            .env("AIBRIDGE_SESSION_TOKEN", self.coder.token())
            .env("AIBRIDGE_CERT_PATH", self.path("aibridge-proxy/ca-cert.pem"))
            .current_dir(self.path("home"));
        command
    }

    /// Runs a client under `exec` and with the proxy's URL alone. The first
    /// must print `output` and request `path` of the origin; the second must
    /// report the certificate and request nothing.
    #[track_caller]
    pub(crate) fn check(&self, client: &Client<'_>, path: &str, output: &str) {
        let untrusting = self.run_with_proxy_alone(client);
        assert_ne!(untrusting.code, Some(0), "{}: {untrusting:#?}", client.name);
        let printed = format!("{}{}", untrusting.stdout, untrusting.stderr).to_lowercase();
        assert!(printed.contains("certificate"), "{}: {untrusting:#?}", client.name);
        let requests =
            |it: &str| self.origin.requests().iter().filter(|seen| seen.path == it).count();
        assert_eq!(requests(path), 0, "{}", client.name);

        let finished = self.run_under_exec(client).success();
        let printed = format!("{}{}", finished.stdout, finished.stderr);
        assert!(printed.contains(output), "{}: {finished:#?}", client.name);
        assert_ne!(requests(path), 0, "{}: {:#?}", client.name, self.origin.requests());
        self.origin.clear_requests();
    }

    /// Runs a client as tools are run.
    pub(crate) fn run_under_exec(&self, client: &Client<'_>) -> Finished {
        let mut command = self.command(binaries::helper());
        command.args(["exec", "--"]).arg(client.program).args(client.args);
        run(command)
    }

    /// Runs a client with the variables of `exec` that route, without those
    /// that bring trust.
    fn run_with_proxy_alone(&self, client: &Client<'_>) -> Finished {
        let mut print = self.command(binaries::helper());
        print.args(["env", "--format", "json"]);
        let variables: Value =
            serde_json::from_str(&run(print).success().stdout).expect("env prints JSON");
        let mut command = self.command(client.program);
        command.args(client.args);
        for name in ["HTTPS_PROXY", "https_proxy", "NODE_USE_ENV_PROXY"] {
            command.env(name, variables[name].as_str().expect("exec routes by it"));
        }
        run(command)
    }
}

/// One client with its arguments.
pub(crate) struct Client<'a> {
    pub(crate) name: &'a str,
    pub(crate) program: &'a Path,
    pub(crate) args: &'a [&'a str],
}

/// mitmproxy with the CA, insisting on the token as password; and its URL.
fn start_proxy(
    folder: &Path,
    ca: &TestCa,
    public_ca: &TestCa,
    origin: &Origin,
    token: &str,
) -> (Process, String) {
    let conf = folder.join("mitmproxy");
    fs::create_dir(&conf).expect("the proxy's folder");
    let write = |name: &str, text: &str| fs::write(conf.join(name), text).expect("a file of it");
    write("mitmproxy-ca.pem", &format!("{}{}", ca.key_pem(), ca.pem()));
    write("public-ca.pem", &public_ca.pem());
    write("route.py", ROUTE);
    let at = |name: &str| conf.join(name).display().to_string();
    write(
        "config.yaml",
        &format!(
            "listen_host: 127.0.0.1\nlisten_port: 0\nproxyauth: coder:{token}\n\
             connection_strategy: lazy\nupstream_cert: false\n\
             ssl_verify_upstream_trusted_ca: {}\nscripts: [{}]\n",
            at("public-ca.pem"),
            at("route.py"),
        ),
    );
    let mut command = Command::new(tools::mitmdump());
    command.arg("--set").arg(format!("confdir={}", conf.display()));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", folder);
    command.env("ORIGIN_PORT", origin.address().port().to_string()).env("PYTHONUNBUFFERED", "1");
    let process = Process::spawn(command);
    let line = process.wait_line("listening at ");
    let (_, address) = line.split_once("listening at ").expect("the line was waited for");
    (process, format!("http://{}", address.trim_end_matches('.')))
}
