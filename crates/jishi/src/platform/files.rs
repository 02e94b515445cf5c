//! Files beside the database, by name; written whole or not at all.

use std::{
    io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use kernel::{Error, Result};
use tokio::fs;

/// A folder of immutable files.
#[derive(Clone, Debug)]
pub struct Files(PathBuf);

impl Files {
    /// Files under `folder`, which is made when first needed.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Stores a file; a file of that name stays as it is, names being hashes of content.
    ///
    /// # Errors
    /// `internal` when the disk refuses.
    pub async fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path(name);
        if fs::try_exists(&path).await.map_err(Error::internal)? {
            return Ok(());
        }
        let folder = path.parent().ok_or_else(|| Error::internal("a file needs a folder"))?;
        fs::create_dir_all(folder).await.map_err(Error::internal)?;
        // A name of its own: two who store the same file must not write into one another's half.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let part = folder.join(format!(".{}-{}.part", process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        let written = write_all(&part, bytes).await;
        let placed = match written {
            Ok(()) => fs::rename(&part, &path).await,
            Err(error) => Err(error),
        };
        if let Err(error) = placed {
            let _ = fs::remove_file(&part).await;
            return Err(Error::internal(error));
        }
        // The new name itself must survive a power cut as well.
        fs::File::open(folder).await.map_err(Error::internal)?.sync_all().await.map_err(Error::internal)
    }

    /// Reads a file; `None` when there is none of that name.
    ///
    /// # Errors
    /// `internal` when the disk refuses.
    pub async fn get(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match fs::read(self.path(name)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Removes a file; one that is not there is fine.
    ///
    /// # Errors
    /// `internal` when the disk refuses.
    pub async fn remove(&self, name: &str) -> Result<()> {
        match fs::remove_file(self.path(name)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::internal(error)),
            _ => Ok(()),
        }
    }

    /// Two levels of folders keep each small.
    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name.get(..2).unwrap_or("00")).join(name)
    }
}

async fn write_all(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path).await?;
    tokio::io::AsyncWriteExt::write_all(&mut file, bytes).await?;
    file.sync_all().await
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn the_same_file_stored_by_many_at_once_is_whole_and_alone() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().join("photos"));
        let bytes = vec![7; 200_000];
        let all = join_all((0..8).map(|_| files.put("ab12.jpg", &bytes))).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(files.get("ab12.jpg").await.unwrap().unwrap(), bytes);
        assert_eq!(std::fs::read_dir(folder.path().join("photos/ab")).unwrap().count(), 1);
        files.remove("ab12.jpg").await.unwrap();
        files.remove("ab12.jpg").await.unwrap();
        assert!(files.get("ab12.jpg").await.unwrap().is_none());
    }
}
