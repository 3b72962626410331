//! The provider's pages in the registry: `docs/`, made of its recorded schema
//! and of `examples/`, in the layout that the registries expect.
//!
//! The schema is the golden file of the provider's own test, in the form of
//! `terraform providers schema -json`: no Terraform is needed here, and what is
//! missing in a page is written in the provider's sources. Guides below
//! `docs/guides` are written by hand and left alone.

mod function;
mod page;
mod schema;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use xtask::{process, workspace};

/// Where the provider's test records the schema.
const SCHEMA: &str = "provider/tests/data/schema.json";
/// The folders of pages that are made here, besides `index.md`.
const FOLDERS: [&str; 4] = ["data-sources", "ephemeral-resources", "functions", "resources"];

/// Path below `docs/` to text.
type Pages = BTreeMap<String, String>;

/// Records the schema and writes the pages; with `check` only compares the
/// pages.
///
/// # Errors
///
/// The recorded schema or an example cannot be read, a page cannot be written,
/// or with `check` a page differs, is missing or is left over.
pub(crate) fn run(check: bool) -> Result<()> {
    if !check {
        let mut record =
            process::cargo(&["test", "--quiet", "--package", "provider", "--test", "it", "schema"]);
        process::run_quietly(record.env("UPDATE_EXPECT", "1"))?;
    }
    let root = workspace::root();
    let text = fs::read(root.join(SCHEMA)).with_context(|| format!("failed to read `{SCHEMA}`"))?;
    let schema: Value = serde_json::from_slice(&text).with_context(|| format!("in `{SCHEMA}`"))?;
    let fresh = pages(&schema, &|path| read(&root.join("examples").join(path)))?;
    let docs = root.join("docs");
    let old = existing(&docs)?;
    let differing: Vec<&String> = fresh
        .keys()
        .chain(old.keys().filter(|it| !fresh.contains_key(*it)))
        .filter(|it| fresh.get(*it) != old.get(*it))
        .collect();
    if check && !differing.is_empty() {
        bail!("stale pages below `docs`, run `cargo xtask docs`: {differing:?}");
    }
    for page in differing {
        let path = docs.join(page);
        match fresh.get(page) {
            Some(text) => write(&path, text)?,
            None => {
                fs::remove_file(&path).with_context(|| format!("removing `{}`", path.display()))?;
            }
        }
    }
    println!("docs: {} pages are fresh", fresh.len());
    Ok(())
}

/// Every page of a provider. `example` reads a file below `examples/`, if it is
/// there.
fn pages(schema: &Value, example: &dyn Fn(&str) -> Result<Option<String>>) -> Result<Pages> {
    let mut pages = Pages::new();
    let code = example("provider/provider.tf")?;
    pages.insert("index.md".to_owned(), page::index(&schema["provider"], code.as_deref())?);
    for kind in page::KINDS {
        for (name, schema) in entries(&schema[kind.key]) {
            let folder = format!("{}/{name}", kind.folder);
            let parts = page::Parts {
                usage: example(&format!("{folder}/{}", kind.example))?,
                import_block: example(&format!("{folder}/import-by-string-id.tf"))?,
                import_command: example(&format!("{folder}/import.sh"))?,
            };
            let path = format!("{}/{}.md", kind.folder, page::noun(name));
            let text = page::of(kind, name, schema, &parts);
            pages.insert(path, text.with_context(|| format!("in `{name}`"))?);
        }
    }
    for (name, signature) in entries(&schema["functions"]) {
        let code = example(&format!("functions/{name}/function.tf"))?;
        let text = function::page(name, signature, code.as_deref());
        let text = text.with_context(|| format!("in function `{name}`"))?;
        pages.insert(format!("functions/{name}.md"), text);
    }
    Ok(pages)
}

/// The members of a JSON object, none if there is no object.
fn entries(json: &Value) -> impl Iterator<Item = (&String, &Value)> {
    json.as_object().into_iter().flatten()
}

/// The pages that are there, guides apart.
fn existing(docs: &Path) -> Result<Pages> {
    let mut pages = Pages::new();
    if let Some(text) = read(&docs.join("index.md"))? {
        pages.insert("index.md".to_owned(), text);
    }
    for folder in FOLDERS.map(|it| (it, docs.join(it))).iter().filter(|(_, it)| it.is_dir()) {
        let (name, path) = folder;
        for entry in fs::read_dir(path).with_context(|| format!("reading `{}`", path.display()))? {
            let entry = entry?;
            let page = format!("{name}/{}", entry.file_name().to_string_lossy());
            pages.insert(page, fs::read_to_string(entry.path())?);
        }
    }
    Ok(pages)
}

/// The text of a file, none if there is no such file.
fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(err) => Err(err).with_context(|| format!("reading `{}`", path.display())),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making `{}`", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("writing `{}`", path.display()))
}
