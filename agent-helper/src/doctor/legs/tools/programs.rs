//! The tools, how each sends one request, and how its output is read.

use pki::pkcs12::PASSWORD;

use super::outcome::{self, Outcome};

/// The request that a tool sends.
pub(super) struct Request<'a> {
    pub(super) host: &'a str,
    /// Java's truststore, if there is one.
    pub(super) truststore: Option<&'a str>,
}

/// How a tool is started.
pub(super) enum Start {
    /// With these arguments and these variables besides those of `exec`, in a
    /// folder that holds this file.
    Run {
        arguments: Vec<String>,
        environment: Vec<(&'static str, String)>,
        file: Option<(&'static str, &'static str)>,
    },
    /// It is not started, for this reason.
    Skip(&'static str),
}

pub(super) struct Program {
    pub(super) title: &'static str,
    /// Names of the program on `PATH`; the first one that is found counts.
    pub(super) names: &'static [&'static str],
    pub(super) start: fn(&Request<'_>) -> Start,
    /// Reads exit code and output.
    pub(super) read: fn(Option<i32>, &str, &str) -> Outcome,
    /// A cause outside the earlier legs.
    pub(super) hint: &'static str,
}

/// No provider's API has it, so no model is called.
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
        hint: "check `git config --get-regexp '^http'`: `http.proxy` there wins over the \
             variables",
    },
    Program {
        title: "Node",
        names: &["node", "nodejs"],
        start: node,
        read: outcome::script,
        hint: "check `NODE_OPTIONS`; Node ignores `NODE_EXTRA_CA_CERTS` if it has file \
             capabilities",
    },
    Program {
        title: "Python requests",
        names: &["python3", "python"],
        start: python,
        read: outcome::script,
        hint: "check the version of requests: old versions support neither TLS to a proxy nor \
             all variables",
    },
    Program {
        title: "Go",
        names: &["go"],
        start: go,
        read: outcome::go,
        hint: "on macOS and Windows Go ignores `SSL_CERT_FILE` and needs the CA in the system's \
             store",
    },
    Program {
        title: "Java",
        names: &["java"],
        start: java,
        read: outcome::java,
        hint: "run `aibridge-agent trust java` again: the truststore is older than the bundle",
    },
];

fn run<const N: usize>(arguments: [&str; N]) -> Start {
    let arguments = arguments.map(str::to_owned).to_vec();
    Start::Run { arguments, environment: Vec::new(), file: None }
}

