//! The schema of `aibridge_proxy`, with the words that become its page in the docs.

use coder_client::workspace::DEFAULT_USERNAME;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::{Attribute, Nested};
use tfplugin::schema::validator::{each, not_empty, one_of};
use tfplugin::ty::Type;

use super::inputs::{CA_FETCH, SYNC};
use crate::validators;

/// Builds the schema.
pub(super) fn schema() -> Schema {
    let schema = Schema::new(0).describe(
        "Settings that bring the tools of one workspace to the company's AI Bridge Proxy (newer \
         name: AI Gateway Proxy). Everything but `id` and the fetched certificate is computed \
         from the configuration and known at plan, so a script changes only when a setting \
         does. Nothing is made anywhere and nothing forces a replacement; destroying it only \
         forgets.\n\nNo operation fails because of network or token, unless `ca_fetch` is \
         `required`: a workspace can start, stop and go away while the deployment is ill. \
         Without a session token (while a template is imported, and in builds that stop or \
         delete a workspace) it warns and fetches nothing.\n\nTwo of them on one agent need \
         different values of `cert_path` (another folder, not another file) and `sync_unit`; \
         the helper refuses to mix them.",
    );
    outputs(ca_outputs(coordination(trust(proxy(schema)))))
}

fn proxy(schema: Schema) -> Schema {
    schema
        .attribute(
            "proxy_url",
            Attribute::required(Type::String).validate(validators::proxy_url()).describe(
                "URL of the proxy, `http(s)://host[:port]`, such as \
                 `https://aiproxy.example.com:8888`. `https` means that the proxy itself \
                 listens with TLS. A path, a query or user information is an error.",
            ),
        )
        .attribute(
            "username",
            Attribute::optional_computed(Type::String)
                .default(DEFAULT_USERNAME)
                .validate(not_empty())
                .describe(
                    "User part of `proxy_auth_url`, `coder` by default. Any text: the proxy looks \
                 at the token only.",
                ),
        )
        .attribute(
            "access_url",
            Attribute::optional(Type::String).validate(validators::access_url()).describe(
                "URL of the deployment that serves the CA certificate, \
                 `http(s)://host[:port][/base]`, instead of the provider's.",
            ),
        )
        .attribute(
            "session_token",
            Attribute::optional(Type::String)
                .sensitive()
                .validate(validators::session_token())
                .describe(
                    "Token for the proxy and the deployment, such as \
                     `data.coder_workspace_owner.me.session_token`, instead of the provider's. \
                     An empty one means none: the provider's is not used then. It is stored in \
                     the state; a new one is an update in place.",
                ),
        )
        .attribute(
            "agent_id",
            Attribute::optional(Type::String).describe(
                "The agent that these settings serve, such as `coder_agent.main.id`. \
                     Recorded only.",
            ),
        )
        .attribute(
            "no_proxy",
            Attribute::optional(Type::list(Type::String))
                .validate(each(not_empty()))
                .validate(validators::script_hosts())
                .describe(
                    "Hosts that tools reach directly, such as `git.example.com` or `.internal`, \
                     besides `localhost`, `127.0.0.1`, `::1` and the host of the access URL. They \
                     may take 32 KiB in the start-up script, which is about 800 hosts. Do not \
                     name LLM providers.",
                ),
        )
}

fn trust(schema: Schema) -> Schema {
    schema
        .attribute(
            "cert_path",
            Attribute::optional_computed(Type::String).validate(validators::cert_path()).describe(
                "Where the CA certificate is kept in the workspace: an absolute path of a file \
                 in a folder of its own, `/tmp/aibridge-proxy/ca-cert.pem` by default. Bundle \
                 and status lie beside it.",
            ),
        )
        .attribute(
            "extra_ca_certificates",
            Attribute::optional(Type::String).validate(validators::script_certificates()).describe(
                "PEM of further certificates for the bundle, at most 64 KiB: of the proxy's TLS \
                 listener, of the root above an intermediate CA, of the company.",
            ),
        )
        .attribute(
            "ca_fetch",
            Attribute::optional_computed(Type::String)
                .default(CA_FETCH[0])
                .validate(one_of(&CA_FETCH))
                .describe(
                    "Whether the CA certificate is fetched at apply, too: `auto` (the default; a \
                 failure is a warning), `required` (a failure is an error) or `off`. The \
                 workspace fetches it at each start in any case.",
                ),
        )
        .attribute(
            "ca_pin_sha256",
            Attribute::optional(Type::String).validate(validators::pin()).describe(
                "SHA-256 fingerprint of the only CA certificate to accept, here and in the \
                 workspace: 64 hexadecimal digits, with or without colons. Any other \
                 certificate counts as a failure to fetch.",
            ),
        )
        .attribute(
            "timeouts",
            Attribute::optional(
                Nested::single()
                    .attribute("create", timeout("create", "10s"))
                    .attribute("read", timeout("read", "5s"))
                    .attribute("update", timeout("update", "10s")),
            )
            .describe("How long fetching the CA certificate may take, all attempts together."),
        )
}

