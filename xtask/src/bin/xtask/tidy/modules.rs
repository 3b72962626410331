//! Each Terraform module and each example stack has its standard files.

use super::Finding;
use super::tree::Tree;

#[cfg(test)]
mod tests;

const OF_A_MODULE: [&str; 5] =
    ["README.md", "main.tf", "outputs.tf", "variables.tf", "versions.tf"];
const OF_A_STACK: [&str; 3] = ["README.md", "main.tf", "versions.tf"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in tree.folders_in("modules") {
        let folder = format!("modules/{name}");
        require(tree, &folder, &OF_A_MODULE, &mut findings);
        if !tree
            .files()
            .any(|(it, _)| it.starts_with(&format!("{folder}/")) && it.ends_with(".tftest.hcl"))
        {
            findings.push(Finding::new(&folder, 0, "a module has a test (`*.tftest.hcl`)"));
        }
    }
    for name in tree.folders_in("examples/stacks") {
        require(tree, &format!("examples/stacks/{name}"), &OF_A_STACK, &mut findings);
    }
    findings
}

fn require(tree: &Tree, folder: &str, files: &[&str], findings: &mut Vec<Finding>) {
    for file in files {
        if !tree.contains(&format!("{folder}/{file}")) {
            findings.push(Finding::new(folder, 0, format!("`{file}` is missing")));
        }
    }
}
