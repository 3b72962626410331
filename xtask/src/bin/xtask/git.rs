//! What Git knows of this checkout.

use std::process::Command;

use anyhow::Result;
use xtask::{process, workspace};

/// Branches that a change is compared with; the first one that exists counts.
const MAIN: [&str; 2] = ["refs/remotes/origin/main", "refs/heads/main"];

/// Paths that differ from the main branch, committed or not, and new files.
pub(crate) fn changed_files() -> Result<Vec<String>> {
    let base = match MAIN.into_iter().find(|it| exists(it)) {
        Some(main) => git(&["merge-base", "HEAD", main])?.trim().to_owned(),
        None => "HEAD".to_owned(),
    };
    let differing = git(&["diff", "--name-only", "-z", "--no-renames", &base])?;
    let new = git(&["ls-files", "--others", "--exclude-standard", "-z"])?;
    let paths = differing.split('\0').chain(new.split('\0'));
    Ok(paths.filter(|it| !it.is_empty()).map(str::to_owned).collect())
}

/// Abbreviated hash and subject of each commit that is not on the remote's main
/// branch; the last `count` where there is no remote, none outside a repository.
pub(crate) fn subjects(count: usize) -> Result<Vec<(String, String)>> {
    if git(&["rev-parse", "--verify", "--quiet", "HEAD"]).is_err() {
        return Ok(Vec::new());
    }
    let range = if exists(MAIN[0]) { format!("{}..HEAD", MAIN[0]) } else { "HEAD".to_owned() };
    let count = format!("--max-count={count}");
    let log = git(&["log", "--no-merges", "--format=%h %s", &count, &range])?;
    let commits = log.lines().filter_map(|it| it.split_once(' '));
    Ok(commits.map(|(hash, subject)| (hash.to_owned(), subject.to_owned())).collect())
}

fn exists(branch: &str) -> bool {
    git(&["rev-parse", "--verify", "--quiet", branch]).is_ok()
}

fn git(args: &[&str]) -> Result<String> {
    process::capture(Command::new("git").args(args).current_dir(workspace::root()))
}