fn curl(request: &Request<'_>) -> Start {
    let host = request.host;
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

fn git(request: &Request<'_>) -> Start {
    let host = request.host;
    let arguments = ["-c", "credential.helper=", "ls-remote", &format!("https://{host}/{PATH}")];
    let environment = vec![
        ("GIT_TERMINAL_PROMPT", "0".to_owned()),
        ("GIT_ASKPASS", "true".to_owned()),
        ("LC_ALL", "C".to_owned()),
    ];
    Start::Run { arguments: arguments.map(str::to_owned).to_vec(), environment, file: None }
}

/// Node reads the proxy variables from 22.21 and 24.5 on. An older one connects to
/// the proxy explicitly, which still shows what it trusts.
const NODE: &str = r#"
const [major, minor] = process.versions.node.split('.').map(Number);
const [host, path] = process.argv.slice(1);
const reads = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
const done = (status, how) => { console.log('status ' + status + how); process.exit(0); };
const fail = (err) => {
  console.error(err.code ? err.code + ': ' + err.message : err.message);
  process.exit(1);
};
if (reads) {
  const request = require('https').get({ host, path: '/' + path });
  request.on('response', (res) => done(res.statusCode, '')).on('error', fail);
} else {
  const proxy = new URL(process.env.HTTPS_PROXY);
  const user = decodeURIComponent(proxy.username) + ':' + decodeURIComponent(proxy.password);
  const scheme = proxy.protocol === 'https:' ? 'https' : 'http';
  require(scheme).request({
    host: proxy.hostname, port: proxy.port || (scheme === 'https' ? 443 : 80),
    method: 'CONNECT', path: host + ':443',
    headers: { 'Proxy-Authorization': 'Basic ' + Buffer.from(user).toString('base64') },
  }).on('connect', (res, socket) => {
    if (res.statusCode !== 200) fail(new Error('the proxy answers CONNECT with ' + res.statusCode));
    const tls = require('tls').connect({ socket, servername: host }, () =>
      tls.write('GET /' + path + ' HTTP/1.1\r\nHost: ' + host + '\r\nConnection: close\r\n\r\n'));
    tls.on('error', fail).once('data', (data) => done(String(data).split(' ')[1],
      '; connected explicitly, because Node ' + process.versions.node +
      ' does not read HTTPS_PROXY'));
  }).on('error', fail).end();
}
"#;

fn node(request: &Request<'_>) -> Start {
    run(["-e", NODE, request.host, PATH])
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

fn python(request: &Request<'_>) -> Start {
    run(["-c", PYTHON, request.host, PATH])
}

/// The `go` command is a Go program that sends requests; building one would
/// take longer than all other checks together.
fn go(request: &Request<'_>) -> Start {
    let host = request.host;
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
        file: None,
    }
}

/// Java reads no proxy variable and needs a truststore, so it connects to the
/// proxy explicitly. A JDK of 11 and newer runs a source as it is.
const JAVA: &str = r#"
import java.io.*;
import java.net.*;
import java.util.*;
import javax.net.ssl.*;

public class Doctor {
    public static void main(String[] args) {
        try {
            String status = "status " + status(args[0], args[1]);
            String reason = "; connected explicitly, because Java reads no proxy variable";
            System.out.println(status + reason);
        } catch (Exception err) {
            System.err.println(err);
            System.exit(1);
        }
    }

    static String status(String host, String path) throws Exception {
        URI proxy = URI.create(System.getenv("HTTPS_PROXY"));
        SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
        boolean isTls = proxy.getScheme().equals("https");
        int port = proxy.getPort() < 0 ? (isTls ? 443 : 80) : proxy.getPort();
        String name = proxy.getHost();
        Socket tunnel = isTls ? checked(tls.createSocket(name, port)) : new Socket(name, port);
        String user = Base64.getEncoder().encodeToString(proxy.getUserInfo().getBytes("UTF-8"));
        String target = host + ":443";
        String head = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target;
        send(tunnel, head + "\r\nProxy-Authorization: Basic " + user);
        String answer = line(tunnel.getInputStream());
        if (!answer.contains(" 200 ")) {
            throw new IOException("the proxy answers CONNECT with " + answer);
        }
        while (!line(tunnel.getInputStream()).isEmpty()) {}
        Socket inner = checked(tls.createSocket(tunnel, host, 443, true));
        send(inner, "GET /" + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close");
        return line(inner.getInputStream()).split(" ")[1];
    }

    static Socket checked(Socket socket) {
        SSLSocket tls = (SSLSocket) socket;
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        return tls;
    }

    static void send(Socket socket, String head) throws IOException {
        socket.getOutputStream().write((head + "\r\n\r\n").getBytes("US-ASCII"));
    }

    static String line(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int it = in.read(); it >= 0 && it != '\n'; it = in.read()) {
            if (it != '\r') text.append((char) it);
        }
        return text.toString();
    }
}
"#;

fn java(request: &Request<'_>) -> Start {
    let Some(truststore) = request.truststore else {
        return Start::Skip(
            "Java reads none of the variables; `aibridge-agent trust java` writes its truststore",
        );
    };
    let arguments = vec![
        format!("-Djavax.net.ssl.trustStore={truststore}"),
        "-Djavax.net.ssl.trustStoreType=PKCS12".to_owned(),
        format!("-Djavax.net.ssl.trustStorePassword={PASSWORD}"),
        "Doctor.java".to_owned(),
        request.host.to_owned(),
        PATH.to_owned(),
    ];
    Start::Run { arguments, environment: Vec::new(), file: Some(("Doctor.java", JAVA)) }
}
