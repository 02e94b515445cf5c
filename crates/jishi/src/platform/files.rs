//! Files beside the database, by name; written whole or not at all.

use std::{io, path::PathBuf};

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
        let part = path.with_extension("part");
        let file = fs::File::create(&part).await.map_err(Error::internal)?;
        write_all(file, bytes).await.map_err(Error::internal)?;
        fs::rename(&part, &path).await.map_err(Error::internal)
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

async fn write_all(mut file: fs::File, bytes: &[u8]) -> io::Result<()> {
    tokio::io::AsyncWriteExt::write_all(&mut file, bytes).await?;
    file.sync_all().await
}
