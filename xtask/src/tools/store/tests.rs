//! Installations are made once, again when the recipe changes, and never look
//! whole when they failed.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use anyhow::bail;

use super::*;

fn products() -> Vec<String> {
    vec!["bin/tool".to_owned(), "share/tool".to_owned()]
}

fn fill(staging: &Path, text: &str) -> Result<()> {
    for product in products() {
        let path = staging.join(product);
        create_parent(&path)?;
        fs::write(path, text)?;
    }
    Ok(())
}

#[test]
fn store_makes_a_product_again_only_when_its_recipe_changes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_at(folder.path()).unwrap();
    let made = Cell::new(0);
    let ensure = |recipe: &str| {
        store
            .ensure("tool", recipe, &products(), |staging| {
                made.set(made.get() + 1);
                fill(staging, recipe)
            })
            .unwrap();
        fs::read_to_string(folder.path().join("bin/tool")).unwrap()
    };
    assert_eq!(ensure("1.0"), "1.0");
    assert_eq!(ensure("1.0"), "1.0");
    assert_eq!(made.get(), 1);
    assert_eq!(ensure("2.0"), "2.0");
    assert_eq!(made.get(), 2);
    fs::remove_file(folder.path().join("share/tool")).unwrap();
    ensure("2.0");
    assert_eq!(made.get(), 3, "a missing product is made again");
}

#[test]
fn store_keeps_no_stamp_and_no_staging_folder_of_a_failed_installation() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_at(folder.path()).unwrap();
    store.ensure("tool", "1.0", &products(), |staging| fill(staging, "1.0")).unwrap();
    let failed = store.ensure("tool", "2.0", &products(), |staging| {
        fill(staging, "2.0")?;
        bail!("no network")
    });
    assert_eq!(format!("{:#}", failed.unwrap_err()), "failed to get tool: no network");
    assert!(!folder.path().join("stamps/tool").exists());
    assert_eq!(fs::read_to_string(folder.path().join("bin/tool")).unwrap(), "1.0");
    let staging = fs::read_dir(folder.path())
        .unwrap()
        .filter(|it| it.as_ref().unwrap().file_name().to_string_lossy().starts_with(".staging"));
    assert_eq!(staging.count(), 0);
}

#[test]
fn store_refuses_a_second_holder_while_it_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_at(folder.path()).unwrap();
    let other = File::open(folder.path().join(".lock")).unwrap();
    assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
    drop(store);
    other.try_lock().unwrap();
}

#[test]
fn released_store_can_be_locked_again_and_keeps_its_products() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_at(folder.path()).unwrap().release();
    let lock = File::open(folder.path().join(".lock")).unwrap();
    assert!(lock.try_lock().is_ok());
    assert_eq!(store.path("bin"), folder.path().join("bin"));
}
