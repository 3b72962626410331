//! Changed paths and the packages that they affect.

use serde_json::json;

use super::*;

/// A workspace of the same shape as ours: name, folder, dependencies.
fn workspace() -> Vec<Package> {
    let row = |name: &str, folder: &str, dependencies: &[&str]| Package {
        name: name.to_owned(),
        folder: folder.to_owned(),
        dependencies: dependencies.iter().map(|it| (*it).to_owned()).collect(),
    };
    vec![
        row("agent-helper", "agent-helper", &["coder-client", "fakes"]),
        row("coder-client", "coder-client", &["fakes"]),
        row("provider", "provider", &["coder-client", "fakes", "tfplugin-rs"]),
        row("e2e", "tests/e2e", &["fakes", "testkit"]),
        row("fakes", "tests/fakes", &["testkit"]),
        row("testkit", "tests/kit", &[]),
        // Its tests switch on a feature of itself.
        row("tfplugin-rs", "tfplugin-rs", &["testkit", "tfplugin-rs"]),
        row("xtask", "xtask", &["testkit"]),
    ]
}

#[test]
fn change_affects_packages_that_contain_or_depend_on_it() {
    let all = [
        "agent-helper",
        "coder-client",
        "e2e",
        "fakes",
        "provider",
        "testkit",
        "tfplugin-rs",
        "xtask",
    ];
    let cases: [(&str, &[&str], &[&str]); 14] = [
        ("no change", &[], &[]),
        ("one source", &["provider/src/lib.rs"], &["provider"]),
        ("a library", &["coder-client/x"], &["agent-helper", "coder-client", "provider"]),
        ("the SDK", &["tfplugin-rs/src/lib.rs"], &["provider", "tfplugin-rs"]),
        ("two packages", &["xtask/a", "tests/e2e/main.rs"], &["e2e", "xtask"]),
        ("the harness", &["tests/kit/src/lib.rs"], &all),
        ("the lock file", &["Cargo.lock"], &all),
        ("the settings of rustfmt", &["rustfmt.toml"], &all),
        ("the alias", &[".cargo/config.toml"], &all),
        ("a manifest of a package", &["provider/Cargo.toml"], &["provider"]),
        ("a module of Terraform", &["modules/aibridge-proxy/main.tf"], &["e2e"]),
        ("an example", &["examples/resources/a/resource.tf"], &["e2e", "xtask"]),
        ("a page of the registry", &["docs/index.md"], &["xtask"]),
        ("a text, and a folder with a longer name", &["README.md", "provider2/a.rs"], &[]),
    ];
    for (case, changed, expected) in cases {
        assert_eq!(affected(&workspace(), changed), expected, "{case}");
    }
}

#[test]
fn products_are_the_packages_outside_tests_and_xtask() {
    let workspace = workspace();
    let products = workspace.iter().filter(|it| it.is_product()).map(|it| it.name.as_str());
    let expected = ["agent-helper", "coder-client", "provider", "tfplugin-rs"];
    assert_eq!(products.collect::<Vec<_>>(), expected);
}

#[test]
fn package_is_read_from_metadata() {
    let metadata = json!({
        "name": "fakes",
        "manifest_path": "/root/tests/fakes/Cargo.toml",
        "dependencies": [
            { "name": "testkit", "path": "/root/tests/kit" },
            { "name": "url", "path": null },
        ],
    });
    let package = Package::parse(&metadata, Path::new("/root")).unwrap();
    let fakes = workspace().into_iter().find(|it| it.name == "fakes");
    assert_eq!(Some(package), fakes);
}
