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

/// Below `setup`.
pub(crate) const SETUP: &str = "\
A workspace's start-up script runs this. It begins the unit that other scripts
wait for, fetches the CA certificate of AI Bridge Proxy from the deployment,
checks it, and writes beside the certificate path:

  ca-cert.pem     the CA, and those that were served in the last 7 days
  ca-bundle.pem   the same, further CAs and the system's roots
  ca-extra.pem    the CAs with further ones, if there are any: for Node and Deno
  settings.json   the settings of this run, without secrets
  status.json     how it went; `wait`, `exec` and `status` read it

The unit is completed whatever happens, signals included, and a certificate
that is in place survives every failure.

Examples:
  Set up with the variables that the module has set:
    aibridge-agent setup --proxy-url http://proxy.example.com:8888
  A listener with a certificate of the company's own CA, and a pinned CA:
    aibridge-agent setup --proxy-url https://proxy.example.com:8888 \\
      --extra-ca-file /etc/company/ca.pem --ca-pin-sha256 5f9c…
  Beside another instance: each needs a folder and a unit of its own:
    aibridge-agent setup --cert-path ~/.local/share/ai/ca.pem --sync-unit my-setup
  By hand, outside a workspace:
    aibridge-agent setup --access-url https://coder.example.com \\
      --session-token-file ~/.config/token --sync off
";

/// Below `refresh`.
pub(crate) const REFRESH: &str = "\
For cron. The settings are those of the last `setup`, so no flag is needed. A CA
that was served within the last 7 days stays trusted beside the new one, at most
4 in all: replicas in the middle of a change all work. It waits while a set-up
holds the folder, touches no unit, and if it fails, what was in place stays.

Examples:
  Every six hours, in a crontab:
    0 */6 * * *  aibridge-agent refresh
  A CA's key was stolen: trust the one that is served now and no other:
    aibridge-agent refresh --drop-old
  Watch what it does:
    aibridge-agent refresh --log-level debug
";

/// Below `wait`.
pub(crate) const WAIT: &str = "\
The unit says that the set-up has ended, its status says how. Without an agent
socket the status alone is watched. `--as` starts a unit of one's own afterwards,
so that others can wait for it in turn; the caller completes it.

It ends with 0 if there is a certificate to work with, 20 if the time is up, and
21 if the set-up has failed or left only a stale certificate.

Examples:
  In the script of a tool's module:
    aibridge-agent wait && exec aibridge-agent exec -- my-tool
  With a unit of one's own and a longer deadline:
    aibridge-agent wait --as my-tool --timeout 10m
    trap 'aibridge-agent sync complete my-tool' EXIT
";

/// Below `exec`.
pub(crate) const EXEC: &str = "\
Only this command and what it starts get the proxy and the trust variables, so
nothing else in the workspace changes. What the process excludes from proxies
already stays excluded. Without `--as` and after the waiting, this program becomes
the command: signals, exit code and terminal are the command's own.

It ends with the command's code, 126 and 127 as a shell does, and 21 without
certificate and bundle: never with half of the variables.

Examples:
  Once:
    aibridge-agent exec -- curl https://api.openai.com/v1/models
  In a start-up script, as soon as the set-up has ended:
    aibridge-agent exec --wait -- copilot
  As a unit for which other scripts can wait:
    aibridge-agent exec --wait --as my-tool -- my-tool serve
  A shell to try things out in:
    aibridge-agent exec -- bash
";

/// Below `env`.
pub(crate) const ENV: &str = "\
Variables that replace a tool's roots (SSL_CERT_FILE, REQUESTS_CA_BUNDLE, …) name
the bundle, those that add to them (NODE_EXTRA_CA_CERTS, DENO_CERT) the CA, with
further CAs if `setup` was given any.
HTTP_PROXY is never set: the proxy answers plain HTTP with 407. The session token
is in the output; `--no-secrets` leaves out the variables that hold it.

Prefer `exec`: what a shell has exported, every child inherits, git included.

Examples:
  Into the shell that you are in:
    eval \"$(aibridge-agent env)\"
    aibridge-agent env --format fish | source
    aibridge-agent env --format powershell | Out-String | Invoke-Expression
  What a container needs besides the token:
    aibridge-agent env --format dotenv --no-secrets > trust.env
";

