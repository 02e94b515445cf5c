//! What a photo is.

use db::{FromRow, Row};
use kernel::Result;
use serde::Serialize;

/// The largest photo taken, as sent.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;

/// The most photos one text may carry.
pub const MAX_COUNT: usize = 9;

/// A photo as a page shows it; the addresses work for two days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Photo {
    /// The SHA-256 of what was sent, by which the photo is known.
    pub sha: String,
    /// The picture.
    pub url: String,
    /// The small picture for lists.
    pub thumb_url: String,
    /// Pixels across.
    pub width: i64,
    /// Pixels down.
    pub height: i64,
}

/// A photo as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub sha: String,
    pub width: i64,
    pub height: i64,
    pub bytes: i64,
    /// What it looks like; none is not reckoned yet.
    pub print: Option<i64>,
}

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            sha: row.get("sha")?,
            width: row.get("width")?,
            height: row.get("height")?,
            bytes: row.get("bytes")?,
            print: row.opt("print")?,
        })
    }
}

impl Kept {
    /// The file of the picture.
    pub fn picture(sha: &str) -> String {
        format!("{sha}.jpg")
    }

    /// The file of the small picture.
    pub fn thumb(sha: &str) -> String {
        format!("{sha}.thumb.jpg")
    }
}
