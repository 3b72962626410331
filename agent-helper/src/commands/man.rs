//! `man`: the help pages in the form of manuals, from the same source.

use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::{Cli, ManArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;

/// Runs the command: one page on stdout, or all of them in a folder.
///
/// # Errors
///
/// An unknown command, or a folder that cannot be written to.
pub(crate) fn run(args: &ManArgs, out: &mut Output) -> Result<Exit, Error> {
    let pages = pages();
    if let Some(folder) = &args.dir {
        for (name, page) in &pages {
            write(folder, name, page)?;
        }
        return Ok(Exit::Done);
    }
    let words = std::iter::once("aibridge-agent").chain(args.command.iter().map(String::as_str));
    let wanted = words.collect::<Vec<_>>().join("-");
    match pages.iter().find(|(name, _)| *name == wanted) {
        Some((_, page)) => out.result(page).map(|()| Exit::Done),
        None => {
            let named = args.command.join(" ");
            Err(Error::Usage(format!("there is no command `{named}`")))
        }
    }
}

/// Every page with its name, the program's own first.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut root = Cli::command();
    root.build();
    collect(&root, &mut pages);
    pages
}

fn collect(command: &clap::Command, pages: &mut Vec<(String, String)>) {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page = Vec::new();
    // Writing to memory cannot fail.
    _ = Man::new(command.clone())
        .title(name.to_uppercase())
        .date("")
        .manual("aibridge-agent")
        .render(&mut page);
    pages.push((name, String::from_utf8_lossy(&page).into_owned()));
    for subcommand in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        collect(subcommand, pages);
    }
}

fn write(folder: &Path, name: &str, page: &str) -> Result<(), Error> {
    let path = folder.join(format!("{name}.1"));
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, page)).map_err(|source| {
        Error::Input {
            what: "man page",
            path,
            problem: "cannot be written".to_owned(),
            source: Some(source),
        }
    })
}
