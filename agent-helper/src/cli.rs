//! The command line as clap sees it; types only, no behaviour.
//!
//! Settings stay text here: what they mean, and which of flag, variable and
//! stored setting wins, is decided in `settings`, so that a bad value is a
//! fault of the settings (exit 10) that still releases whoever waits.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::{env, help};

/// Gets the AI Bridge Proxy's CA into a workspace, and tools behind the proxy.
#[derive(Debug, Parser)]
#[command(name = "aibridge-agent", version, disable_help_subcommand = true)]
#[command(after_long_help = env::TABLES, after_help = "See --help for variables and exit codes.")]
pub struct Cli {
    /// Form of the diagnosis on stderr: `text` or `json`.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// Least severe diagnosis to print: `error`, `warn`, `info`, `debug` or `trace`.
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One variant for each verb.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch the CA certificate, check it, and write it with the bundle.
    #[command(after_long_help = help::SETUP)]
    Setup {
        /// What to set up.
        #[command(flatten)]
        args: SetupArgs,
        /// This build makes a prebuilt workspace: a failure is put off, not reported.
        #[arg(long)]
        prebuild: bool,
    },
    /// Fetch the CA certificate again, for cron; leaves every unit alone.
    #[command(after_long_help = help::REFRESH)]
    Refresh {
        /// What to refresh; `setup` has stored it.
        #[command(flatten)]
        args: SetupArgs,
        /// Trust the CA that is served now and no earlier one.
        #[arg(long)]
        drop_old: bool,
    },
    /// Block until this start's set-up has ended; the exit code says how.
    #[command(after_long_help = help::WAIT)]
    Wait(WaitArgs),
    /// Run a command behind the proxy, for its process tree only.
    #[command(after_long_help = help::EXEC)]
    Exec(ExecArgs),
    /// Print the variables that `exec` sets.
    #[command(after_long_help = help::ENV)]
    Env(EnvArgs),
    /// Show the last set-up's outcome, the certificate and the unit.
    #[command(after_long_help = help::STATUS)]
    Status(StatusArgs),
    /// Trust for what reads no variable: Java, and the system's store.
    #[command(after_long_help = help::TRUST)]
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Trust(TrustArgs),
    /// Look at every leg from here to an AI provider, and say what to do about the first fault.
    #[command(after_long_help = help::DOCTOR)]
    Doctor(DoctorArgs),
    /// Talk to the workspace agent's coordination, as `coder exp sync` does.
    #[command(subcommand_required = true, arg_required_else_help = true)]
    #[command(after_long_help = help::SYNC)]
    Sync(SyncArgs),
    /// Print what a shell needs to complete this program's words.
    #[command(after_long_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print a manual page, or write all of them.
    #[command(after_long_help = help::MAN)]
    Man(ManArgs),
}

/// Where the certificate is, and with it everything else that is kept.
#[derive(Args, Clone, Debug, Default)]
pub struct PlaceArgs {
    /// Where the CA certificate is kept, an absolute path.
    #[arg(long, value_name = "PATH", value_parser = any_path())]
    pub cert_path: Option<PathBuf>,
}

/// How to coordinate.
#[derive(Args, Clone, Debug, Default)]
pub struct CoordinationArgs {
    /// Coordination over the agent socket: `auto`, `required` or `off`.
    #[arg(long, value_name = "MODE")]
    pub sync: Option<String>,
    /// Name of the set-up's unit.
    #[arg(long, value_name = "UNIT", visible_alias = "unit")]
    pub sync_unit: Option<String>,
    /// Socket of the workspace agent.
    #[arg(long, value_name = "PATH", value_parser = any_path())]
    pub socket_path: Option<PathBuf>,
}

