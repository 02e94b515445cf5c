//! A file of the catalogue in force, in memory, for kinds of which one file holds at a time.

use std::sync::{Arc, PoisonError, RwLock};

use db::Db;
use kernel::{Day, Instant, RegionCode, Result};

use super::{
    catalog::{self, PackagedFile},
    toml_check::{Mistake, broken},
};

/// What a shelf holds: read from one file, of which one came with the program.
pub trait Packaged: Sized {
    /// The kind of its versions in the catalogue, and the code of the one there is.
    const KIND: &'static str;

    /// The file that came with the program. A test keeps it free of mistakes.
    const TEXT: &'static str;

    /// Reads a file.
    ///
    /// # Errors
    /// Every mistake, with its line and its mend.
    fn read(file: &str, text: &str) -> std::result::Result<Self, Vec<Mistake>>;
}

/// Holds the file in force; the one that came with the program holds until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf<T> {
    held: RwLock<Arc<T>>,
    mark: RwLock<String>,
}

impl<T: Packaged> Default for Shelf<T> {
    #[expect(clippy::expect_used, reason = "a test keeps the packaged file free of mistakes")]
    fn default() -> Self {
        let packaged = T::read(T::KIND, T::TEXT).expect("the packaged file");
        Self { held: RwLock::new(Arc::new(packaged)), mark: RwLock::default() }
    }
}

impl<T: Packaged> Shelf<T> {
    /// What holds now.
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts the packaged file into force for the instance, and reads it; one that did not change makes no new version.
    ///
    /// # Errors
    /// `internal` when the packaged file has a mistake (a test keeps that from happening) or the database fails.
    pub async fn import_packaged(&self, db: &Db, region: RegionCode, (today, now): (Day, Instant)) -> Result<()> {
        T::read(T::KIND, T::TEXT).map_err(|mistakes| broken(&mistakes))?;
        let file = PackagedFile { kind: T::KIND, code: T::KIND.to_owned(), toml: T::TEXT.to_owned() };
        catalog::put_packaged(db, vec![file], region, (today, now)).await?;
        self.refresh(db, today).await
    }

    /// Reads the file in force again, if it changed since it was last read: the newest version that can be read.
    ///
    /// # Errors
    /// `internal` when the database fails.
    pub async fn refresh(&self, db: &Db, today: Day) -> Result<()> {
        let versions = catalog::in_force_unscoped(&mut db.read().await?, T::KIND, today).await?;
        let mark = catalog::mark(&versions);
        if *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark {
            return Ok(());
        }
        let newest = versions.iter().rev().find_map(|it| catalog::kept(it, T::read(&it.code, &it.toml)));
        if let Some(newest) = newest {
            *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(newest);
        }
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
        Ok(())
    }
}