fn timeout(operation: &str, default: &str) -> impl Into<Attribute> {
    Attribute::optional(Type::String)
        .validate(validators::duration())
        .describe(format!("At {operation}, `{default}` by default."))
}

fn coordination(schema: Schema) -> Schema {
    schema
        .attribute(
            "sync",
            Attribute::optional_computed(Type::String)
.default(SYNC[0])
.validate(one_of(&SYNC))
.describe(
                "Startup coordination over the agent's socket: `auto` (the default: where there \
                 is one), `required` or `off`.",
            ),
        )
        .attribute(
            "sync_unit",
            Attribute::optional_computed(Type::String).validate(validators::unit()).describe(
                "Name of the unit that dependents wait for, `aibridge-proxy-setup` by default. \
                 Two instances on one agent need two names.",
            ),
        )
        .attribute(
            "prebuild",
            Attribute::optional_computed(Type::Bool).default(false).describe(
                "Whether this build makes a prebuilt workspace, such as \
                 `data.coder_workspace.me.is_prebuild`; `false` by default. A set-up that fails \
                 is then put off until the claim.",
            ),
        )
        .attribute(
            "helper",
            Attribute::optional(
                Nested::single()
                    .attribute(
                        "path",
                        Attribute::optional(Type::String)
                            .validate(validators::program_path())
                            .describe("Where the image has it; no other is used then."),
                    )
                    .attribute(
                        "platforms",
                        Attribute::optional(platforms()).describe(
                            "Where to download it if it is not on the PATH, by platform such as \
                         `linux_amd64`, `linux_arm64` or `linux_armv7`.",
                        ),
                    ),
            )
            .describe(
                "Where the workspace takes `aibridge-agent` from. By default from the PATH, else \
                 from the release of the provider's version.",
            ),
        )
}

fn platforms() -> Nested {
    Nested::map()
        .attribute(
            "url",
            Attribute::required(Type::String)
                .validate(validators::download_url())
                .describe("URL of the program itself, not of an archive."),
        )
        .attribute(
            "sha256",
            Attribute::required(Type::String)
                .validate(validators::sha256())
                .describe("SHA-256 of the file; any other is thrown away."),
        )
}

fn ca_outputs(schema: Schema) -> Schema {
    let computed = |text: &str| Attribute::computed(Type::String).describe(text);
    schema
        .attribute(
            "ca_cert_pem",
            computed("The fetched CA certificate, PEM. Null if none was fetched."),
        )
        .attribute(
            "ca_cert_sha256",
            computed(
                "SHA-256 fingerprint of the fetched CA certificate, 64 lower-case hexadecimal \
                 digits.",
            ),
        )
        .attribute("ca_cert_subject", computed("Subject of the fetched CA certificate."))
        .attribute(
            "ca_cert_not_after",
            computed(
                "When the fetched CA certificate expires, RFC 3339. Less than 30 days ahead is a \
             warning at apply.",
            ),
        )
}

fn outputs(schema: Schema) -> Schema {
    let computed = |text: &str| Attribute::computed(Type::String).describe(text);
    schema
        .attribute("id", computed("Names this object for as long as it exists."))
        .attribute(
            "proxy_auth_url",
            computed(
                "`scheme://user:token@host[:port]`, user and token percent-encoded. Without a \
                 token the password is empty.",
            )
            .sensitive(),
        )
        .attribute(
            "bundle_path",
            computed(
                "Path of the bundle beside the certificate: system roots, CA, extra \
                 certificates. For tools whose setting replaces their roots.",
            ),
        )
        .attribute(
            "status_path",
            computed(
                "Path of the JSON file beside the certificate that says how the last set-up \
                 ended.",
            ),
        )
        .attribute(
            "env",
            Attribute::computed(Type::map(Type::String)).sensitive().describe(
                "Variables that route one process tree through the proxy and make it trust the \
                 CA. Never set them for a whole workspace: `HTTPS_PROXY` holds the token.",
            ),
        )
        .attribute(
            "trust_env",
            Attribute::computed(Type::map(Type::String)).describe(
                "What `env` has without the proxy URLs: nothing in it is secret, so it is \
                     fit for `for_each`.",
            ),
        )
        .attribute(
            "no_proxy_effective",
            Attribute::computed(Type::list(Type::String))
                .describe("The joined list of hosts that are reached directly."),
        )
        .attribute(
            "bootstrap_script",
            computed(
                "POSIX shell script that finds or downloads the helper and leaves its path in \
                 `AIBRIDGE_AGENT_BIN`, or ends with exit code 22.",
            ),
        )
        .attribute(
            "setup_script",
            computed("The start-up script: it gets the helper and runs its `setup`."),
        )
        .attribute(
            "refresh_script",
            computed("The script for cron: it gets the helper and runs its `refresh`."),
        )
}
