//! The schema of `aibridge_proxy`, with the text that becomes its page in the docs.

use coder_client::workspace::DEFAULT_USERNAME;
use tfplugin::schema::Schema;
use tfplugin::schema::attribute::{Attribute, AttributeBuilder, Nested, mode};
use tfplugin::schema::validator::one_of;
use tfplugin::ty::Type;

use super::inputs::LIMITS;
use crate::parsed::{DownloadUrl, ProgramPath, Requirement, Sha256, UnitName, parsed};
use crate::{arguments, validators};

/// Builds the schema.
pub(super) fn schema() -> Schema {
    let schema = Schema::new(0).describe(
        "Settings that route the tools of one workspace through the company's AI Bridge Proxy \
         (newer name: AI Gateway Proxy). All attributes but `id` and those of the fetched \
         certificate (`ca_cert_*`) are computed from the configuration and known at plan, so a \
         script changes only when a setting does. The resource creates no remote object, no change \
         forces a replacement, and destroying it only removes it from the state.\n\nNo operation \
         fails because of the network or the token unless `ca_fetch` is `required`: a workspace \
         can start, stop and be deleted while the deployment is unavailable. Without a session \
         token (while a template is imported, and in builds that stop or delete a workspace) the \
         provider makes no request and warns.\n\nTwo instances on one agent need different values \
         of `cert_path` (another folder, not another file in the same folder) and of `sync_unit`; \
         the helper refuses to mix them.",
    );
    outputs(ca_outputs(coordination(trust(proxy(schema)))))
}

fn proxy(schema: Schema) -> Schema {
    let username = Attribute::optional_computed(Type::String).default(DEFAULT_USERNAME);
    schema
        .attribute("proxy_url", arguments::proxy_url())
        .attribute("username", arguments::username(username))
        .attribute(
            "access_url",
            arguments::access_url(
                "The CA certificate is fetched from it, and its host is reached without the proxy.",
            ),
        )
        .attribute(
            "session_token",
            arguments::session_token(
                "It is stored in the state. A new token is an update in place.",
            ),
        )
        .attribute(
            "agent_id",
            Attribute::optional(Type::String).describe(
                "ID of the agent that these settings are for, such as `coder_agent.main.id`. It is \
                 recorded only.",
            ),
        )
        .attribute(
            "no_proxy",
            arguments::no_proxy(
                "They may take 32 KiB in the start-up script, which is about 800 hosts. Do not \
                 list LLM providers: their requests would bypass the proxy.",
            )
            .validate(validators::script_hosts()),
        )
}

fn trust(schema: Schema) -> Schema {
    schema
        .attribute("cert_path", arguments::cert_path(Attribute::optional_computed(Type::String)))
        .attribute(
            "extra_ca_certificates",
            arguments::extra_ca_certificates("At most 64 KiB. They become part of the CA bundle.")
                .validate(validators::script_certificates()),
        )
        .attribute(
            "ca_fetch",
            requirement().describe(
                "Whether the CA certificate is fetched at apply: `auto` (the default) fetches it \
                 and warns if that fails, `required` fails the apply, `off` does not fetch it. The \
                 workspace fetches it at each start in any case.",
            ),
        )
        .attribute(
            "ca_pin_sha256",
            arguments::ca_pin_sha256(
                "It applies to the provider and to the helper in the workspace. Any other \
                 certificate counts as a failed fetch.",
            ),
        )
        .attribute("timeouts", LIMITS.attribute())
}

fn coordination(schema: Schema) -> Schema {
    schema
        .attribute(
            "sync",
            requirement().describe(
                "Startup coordination over the agent's socket: `auto` (the default) uses the \
                 socket if there is one, `required` fails without it, `off` does not use it.",
            ),
        )
        .attribute(
            "sync_unit",
            Attribute::optional_computed(Type::String).validate(parsed::<UnitName>()).describe(
                "Name of the unit that dependent scripts wait for, `aibridge-proxy-setup` by \
                 default. Two instances on one agent need different names.",
            ),
        )
        .attribute(
            "prebuild",
            Attribute::optional_computed(Type::Bool).default(false).describe(
                "Whether this build makes a prebuilt workspace, such as \
                 `data.coder_workspace.me.is_prebuild`; `false` by default. If it does, a set-up \
                 that fails is deferred until the workspace is claimed.",
            ),
        )
        .attribute(
            "helper",
            Attribute::optional(
                Nested::single()
                    .attribute(
                        "path",
                        Attribute::optional(Type::String)
                            .validate(parsed::<ProgramPath>())
                            .describe(
                                "Path of `aibridge-agent` in the image. If it is set, no other \
                                 program is used.",
                            ),
                    )
                    .attribute(
                        "platforms",
                        Attribute::optional(platforms())
                            .validate(validators::platforms())
                            .describe(
                                "Downloads by platform, such as `linux_amd64`, `linux_arm64` or \
                                 `linux_armv7`. They are used if `aibridge-agent` is not on the \
                                 PATH.",
                            ),
                    ),
            )
            .validate(validators::one_helper())
            .describe(
                "Source of the program `aibridge-agent`. By default the workspace takes it from \
                 the PATH, or else from the release of the provider's version.",
            ),
        )
}

