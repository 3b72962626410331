//! `env`: the variables of `exec`, in the language of a shell.
//!
//! Printing them is this command's purpose, the session token included; it is
//! the only one that does, and `--no-secrets` leaves it out.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use settings::{Lookup, Secret};

use super::{load_token, stored};
use crate::cli::{EnvArgs, EnvFormat};
use crate::config::{self, ToolSettings};
use crate::error::Error;
use crate::exit::Exit;
use crate::files::{Folder, Reach};
use crate::output::Output;

/// Runs the command.
///
/// # Errors
///
/// Settings, or a write error on stdout.
pub(crate) fn run(args: &EnvArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let place = config::place(&args.place, env)?;
    let stored = stored(&place, out)?;
    let settings = ToolSettings::read(&args.proxy, env, &stored);
    let has_extra_cas = stored.has_extra_cas();
    let variables = if args.no_secrets {
        let trust = settings.tool()?.trust(&place, has_extra_cas).variables();
        trust.into_iter().map(|(name, value)| (name, Secret::new(value))).collect()
    } else {
        let (tool, token) = settings.tool_with_token()?;
        tool.workspace(&place, has_extra_cas, load_token(token)?).variables()
    };
    let folder = Folder::open(place.folder(), Reach::OursOrRoots)?;
    let has = |name| folder.as_ref().map_or(Ok(false), |it| it.has(name));
    if !has(place.bundle_name())? || !has(place.cert_name())? {
        let hint = "run `aibridge-agent setup`; until then TLS fails with these variables";
        out.warn(
            &format!("no certificate and bundle in `{}`", place.folder().display()),
            Some(hint),
        );
    }
    out.result(&print(&variables, args.format))?;
    Ok(Exit::Done)
}

/// All variables in one language, sorted by name.
fn print(variables: &BTreeMap<&'static str, Secret>, format: EnvFormat) -> String {
    let all = variables.iter().map(|(name, value)| (*name, value.expose()));
    if format == EnvFormat::Json {
        let object: serde_json::Map<String, serde_json::Value> =
            all.map(|(name, value)| (name.to_owned(), value.into())).collect();
        return format!("{:#}\n", serde_json::Value::Object(object));
    }
    all.map(|(name, value)| line(name, value, format)).collect()
}

fn line(name: &str, value: &str, format: EnvFormat) -> String {
    match format {
        EnvFormat::Sh | EnvFormat::Json => {
            format!("export {name}='{}'\n", value.replace('\'', r"'\''"))
        }
        EnvFormat::Fish => {
            let value = value.replace('\\', r"\\").replace('\'', r"\'");
            format!("set -gx {name} '{value}'\n")
        }
        EnvFormat::Powershell => {
            // PowerShell takes the typographic quotes for quotes as well.
            let mut quoted = String::new();
            for it in value.chars() {
                if matches!(it, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
                    quoted.push(it);
                }
                quoted.push(it);
            }
            format!("$env:{name} = '{quoted}'\n")
        }
        EnvFormat::Dotenv if value.contains('\'') => {
            let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('$', r"\$");
            format!("{name}=\"{value}\"\n")
        }
        EnvFormat::Dotenv => format!("{name}='{value}'\n"),
    }
}
