//! `env`: the variables of `exec`, in the language of a shell.
//!
//! Printing them is this command's purpose, the session token included; it is
//! the only one that does, and `--no-secrets` leaves it out.

#[cfg(test)]
mod tests;

use super::{load_token, stored};
use crate::cli::{EnvArgs, EnvFormat};
use crate::env::Lookup;
use crate::error::Error;
use crate::exit::Exit;
use crate::files::{Folder, Reach};
use crate::output::Output;
use crate::settings;
use crate::variables::{Variables, variables};

/// Runs the command.
///
/// # Errors
///
/// Settings, or a stdout that takes nothing.
pub fn run(args: &EnvArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let place = settings::place(&args.place, env)?;
    let stored = stored(&place, out)?;
    let tool = settings::tool(&args.proxy, env, &stored, !args.no_secrets)?;
    let token = tool.token.as_ref().map(load_token).transpose()?;
    let folder = Folder::open(place.folder(), Reach::OursOrRoots)?;
    let has = |name| folder.as_ref().map_or(Ok(false), |it| it.has(name));
    if !has(place.bundle_name())? || !has(place.cert_name())? {
        let hint = "`aibridge-agent setup` makes them; until then TLS fails under these variables";
        out.warn(
            &format!("no certificate and bundle in `{}`", place.folder().display()),
            Some(hint),
        );
    }
    out.result(&print(&variables(&place, &tool, token.as_ref(), env), args.format))?;
    Ok(Exit::Done)
}

/// All variables in one language, sorted by name.
fn print(variables: &Variables, format: EnvFormat) -> String {
    let secret = variables.secret.iter().map(|(name, value)| (*name, value.expose()));
    let plain = variables.plain.iter().map(|(name, value)| (*name, value.as_str()));
    let mut all: Vec<(&str, &str)> = secret.chain(plain).collect();
    all.sort_unstable();
    if format == EnvFormat::Json {
        let object: serde_json::Map<String, serde_json::Value> =
            all.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        return format!("{:#}\n", serde_json::Value::Object(object));
    }
    all.into_iter().map(|(name, value)| line(name, value, format)).collect()
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