/// Below `status`.
pub(crate) const STATUS: &str = "\
Outcomes:
  ok        the deployment's certificate is in place
  seeded    the network failed; the certificate that Terraform fetched is in place
  stale     it failed; the certificate of an earlier set-up is still good
  deferred  it failed in a prebuild, and runs again after the claim
  failed    it failed, and there is no certificate
  running   it is at work, or was killed at it

The command ends with 0 whatever it shows; `wait` judges, `doctor` finds out why.

Examples:
    aibridge-agent status
    aibridge-agent status --json | jq -r .status.not_after
";

/// Below `trust`.
pub(crate) const TRUST: &str = "\
`exec` is enough for whatever reads a variable. This is for the rest, as an explicit
act; no other command makes the system trust anything.

`java` writes the bundle as PKCS#12 with the password `changeit` and prints a line
that sets JAVA_TOOL_OPTIONS. A file beside the certificate is kept fresh by later
set-ups. Java needs the proxy as properties as well: it reads no HTTPS_PROXY.

`install` adds one file for each CA where Debian, Alpine, Fedora and RHEL, SUSE, Arch
or macOS want further roots, and runs the system's own command. Running it again
changes what has changed. `remove` takes out exactly those files. Both need root.

Examples:
  Java in this shell:
    eval \"$(aibridge-agent trust java)\"
  See first, then do, then undo:
    aibridge-agent trust install --dry-run
    sudo aibridge-agent trust install
    sudo aibridge-agent trust remove
  Into an image that is being built:
    aibridge-agent trust install --root /mnt/image
";

/// Below `doctor`.
pub(crate) const DOCTOR: &str = "\
Looks at each leg in order, and goes on where the rest does not depend on it:

  settings              flags, variables, settings.json
  access URL            name, connection, TLS, build information
  token                 whether the deployment takes it
  certificate endpoint  the CA that the deployment serves
  files                 folder, certificate, bundle, status
  proxy                 name, connection, TLS, liveness of the listener
  interception          what the proxy does with each AI host
  trust                 which runtime trusts the proxy's certificates
  environment           variables that undo what `exec` sets
  agent                 socket and unit
  tools                 curl, git, Node, Python requests, Go: one GET each

Each check is `pass`, `warn`, `fail` or `skipped`. The run ends with the code of the
first fault; warnings alone end with 0. No model is called. A host that is not
intercepted is a warning, because the session token of a tool would go to the
vendor; with `--host` it is a fault. The token is sent to the deployment, and to
the proxy only where that requires it.

Examples:
    aibridge-agent doctor
  Only the host that your tool uses, without running tools:
    aibridge-agent doctor --host api.anthropic.com --no-tools
  Before anything is set up, against any deployment:
    aibridge-agent doctor --access-url https://coder.example.com \\
      --proxy-url https://proxy.example.com:8888 --session-token-file token
  For a ticket or a dashboard:
    aibridge-agent doctor --json | jq '.checks[] | select(.verdict == \"fail\")'
";

/// Below `sync`.
pub(crate) const SYNC: &str = "\
Scripts of a workspace start at the same time. A unit is a name in the agent's
memory that one script starts and completes, and that others want. A start-up
script gets the socket's path by itself.

Examples:
  Begin only when two others have ended:
    aibridge-agent sync want my-tool aibridge-proxy-setup
    aibridge-agent sync want my-tool git-clone
    aibridge-agent sync start my-tool
    trap 'aibridge-agent sync complete my-tool' EXIT
  Who waits for whom:
    aibridge-agent sync list
    aibridge-agent sync status my-tool
";

/// Below `completions`.
pub(crate) const COMPLETIONS: &str = "\
Examples:
  bash        aibridge-agent completions bash > ~/.local/share/bash-completion/completions/aibridge-agent
  zsh         aibridge-agent completions zsh > ~/.zfunc/_aibridge-agent   (with ~/.zfunc in fpath)
  fish        aibridge-agent completions fish > ~/.config/fish/completions/aibridge-agent.fish
  PowerShell  aibridge-agent completions powershell | Out-String | Invoke-Expression
  elvish      aibridge-agent completions elvish > ~/.config/elvish/lib/aibridge-agent.elv
";

/// Below `man`.
pub(crate) const MAN: &str = "\
Examples:
    aibridge-agent man | man -l -
    aibridge-agent man doctor | man -l -
  All pages, for a package:
    aibridge-agent man --dir share/man/man1
";
