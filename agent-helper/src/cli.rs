//! The command line as clap sees it; types only, no behaviour.
//!
//! Settings stay text here: which of flag, variable and stored setting wins,
//! and what it means, is decided in `config`, so that a bad value is a fault of
//! the settings (exit 10), after which the set-up's unit is still completed.
//! Their names and help texts come from `config::specs`.

mod groups;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::groups::{CaArgs, CoordinationArgs, PlaceArgs, ProxyArgs};

use self::groups::any_path;
use crate::config::specs;
use crate::help;

/// Installs the CA certificate of AI Bridge Proxy in a workspace, and runs tools behind the proxy.
#[derive(Debug, Parser)]
#[command(name = "aibridge-agent", version, disable_help_subcommand = true)]
#[command(
    after_long_help = help::tables(),
    after_help = "See --help for variables and exit codes.",
)]
pub(crate) struct Cli {
    #[arg(
        long = specs::LOG_FORMAT.flag,
        help = specs::LOG_FORMAT.help(),
        global = true,
        value_name = "FORMAT",
    )]
    pub(crate) log_format: Option<String>,
    #[arg(
        long = specs::LOG_LEVEL.flag,
        help = specs::LOG_LEVEL.help(),
        global = true,
        value_name = "LEVEL",
    )]
    pub(crate) log_level: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One variant for each verb.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Fetch the CA certificate, check it, and write it with the bundle.
    #[command(after_long_help = help::SETUP)]
    Setup {
        #[command(flatten)]
        args: SetupArgs,
        /// Set up a prebuilt workspace: a failure ends with outcome `deferred` and exit code 0.
        #[arg(long)]
        prebuild: bool,
    },
    /// Fetch the CA certificate again, for cron; no unit is started or completed.
    #[command(after_long_help = help::REFRESH)]
    Refresh {
        #[command(flatten)]
        args: SetupArgs,
        /// Trust only the CA that the deployment serves now, and no earlier one.
        #[arg(long)]
        drop_old: bool,
    },
    /// Wait until the set-up of this workspace start has ended, and exit with its result.
    #[command(after_long_help = help::WAIT)]
    Wait(WaitArgs),
    /// Run a command behind the proxy; only its process tree gets the proxy and trust variables.
    #[command(after_long_help = help::EXEC)]
    Exec(ExecArgs),
    /// Print the variables that `exec` sets.
    #[command(after_long_help = help::ENV)]
    Env(EnvArgs),
    /// Show the last set-up's outcome, the certificate and the unit.
    #[command(after_long_help = help::STATUS)]
    Status(StatusArgs),
    /// Add the CA to the trust store of Java or of the system.
    #[command(after_long_help = help::TRUST)]
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Trust(TrustArgs),
    /// Check each leg from this workspace to an AI provider, and print the fix for the first fault.
    #[command(after_long_help = help::DOCTOR)]
    Doctor(DoctorArgs),
    /// Start, complete and list units of the workspace agent, as `coder exp sync` does.
    #[command(subcommand_required = true, arg_required_else_help = true)]
    #[command(after_long_help = help::SYNC)]
    Sync(SyncArgs),
    /// Print a completion script for a shell.
    #[command(after_long_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print a manual page, or write all of them.
    #[command(after_long_help = help::MAN)]
    Man(ManArgs),
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SetupArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) coordination: CoordinationArgs,
    #[command(flatten)]
    pub(crate) proxy: ProxyArgs,
    #[command(flatten)]
    pub(crate) ca: CaArgs,
    #[arg(long = specs::TIMEOUT.flag, help = specs::TIMEOUT.help(), value_name = "DURATION")]
    pub(crate) timeout: Option<String>,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) coordination: CoordinationArgs,
    /// Unit to start afterwards; the caller completes it.
    #[arg(long = "as", value_name = "UNIT")]
    pub(crate) as_unit: Option<String>,
    /// Timeout of the wait; `0s` waits without end.
    #[arg(long, value_name = "DURATION", default_value = "5m")]
    pub(crate) timeout: String,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ExecArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) coordination: CoordinationArgs,
    #[command(flatten)]
    pub(crate) proxy: ProxyArgs,
    /// Wait until the set-up of this workspace start has ended.
    #[arg(long)]
    pub(crate) wait: bool,
    /// Unit that is started before the command and completed when it has ended.
    #[arg(long = "as", value_name = "UNIT")]
    pub(crate) as_unit: Option<String>,
    /// Timeout of `--wait`; `0s` waits without end.
    #[arg(long, value_name = "DURATION", default_value = "5m")]
    pub(crate) timeout: String,
    /// The command and its arguments.
    #[arg(required = true, trailing_var_arg = true, value_name = "CMD", last = false)]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct EnvArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) proxy: ProxyArgs,
    /// Language of the output.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = EnvFormat::Sh)]
    pub(crate) format: EnvFormat,
    /// Leave out the variables that hold the session token.
    #[arg(long)]
    pub(crate) no_secrets: bool,
}

