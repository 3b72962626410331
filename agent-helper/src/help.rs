//! The text of `--help` below the flags of each command; the man pages have the
//! same text.

use crate::config::specs::SPECS;
use crate::exit::Exit;

/// Variables and exit codes, below the program's own flags.
pub(crate) fn tables() -> String {
    let variables: String = SPECS.iter().map(|it| it.variable_help()).collect();
    format!(
        "Environment (a flag wins; an empty variable counts as unset):\n{variables}\n{}",
        Exit::table()
    )
}

pub(crate) const SETUP: &str = "\
The workspace's start-up script runs this command. It starts the unit that other
scripts wait for, fetches the CA certificate of AI Bridge Proxy from the deployment,
checks it, and writes these files beside the certificate path:

  ca-cert.pem     the current CA, and earlier CAs served in the last 7 days
  ca-bundle.pem   the same CAs, the extra CAs and the system's roots
  ca-extra.pem    the same CAs and the extra CAs, for Node and Deno; written only
                  if there are extra CAs
  settings.json   the settings of this run, without secrets
  status.json     the outcome of the run, which `wait`, `exec` and `status` read

The unit is completed on every exit, signals included. If the set-up fails, a
certificate from an earlier set-up stays in place.

Examples:
  Set up with the variables that the module has set:
    aibridge-agent setup --proxy-url http://proxy.example.com:8888
  With a proxy whose certificate comes from the company's own CA, and a pinned CA:
    aibridge-agent setup --proxy-url https://proxy.example.com:8888 \\
      --extra-ca-file /etc/company/ca.pem --ca-pin-sha256 5f9c…
  Beside another instance, with a folder and a unit of its own:
    aibridge-agent setup --cert-path ~/.local/share/ai/ca.pem --sync-unit my-setup
  Manually, outside a workspace:
    aibridge-agent setup --access-url https://coder.example.com \\
      --session-token-file ~/.config/token --sync off
";

pub(crate) const REFRESH: &str = "\
Run this command from cron. It takes the settings of the last `setup`, so it needs no
flag. CAs that were served in the last 7 days stay trusted beside the current CA, at
most 4 CAs in all, so that tools work while the proxy's replicas change to a new CA.
The command waits while a set-up holds the folder's lock. It changes no unit. If it
fails, the files stay as they are.

Examples:
  Every six hours, in a crontab:
    0 */6 * * *  aibridge-agent refresh
  After a CA's key was compromised: trust only the current CA:
    aibridge-agent refresh --drop-old
  With a debug log:
    aibridge-agent refresh --log-level debug
";

pub(crate) const WAIT: &str = "\
The unit shows that the set-up has ended, and its status records the outcome. Without
an agent socket, the command polls the status alone. With `--as`, it then starts
another unit, for which other scripts can wait; the caller completes that unit.

It exits with 0 if there is a valid certificate, 20 on timeout, and 21 if the set-up
failed or left only the certificate of an earlier set-up.

Examples:
  In the script of a tool's module:
    aibridge-agent wait && exec aibridge-agent exec -- my-tool
  With a unit for the tool and a longer timeout:
    aibridge-agent wait --as my-tool --timeout 10m
    trap 'aibridge-agent sync complete my-tool' EXIT
";

pub(crate) const EXEC: &str = "\
Only the command and its child processes get the proxy and trust variables; other
processes keep their environment. Hosts in the inherited NO_PROXY stay excluded from
the proxy. Without `--as`, the command replaces this process once any wait is over, so
signals, exit code and terminal are the command's own.

It exits with the command's code, with 126 or 127 as a shell does, or with 21 if the
certificate or the bundle is missing. In that case the command does not run.

Examples:
  Once:
    aibridge-agent exec -- curl https://api.openai.com/v1/models
  In a start-up script, as soon as the set-up has ended:
    aibridge-agent exec --wait -- copilot
  As a unit for which other scripts can wait:
    aibridge-agent exec --wait --as my-tool -- my-tool serve
  An interactive shell behind the proxy:
    aibridge-agent exec -- bash
";

pub(crate) const ENV: &str = "\
Variables that replace a tool's roots (SSL_CERT_FILE, REQUESTS_CA_BUNDLE, …) name the
bundle. Variables that add to them (NODE_EXTRA_CA_CERTS, DENO_CERT) name the file of
the CA, or the file of the CA and the extra CAs if `setup` was given any.
HTTP_PROXY is never set, because the proxy answers plain HTTP with status 407. The
output contains the session token; `--no-secrets` leaves out the variables that hold it.

Prefer `exec`: every child process of a shell inherits what the shell has exported,
git included.