/// What the variables of a tool are made of.
#[derive(Args, Clone, Debug, Default)]
pub struct ProxyArgs {
    /// Access URL of the deployment.
    #[arg(long, value_name = "URL")]
    pub access_url: Option<String>,
    /// File that holds the session token; a token is never a flag.
    #[arg(long, value_name = "FILE", value_parser = any_path())]
    pub session_token_file: Option<PathBuf>,
    /// AI Bridge Proxy, `http(s)://host[:port]`.
    #[arg(long, value_name = "URL")]
    pub proxy_url: Option<String>,
    /// Host to reach directly (repeatable, or separated by commas).
    #[arg(long, value_name = "HOST", action = ArgAction::Append)]
    pub no_proxy: Vec<String>,
}

/// Flags of `setup` and `refresh`.
#[derive(Args, Clone, Debug, Default)]
pub struct SetupArgs {
    /// Where.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Coordination.
    #[command(flatten)]
    pub coordination: CoordinationArgs,
    /// Deployment and proxy.
    #[command(flatten)]
    pub proxy: ProxyArgs,
    /// SHA-256 of the only CA certificate to accept.
    #[arg(long, value_name = "HEX")]
    pub ca_pin_sha256: Option<String>,
    /// CA certificate (PEM) to use if the network fails.
    #[arg(long, value_name = "FILE", value_parser = any_path())]
    pub ca_seed_file: Option<PathBuf>,
    /// PEM file of further CAs for the bundle (repeatable).
    #[arg(long, value_name = "FILE", action = ArgAction::Append, value_parser = any_path())]
    pub extra_ca_file: Vec<PathBuf>,
    /// Deadline of the whole run.
    #[arg(long, value_name = "SPAN")]
    pub timeout: Option<String>,
}

/// Flags of `wait`.
#[derive(Args, Clone, Debug, Default)]
pub struct WaitArgs {
    /// Where.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Coordination.
    #[command(flatten)]
    pub coordination: CoordinationArgs,
    /// Start this unit afterwards; completing it is the caller's task.
    #[arg(long = "as", value_name = "NAME")]
    pub as_unit: Option<String>,
    /// How long to wait; `0s` waits without end.
    #[arg(long, value_name = "SPAN", default_value = "5m")]
    pub timeout: String,
}

/// Flags of `exec`.
#[derive(Args, Clone, Debug, Default)]
pub struct ExecArgs {
    /// Where.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Coordination.
    #[command(flatten)]
    pub coordination: CoordinationArgs,
    /// Deployment and proxy.
    #[command(flatten)]
    pub proxy: ProxyArgs,
    /// Wait for this start's set-up first.
    #[arg(long)]
    pub wait: bool,
    /// Run as this unit: started before the command, completed at its end.
    #[arg(long = "as", value_name = "NAME")]
    pub as_unit: Option<String>,
    /// How long `--wait` waits; `0s` waits without end.
    #[arg(long, value_name = "SPAN", default_value = "5m")]
    pub timeout: String,
    /// The command and its arguments.
    #[arg(required = true, trailing_var_arg = true, value_name = "CMD", last = false)]
    pub command: Vec<OsString>,
}

/// Flags of `env`.
#[derive(Args, Clone, Debug, Default)]
pub struct EnvArgs {
    /// Where.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Deployment and proxy.
    #[command(flatten)]
    pub proxy: ProxyArgs,
    /// Language to print in.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = EnvFormat::Sh)]
    pub format: EnvFormat,
    /// Leave out the variables that hold the session token.
    #[arg(long)]
    pub no_secrets: bool,
}

/// Languages of `env`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum EnvFormat {
    /// POSIX shells.
    #[default]
    Sh,
    /// Fish.
    Fish,
    /// PowerShell.
    Powershell,
    /// `.env` files.
    Dotenv,
    /// One JSON object.
    Json,
}

