//! Expected text in files, rewritten with `UPDATE_EXPECT=1`.

use std::fs;
use std::path::Path;

use crate::env;

/// Fails with a diff unless the file at `path` (absolute) holds `actual`. An
/// update makes missing folders, too.
#[track_caller]
pub fn check(path: &Path, actual: &str) {
    assert!(path.is_absolute(), "a golden file's path is absolute: {}", path.display());
    if env::updates_snapshots()
        && let Some(folder) = path.parent()
    {
        fs::create_dir_all(folder).expect("the folder of a golden file can be made");
    }
    expect_test::expect_file![path].assert_eq(actual);
}