Examples:
  Into the current shell:
    eval \"$(aibridge-agent env)\"
    aibridge-agent env --format fish | source
    aibridge-agent env --format powershell | Out-String | Invoke-Expression
  For a container that gets the token by other means:
    aibridge-agent env --format dotenv --no-secrets > trust.env
";

pub(crate) const STATUS: &str = "\
Outcomes:
  ok        the deployment's certificate is in place
  seeded    the network failed; the certificate that Terraform fetched is in place
  stale     the set-up failed; the certificate of an earlier set-up is still valid
  deferred  the set-up of a prebuild failed; it runs again after the claim
  failed    the set-up failed, and there is no valid certificate
  running   a set-up is running, or was killed before its end

The command exits with 0 for every outcome. Use `wait` for an exit code that depends
on the outcome, and `doctor` to find the cause of a failure.

Examples:
    aibridge-agent status
    aibridge-agent status --json | jq -r .status.not_after
";

pub(crate) const TRUST: &str = "\
`exec` is enough for programs that read the variables. `trust` is for others; no other
command changes the system's trust store.

`java` writes the bundle as PKCS#12 with the password `changeit` and prints a line
that sets JAVA_TOOL_OPTIONS. Later set-ups update a truststore beside the certificate.
Java also needs the proxy as system properties, because it does not read HTTPS_PROXY.

`install` adds one file for each CA to the folder for additional roots of Debian,
Alpine, Fedora, RHEL, SUSE, Arch or macOS, and runs the system's own update command. A
second run makes only the changes that are missing. `remove` removes exactly those
files. Both need root.

Examples:
  Java in this shell:
    eval \"$(aibridge-agent trust java)\"
  Show the changes, make them, and undo them:
    aibridge-agent trust install --dry-run
    sudo aibridge-agent trust install
    sudo aibridge-agent trust remove
  Into an image that is being built:
    aibridge-agent trust install --root /mnt/image
";

pub(crate) const DOCTOR: &str = "\
Checks each leg in order. A failed leg does not stop those that do not depend on it:

  settings              flags, variables, settings.json
  access URL            name, connection, TLS, build information
  token                 whether the deployment accepts it
  certificate endpoint  the CA that the deployment serves
  files                 folder, certificate, bundle, status
  proxy                 name, connection, TLS, liveness of the listener
  interception          what the proxy does with each AI host
  trust                 which runtime trusts the proxy's certificates
  environment           variables that undo what `exec` sets
  agent                 socket and unit
  tools                 curl, git, Node, Python requests, Go, Java: one GET each

Each check is `pass`, `warn`, `fail` or `skipped`. The command exits with the code of
the first fault, or with 0 if there are only warnings. It calls no model. A host that
is not intercepted is a warning, because a tool's session token would go to the
vendor; for a host that `--host` names it is a fault. The session token is sent to the
deployment, and to the proxy only if the proxy requires credentials for a host.

Examples:
    aibridge-agent doctor
  Only the host that your tool uses, without running tools:
    aibridge-agent doctor --host api.anthropic.com --no-tools
  Before set-up, against any deployment:
    aibridge-agent doctor --access-url https://coder.example.com \\
      --proxy-url https://proxy.example.com:8888 --session-token-file token
  For a ticket or a dashboard:
    aibridge-agent doctor --json | jq '.checks[] | select(.verdict == \"fail\")'
";

pub(crate) const SYNC: &str = "\
The scripts of a workspace start at the same time. A unit is a name in the agent's
memory that one script starts and completes, and that others depend on. The agent
passes the path of its socket to start-up scripts.

Examples:
  Start only when two other units are completed:
    aibridge-agent sync want my-tool aibridge-proxy-setup
    aibridge-agent sync want my-tool git-clone
    aibridge-agent sync start my-tool
    trap 'aibridge-agent sync complete my-tool' EXIT
  List units and their dependencies:
    aibridge-agent sync list
    aibridge-agent sync status my-tool
";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  bash:
    aibridge-agent completions bash > \\
      ~/.local/share/bash-completion/completions/aibridge-agent
  zsh, with ~/.zfunc in fpath:
    aibridge-agent completions zsh > ~/.zfunc/_aibridge-agent
  fish:
    aibridge-agent completions fish > ~/.config/fish/completions/aibridge-agent.fish
  PowerShell:
    aibridge-agent completions powershell | Out-String | Invoke-Expression
  elvish:
    aibridge-agent completions elvish > ~/.config/elvish/lib/aibridge-agent.elv
";

pub(crate) const MAN: &str = "\
Examples:
    aibridge-agent man | man -l -
    aibridge-agent man doctor | man -l -
  All pages, for a package:
    aibridge-agent man --dir share/man/man1
";
