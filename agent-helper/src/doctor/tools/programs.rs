//! The tools, how each is made to send one request, and how its answer reads.

use super::outcome::{self, Outcome};

/// How a tool is started for a host.
pub(super) enum Start {
    /// With these arguments and these variables besides those of `exec`.
    Run { arguments: Vec<String>, environment: Vec<(&'static str, String)> },
    /// Not at all, for this reason.
    Skip(&'static str),
}

/// A tool.
pub(super) struct Program {
    /// Its name for people.
    pub(super) title: &'static str,
    /// What it is called on `PATH`, the first one wins.
    pub(super) names: &'static [&'static str],
    /// How it is started.
    pub(super) start: fn(&str) -> Start,
    /// How its end is read.
    pub(super) read: fn(Option<i32>, &str, &str) -> Outcome,
    /// What may be in its way, besides the legs before.
    pub(super) hint: &'static str,
}

/// No provider's API has it, so no model is asked.
const PATH: &str = "aibridge-doctor";

/// In the order of how common they are.
pub(super) const PROGRAMS: [Program; 6] = [
    Program {
        title: "curl",
        names: &["curl"],
        start: curl,
        read: outcome::curl,
        hint: "a `proxy`, `noproxy` or `cacert` line in `~/.curlrc` wins over the variables",
    },
    Program {
        title: "git",
        names: &["git"],
        start: git,
        read: outcome::git,
        hint: "look at `git config --get-regexp '^http'`: `http.proxy` there wins over the variables",
    },
    Program {
        title: "Node",
        names: &["node", "nodejs"],
        start: node,
        read: outcome::script,
        hint: "look at `NODE_OPTIONS`; Node ignores `NODE_EXTRA_CA_CERTS` if it has file capabilities",
    },
    Program {
        title: "Python requests",
        names: &["python3", "python"],
        start: python,
        read: outcome::script,
        hint: "look at the version of requests: old ones know neither TLS to a proxy nor all variables",
    },
    Program {
        title: "Go",
        names: &["go"],
        start: go,
        read: outcome::go,
        hint: "on macOS and Windows Go ignores `SSL_CERT_FILE` and wants the CA in the system's store",
    },
    Program { title: "Java", names: &["java"], start: java, read: outcome::script, hint: "" },
];

fn run<const N: usize>(arguments: [&str; N]) -> Start {
    let arguments = arguments.map(str::to_owned).to_vec();
    Start::Run { arguments, environment: Vec::new() }
}

fn curl(host: &str) -> Start {
    run([
        "--silent",
        "--show-error",
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_code}",
        &format!("https://{host}/{PATH}"),
    ])
}

fn git(host: &str) -> Start {
    let arguments = ["-c", "credential.helper=", "ls-remote", &format!("https://{host}/{PATH}")];
    let environment = vec![
        ("GIT_TERMINAL_PROMPT", "0".to_owned()),
        ("GIT_ASKPASS", "true".to_owned()),
        ("LC_ALL", "C".to_owned()),
    ];
    Start::Run { arguments: arguments.map(str::to_owned).to_vec(), environment }
}

/// The proxy variables are read by Node itself from 22.21 and 24.5 on; an older
/// one is shown the way by hand, which still tells what it trusts.
const NODE: &str = r#"
const [major, minor] = process.versions.node.split('.').map(Number);
const itself = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
const host = process.argv[1], path = '/' + process.argv[2];
const fail = (err) => { console.error(err.code ? err.code + ': ' + err.message : err.message); process.exit(1); };
const ask = (options) => require('https').get({ host, path, ...options }, (res) => {
  console.log('status ' + res.statusCode + (itself ? '' : '; the way by hand, for Node ' + process.versions.node + ' does not read HTTPS_PROXY'));
  process.exit(0);
}).on('error', fail);
if (itself) { ask({}); } else {
  const proxy = new URL(process.env.HTTPS_PROXY);
  const user = decodeURIComponent(proxy.username) + ':' + decodeURIComponent(proxy.password);
  const scheme = proxy.protocol === 'https:' ? 'https' : 'http';
  require(scheme).request({
    host: proxy.hostname, port: proxy.port || (scheme === 'https' ? 443 : 80), method: 'CONNECT', path: host + ':443',
    headers: { 'Proxy-Authorization': 'Basic ' + Buffer.from(user).toString('base64') },
  }).on('connect', (res, socket) => {
    if (res.statusCode !== 200) fail(new Error('the proxy answers CONNECT with ' + res.statusCode));
    const tls = require('tls').connect({ socket, servername: host }, () =>
      ask({ createConnection: () => tls, agent: false }));
    tls.on('error', fail);
  }).on('error', fail).end();
}
"#;

fn node(host: &str) -> Start {
    run(["-e", NODE, host, PATH])
}

const PYTHON: &str = r#"
import sys
try:
    import requests
except ImportError:
    print("skip requests is not installed")
    sys.exit(0)
try:
    answer = requests.get("https://%s/%s" % (sys.argv[1], sys.argv[2]), timeout=20)
    print("status %d" % answer.status_code)
except requests.exceptions.RequestException as err:
    print(err, file=sys.stderr)
    sys.exit(1)
"#;

fn python(host: &str) -> Start {
    run(["-c", PYTHON, host, PATH])
}

/// The `go` command is a Go program that sends requests; building one would
/// take longer than all other looks together.
fn go(host: &str) -> Start {
    let environment = [
        ("GOPROXY", format!("https://{host}/{PATH}")),
        ("GOENV", "off".to_owned()),
        ("GOFLAGS", "-modcacherw".to_owned()),
        ("GONOSUMDB", "*".to_owned()),
        ("GOPRIVATE", String::new()),
        ("GONOPROXY", "none".to_owned()),
        ("GOSUMDB", "off".to_owned()),
        ("GOTOOLCHAIN", "local".to_owned()),
        ("GOTELEMETRY", "off".to_owned()),
        ("GO111MODULE", "on".to_owned()),
        ("GOWORK", "off".to_owned()),
    ];
    let arguments = ["list", "-m", "-versions", "aibridge.invalid/doctor"];
    Start::Run {
        arguments: arguments.map(str::to_owned).to_vec(),
        environment: environment.to_vec(),
    }
}

fn java(_: &str) -> Start {
    Start::Skip(
        "Java reads none of the variables; `aibridge-agent trust java` makes its truststore",
    )
}
