//! The examples in the registry's pages, as a reader would try them: formatted,
//! valid, and applied against a deployment.

use std::fs;
use std::path::{Path, PathBuf};

use testkit::slow;
use testkit::terraform::{Action, Call};

use crate::configurations::PROXY;
use crate::world::World;

/// What the example of one kind is embedded in.
const PROVIDERS: &str = r#"
terraform {
  required_providers {
    aibridge = {
      source = "aibridge-rs/aibridge"
    }
    coder = {
      source = "coder/coder"
    }
  }
}
"#;

/// The resource that the examples of an import are for.
const IMPORTED: &str = r#"
resource "aibridge_proxy" "this" {
  proxy_url = "https://aiproxy.example.com"
}
"#;

/// An example in a world of its own. It finds address and token of the
/// deployment where a Coder build has them.
struct Example {
    world: World,
}

impl Example {
    fn of(folder: &Path, names: &[&str]) -> Self {
        let read = |name: &&str| {
            let path = folder.join(name);
            fs::read_to_string(&path)
                .unwrap_or_else(|err| panic!("cannot read {}: {err}", path.display()))
        };
        let texts: Vec<String> = names.iter().map(read).collect();
        let mut files: Vec<(&str, &str)> =
            names.iter().copied().zip(texts.iter().map(String::as_str)).collect();
        if !texts.iter().any(|it| it.contains("required_providers")) {
            files.push(("versions.tf", PROVIDERS.trim_start()));
        }
        Self { world: World::of_template(&files) }
    }

    fn call(&self) -> Call<'_> {
        self.world.build().env("TF_VAR_session_token", self.world.coder.token())
    }

    /// Formatted, valid, applied, and then nothing to do.
    fn check(&self) {
        let format = self.call().arg("-check").arg("-diff").run("fmt");
        assert_eq!(format.code, Some(0), "{format:#?}");
        let run = self.call().validate().success();
        assert!(run.diagnostics.is_empty(), "{:#?}", run.diagnostics);
        let run = self.call().apply().success();
        assert!(run.diagnostics.is_empty(), "{:#?}", run.diagnostics);
        self.call().plan().assert_empty();
    }
}

#[test]
fn example_of_the_provider_block_applies_without_a_request() {
    let Some(_marker) = slow::ring3("registry-examples-provider") else { return };
    let example = Example::of(&root().join("provider"), &["provider.tf"]);
    example.check();
    assert!(example.world.coder.requests().is_empty(), "the provider is not used");
}

#[test]
fn example_of_the_resource_makes_a_whole_workspace() {
    let Some(_marker) = slow::ring3("registry-examples-resources") else { return };
    let folders = folders("resources");
    assert_eq!(names(&folders), ["aibridge_proxy"]);
    let example = Example::of(&folders[0], &["resource.tf"]);
    example.check();
    let state = example.world.workdir.call().show();
    assert_eq!(state.resource(PROXY)["ca_cert_sha256"], example.world.ca.sha256());
    let script = &state.resource("coder_script.setup")["script"];
    assert_eq!(script, &state.resource(PROXY)["setup_script"]);
}

#[test]
fn examples_of_import_lead_to_an_empty_plan() {
    let Some(_marker) = slow::ring3("registry-examples-imports") else { return };
    let folder = root().join("resources/aibridge_proxy");
    let example = Example::of(&folder, &["import-by-string-id.tf"]);
    example.world.workdir.write("resource.tf", IMPORTED);
    let plan = example.call().plan().success();
    assert_eq!(plan.change(PROXY).action, Action::NoOp);
    example.call().apply_planned().success();
    example.call().plan().assert_empty();

    let command = fs::read_to_string(folder.join("import.sh")).expect("the command is there");
    let words: Vec<&str> = command.split_whitespace().collect();
    let ["terraform", "import", address, id] = words[..] else {
        panic!("not the command of an import: {command}")
    };
    let example = Example::of(&folder, &[]);
    example.world.workdir.write("resource.tf", IMPORTED);
    example.call().import(address, id).success();
    example.call().plan().assert_empty();
}

#[test]
fn examples_of_data_sources_read_a_deployment() {
    let Some(_marker) = slow::ring3("registry-examples-data-sources") else { return };
    let folders = folders("data-sources");
    assert_eq!(names(&folders), ["aibridge_ca_certificate", "aibridge_deployment"]);
    for folder in folders {
        let example = Example::of(&folder, &["data-source.tf"]);
        example.check();
        assert!(!example.world.coder.requests().is_empty(), "it was read");
    }
}

#[test]
fn example_of_the_ephemeral_resource_reaches_a_tool() {
    let Some(_marker) = slow::ring3("registry-examples-ephemeral-resources") else { return };
    let folders = folders("ephemeral-resources");
    assert_eq!(names(&folders), ["aibridge_proxy_auth"]);
    Example::of(&folders[0], &["ephemeral-resource.tf"]).check();
}

#[test]
fn examples_of_functions_need_no_provider_block() {
    let Some(_marker) = slow::ring3("registry-examples-functions") else { return };
    let folders = folders("functions");
    assert_eq!(names(&folders), ["proxy_auth_url", "proxy_env"]);
    for folder in folders {
        let example = Example::of(&folder, &["function.tf"]);
        example.check();
        let outputs = example.world.workdir.call().output();
        let text = serde_json::to_string(&outputs).expect("outputs are JSON");
        assert!(
            text.contains(&format!("https://coder:{}@", example.world.coder.token())),
            "{text}"
        );
    }
}

fn root() -> PathBuf {
    testkit::workspace::root().join("examples")
}

/// The folders of one kind, sorted.
fn folders(kind: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(kind)).expect("there are examples of this kind");
    let mut folders: Vec<PathBuf> =
        entries.map(|it| it.expect("a folder's entry").path()).collect();
    folders.sort();
    folders
}

fn names(folders: &[PathBuf]) -> Vec<&str> {
    folders.iter().filter_map(|it| it.file_name()?.to_str()).collect()
}
