//! The folder of outside programs, and which of them are complete.
//!
//! A product is made in a staging folder, renamed into place, and stamped
//! last: an interrupted installation leaves no stamp and is begun again. One
//! process at a time may change the folder; a second one waits.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::duration;
use crate::workspace;

#[cfg(test)]
mod tests;

/// The folder of tools, held exclusively until it is released.
pub struct Store {
    folder: PathBuf,
    /// Held, not read: the lock ends when the file is closed.
    lock: Option<File>,
}

impl Store {
    /// Opens `target/tools`, waiting while another process holds it.
    pub fn open() -> Result<Self> {
        Self::open_at(&workspace::target().join("tools"))
    }

    fn open_at(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("failed to create `{}`", folder.display()))?;
        let path = folder.join(".lock");
        let lock = File::create(&path)
            .with_context(|| format!("failed to create `{}`", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                println!("tools: waiting for another process that holds {}", path.display());
                lock.lock()?;
            }
            Err(TryLockError::Error(err)) => {
                return Err(err).context("failed to lock the folder of tools");
            }
        }
        Ok(Self { folder: folder.to_owned(), lock: Some(lock) })
    }

    /// Lets others change the folder; what is in it can still be used.
    pub(super) fn release(mut self) -> Self {
        self.lock = None;
        self
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of something in the store.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.join(relative)
    }

    /// Makes `products` (relative paths) unless they are there and made from
    /// the same `recipe`. `make` fills a staging folder with the same paths.
    pub fn ensure(
        &self,
        name: &str,
        recipe: &str,
        products: &[String],
        make: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        let stamp = self.folder.join("stamps").join(name);
        if self.is_complete(&stamp, recipe, products) {
            return Ok(());
        }
        println!("tools: {name} ({recipe})");
        let started = Instant::now();
        remove(&stamp)?;
        let staging = tempfile::Builder::new().prefix(".staging-").tempdir_in(&self.folder)?;
        make(staging.path()).with_context(|| format!("failed to get {name}"))?;
        for product in products {
            self.put(&staging.path().join(product), product)?;
        }
        let text = tempfile::NamedTempFile::new_in(&self.folder)?;
        fs::write(text.path(), recipe)?;
        create_parent(&stamp)?;
        text.persist(&stamp)?;
        println!("tools: {name} ready after {}", duration::format(started.elapsed()));
        Ok(())
    }

    fn is_complete(&self, stamp: &Path, recipe: &str, products: &[String]) -> bool {
        fs::read_to_string(stamp).is_ok_and(|it| it == recipe)
            && products.iter().all(|it| self.folder.join(it).exists())
    }

    fn put(&self, from: &Path, product: &str) -> Result<()> {
        let to = self.folder.join(product);
        create_parent(&to)?;
        remove(&to)?;
        fs::rename(from, &to)
            .with_context(|| format!("failed to put `{}` into place", to.display()))
    }
}

fn create_parent(path: &Path) -> Result<()> {
    let parent = path.parent().context("a product lies in a folder")?;
    fs::create_dir_all(parent).with_context(|| format!("failed to create `{}`", parent.display()))
}

/// Removes a file, link or folder that may not be there.
fn remove(path: &Path) -> Result<()> {
    let outcome = match path.symlink_metadata() {
        Ok(it) if it.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(err) => Err(err),
    };
    outcome.with_context(|| format!("failed to remove `{}`", path.display()))
}