/// Flags of `status`.
#[derive(Args, Clone, Debug, Default)]
pub struct StatusArgs {
    /// Where.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Coordination.
    #[command(flatten)]
    pub coordination: CoordinationArgs,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `trust`.
#[derive(Args, Clone, Debug)]
pub struct TrustArgs {
    /// Where the CA certificate is kept, an absolute path.
    #[arg(long, value_name = "PATH", global = true, value_parser = any_path())]
    pub cert_path: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub verb: TrustVerb,
}

/// Verbs of `trust`.
#[derive(Clone, Debug, Subcommand)]
pub enum TrustVerb {
    /// Write the bundle as a truststore for Java and print the variable that names it.
    Java {
        /// The truststore; otherwise `ca-truststore.p12` beside the certificate, which
        /// later set-ups keep fresh.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Put the CAs into the system's store, for every program and user. Needs root.
    Install(TrustOptions),
    /// Take out of the system's store what `install` put there. Needs root.
    Remove(TrustOptions),
}

/// How to change the system's store.
#[derive(Args, Clone, Debug, Default)]
pub struct TrustOptions {
    /// Only print what would be done.
    #[arg(long)]
    pub dry_run: bool,
    /// Change the system below this folder, such as that of an image; its commands run
    /// under `chroot`.
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

/// Flags of `doctor`.
#[derive(Args, Clone, Debug, Default)]
pub struct DoctorArgs {
    /// Where.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Coordination.
    #[command(flatten)]
    pub coordination: CoordinationArgs,
    /// Deployment and proxy.
    #[command(flatten)]
    pub proxy: ProxyArgs,
    /// AI host that must be intercepted (repeatable); without it, the usual ones are looked at.
    #[arg(long, value_name = "HOST", action = ArgAction::Append)]
    pub host: Vec<String>,
    /// How long one look may take.
    #[arg(long, value_name = "SPAN", default_value = "10s")]
    pub timeout: String,
    /// Leave out the installed tools.
    #[arg(long)]
    pub no_tools: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `completions`.
#[derive(Args, Clone, Debug)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// Flags of `man`.
#[derive(Args, Clone, Debug, Default)]
pub struct ManArgs {
    /// The command whose page to print; the program's own without one.
    pub command: Vec<String>,
    /// Write every page into this folder instead.
    #[arg(long, value_name = "DIR", conflicts_with = "command", value_parser = any_path())]
    pub dir: Option<PathBuf>,
}

/// Flags of `sync`.
#[derive(Args, Clone, Debug)]
pub struct SyncArgs {
    /// Socket of the workspace agent.
    #[arg(long, value_name = "PATH", global = true, value_parser = any_path())]
    pub socket_path: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub verb: SyncVerb,
}

/// Verbs of `sync`.
#[derive(Clone, Debug, Subcommand)]
pub enum SyncVerb {
    /// Ask whether the agent answers.
    Ping,
    /// Wait until a unit's dependencies are completed, then start it.
    Start {
        /// The unit.
        unit: String,
        /// How long to wait; `0s` waits without end.
        #[arg(long, value_name = "SPAN", default_value = "5m")]
        timeout: String,
    },
    /// Declare that a unit depends on others.
    Want {
        /// The unit.
        unit: String,
        /// What it depends on.
        #[arg(required = true)]
        depends_on: Vec<String>,
    },
    /// Complete a unit.
    Complete {
        /// The unit.
        unit: String,
    },
    /// Print `true` if a unit's dependencies are completed, else `false`.
    Ready {
        /// The unit.
        unit: String,
    },
    /// Show a unit and its dependencies.
    Status {
        /// The unit.
        unit: String,
        /// Form of the answer.
        #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = SyncFormat::Table)]
        output: SyncFormat,
    },
    /// List all units.
    List {
        /// Form of the answer.
        #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = SyncFormat::Table)]
        output: SyncFormat,
    },
}

/// Forms of `sync status` and `sync list`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum SyncFormat {
    /// Columns for people.
    #[default]
    Table,
    /// JSON with the keys of `coder exp sync`.
    Json,
}

/// Takes the empty path too, which clap's own parser refuses: empty is unset.
fn any_path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}
