//! The processes that a command started, as `/proc` shows them.

use std::path::Path;

/// The processes below `parent`, by their id, whose program is `program`.
pub(crate) fn descendants(parent: i32, program: &Path) -> Vec<i32> {
    let mut found = Vec::new();
    let mut parents = vec![parent];
    while let Some(parent) = parents.pop() {
        for child in children(parent) {
            if runs(child, program) {
                found.push(child);
            }
            parents.push(child);
        }
    }
    found
}

/// Whether process `id` lives and runs `program`.
pub(crate) fn runs(id: i32, program: &Path) -> bool {
    std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == program)
}

fn children(parent: i32) -> Vec<i32> {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{parent}/task")) else {
        return Vec::new();
    };
    let lists =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()
        })
        .collect()
}