fn platforms() -> Nested {
    Nested::map()
        .attribute(
            "url",
            Attribute::required(Type::String)
                .validate(parsed::<DownloadUrl>())
                .describe("URL of the program itself, not of an archive."),
        )
        .attribute(
            "sha256",
            Attribute::required(Type::String).validate(parsed::<Sha256>()).describe(
                "SHA-256 of the program, 64 hexadecimal digits. A download with another SHA-256 is \
                 discarded.",
            ),
        )
}

fn requirement() -> AttributeBuilder<mode::OptionalComputed> {
    Attribute::optional_computed(Type::String)
        .default(Requirement::default().name())
        .validate(one_of(&Requirement::NAMES))
}

fn ca_outputs(schema: Schema) -> Schema {
    let computed = |text: &str| Attribute::computed(Type::String).describe(text);
    schema
        .attribute(
            "ca_cert_pem",
            computed("Fetched CA certificate as PEM. Null if none was fetched."),
        )
        .attribute(
            "ca_cert_sha256",
            computed(
                "SHA-256 fingerprint of the fetched CA certificate, 64 lower-case hexadecimal \
                 digits. Null if none was fetched.",
            ),
        )
        .attribute(
            "ca_cert_subject",
            computed("Subject of the fetched CA certificate. Null if none was fetched."),
        )
        .attribute(
            "ca_cert_not_after",
            computed(
                "End of the fetched CA certificate's validity, RFC 3339 in UTC. Null if none was \
                 fetched. If it is less than 30 days away, the provider warns at apply.",
            ),
        )
}

fn outputs(schema: Schema) -> Schema {
    let computed = |text: &str| Attribute::computed(Type::String).describe(text);
    schema
        .attribute("id", computed("Identifier of the object, which never changes."))
        .attribute(
            "proxy_auth_url",
            computed(
                "Proxy URL with user name and token, `scheme://user:token@host[:port]`. Both are \
                 percent-encoded. Without a token the password is empty.",
            )
            .sensitive(),
        )
        .attribute(
            "bundle_path",
            computed(
                "Path of the CA bundle beside the certificate, which contains the system's roots, \
                 the CA certificate and the extra certificates. It is for tools whose setting \
                 replaces their own roots.",
            ),
        )
        .attribute(
            "status_path",
            computed(
                "Path of the JSON file beside the certificate that records how the last set-up \
                 ended.",
            ),
        )
        .attribute(
            "env",
            Attribute::computed(Type::map(Type::String)).sensitive().describe(
                "Environment variables that route one process tree through the proxy and make it \
                 trust the CA. Do not set them for a whole workspace: `HTTPS_PROXY` contains the \
                 token.",
            ),
        )
        .attribute(
            "trust_env",
            Attribute::computed(Type::map(Type::String)).describe(
                "Environment variables of `env` without those that contain the proxy URL. None is \
                 secret, so the map can be used in `for_each`.",
            ),
        )
        .attribute(
            "no_proxy_effective",
            Attribute::computed(Type::list(Type::String)).describe(
                "Hosts that tools reach without the proxy: `localhost`, `127.0.0.1`, `::1`, the \
                 host of the access URL, and those of `no_proxy`.",
            ),
        )
        .attribute(
            "bootstrap_script",
            computed(
                "POSIX shell script that finds or downloads the helper and sets \
                 `AIBRIDGE_AGENT_BIN` to its path. If there is no helper, it ends with exit code \
                 22.",
            ),
        )
        .attribute(
            "setup_script",
            computed(
                "POSIX shell script for the start of the workspace. It gets the helper and runs \
                 `aibridge-agent setup`.",
            ),
        )
        .attribute(
            "refresh_script",
            computed(
                "POSIX shell script for cron. It gets the helper and runs `aibridge-agent \
                 refresh`.",
            ),
        )
}