/// Languages of `env`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum EnvFormat {
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

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) coordination: CoordinationArgs,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct TrustArgs {
    #[arg(
        long = specs::CERT_PATH.flag,
        help = specs::CERT_PATH.help(),
        value_name = "PATH",
        global = true,
        value_parser = any_path(),
    )]
    pub(crate) cert_path: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) verb: TrustVerb,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum TrustVerb {
    /// Write the bundle as a truststore for Java and print the variable that names it.
    Java {
        /// File of the truststore; without it `ca-truststore.p12` beside the certificate,
        /// which later set-ups update.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Add the CAs to the system's store, for every program and user. Needs root.
    Install(TrustOptions),
    /// Remove from the system's store what `install` has added. Needs root.
    Remove(TrustOptions),
}

/// How to change the system's store.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct TrustOptions {
    /// Print the changes and make none.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Root folder of the system to change, such as that of an image; commands run under
    /// `chroot`.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) coordination: CoordinationArgs,
    #[command(flatten)]
    pub(crate) proxy: ProxyArgs,
    /// AI host that must be intercepted (repeatable); without it, the hosts of the usual
    /// providers are checked.
    #[arg(long, value_name = "HOST", action = ArgAction::Append)]
    pub(crate) host: Vec<String>,
    /// Timeout of each check.
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    pub(crate) timeout: String,
    /// Run none of the installed tools.
    #[arg(long)]
    pub(crate) no_tools: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct CompletionsArgs {
    /// Shell of the script.
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ManArgs {
    /// Command whose page is printed; without it, the program's own page.
    pub(crate) command: Vec<String>,
    /// Folder into which all pages are written; none is printed.
    #[arg(long, value_name = "DIR", conflicts_with = "command", value_parser = any_path())]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct SyncArgs {
    #[arg(
        long = specs::SOCKET_PATH.flag,
        help = specs::SOCKET_PATH.help(),
        value_name = "PATH",
        global = true,
        value_parser = any_path(),
    )]
    pub(crate) socket_path: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) verb: SyncVerb,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum SyncVerb {
    /// Check that the agent answers.
    Ping,
    /// Wait until a unit's dependencies are completed, then start it.
    Start {
        /// Name of the unit.
        unit: String,
        /// Timeout of the wait for the dependencies; `0s` waits without end.
        #[arg(long, value_name = "DURATION", default_value = "5m")]
        timeout: String,
    },
    /// Declare that a unit depends on others.
    Want {
        /// Name of the unit.
        unit: String,
        /// Units that it depends on.
        #[arg(required = true)]
        depends_on: Vec<String>,
    },
    /// Complete a unit.
    Complete {
        /// Name of the unit.
        unit: String,
    },
    /// Print `true` if a unit's dependencies are completed, else `false`.
    Ready {
        /// Name of the unit.
        unit: String,
    },
    /// Show a unit and its dependencies.
    Status {
        /// Name of the unit.
        unit: String,
        /// Format of the output.
        #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = SyncFormat::Table)]
        output: SyncFormat,
    },
    /// List all units.
    List {
        /// Format of the output.
        #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = SyncFormat::Table)]
        output: SyncFormat,
    },
}

/// Output formats of `sync status` and `sync list`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum SyncFormat {
    /// Columns.
    #[default]
    Table,
    /// JSON with the keys of `coder exp sync`.
    Json,
}
