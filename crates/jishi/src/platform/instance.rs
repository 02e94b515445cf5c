//! What makes a data folder and a database one instance.

use std::path::PathBuf;

use db::{Conn, FromRow, Row, sql};
use kernel::{Chance, Error, Result};

use super::{keys::Keys, settings::Settings};

struct Found;

impl FromRow for Found {
    fn from_row(_: &Row) -> Result<Self> {
        Ok(Self)
    }
}

/// Where the master key lies.
pub fn key_file(settings: &Settings) -> PathBuf {
    settings.data.join("master.key")
}

/// Reads the master key, or makes one for an instance that holds nothing yet. A new key beside old data would open no
/// receipt and no contact detail, so that is refused. For the operator alone, so there is no scope.
///
/// # Errors
/// `internal` when the file is missing beside data, or can be neither read nor made.
pub async fn keys_unscoped(db: &mut Conn, settings: &Settings, chance: &Chance) -> Result<Keys> {
    let file = key_file(settings);
    if !file.exists() && holds_data(db).await? {
        return Err(Error::internal(format!(
            "the key file {} is missing, but the database holds data that were made with it: put it back from its safe place",
            file.display()
        )));
    }
    Keys::load_or_create(&file, chance)
}

async fn holds_data(db: &mut Conn) -> Result<bool> {
    let found: Option<Found> = db
        .optional(sql!(
            "SELECT id FROM reports
             UNION ALL
             SELECT id FROM people
             LIMIT 1"
        ))
        .await?;
    Ok(found.is_some())
}
