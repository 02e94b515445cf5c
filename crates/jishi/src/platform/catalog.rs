//! The catalogue in force: versions of text files, by kind, code and the place they are valid for.
//!
//! The packaged files lie under `catalog/`; what is in force lies in the database, so that every process sees the same,
//! a county may override its city, and a record keeps the version it began with.

use db::{Conn, Db, FromRow, Row, Tx, sql};
use kernel::{Code, Day, Error, Id, Instant, Names, RegionCode, Result};

use super::{
    access::Person,
    keys::{hex, sha256},
    toml_check::{Mistake, broken},
};

/// One version of one file.
#[derive(Clone, Debug)]
pub struct CatalogVersion {
    /// `matters`, `duties`, `calendars`, `sources`, `register`, `first_pages`, `indicators`, `pleas`, `supervision`,
    /// `whistles`, `enforcement`, `mediation`, `recurrence`, `links`, `signs`, `verification` or `retention`.
    pub kind: String,
    /// The file's code, e.g. `city` or `cn-2026`.
    pub code: String,
    /// The place it is valid for, with all below it; a narrower place wins.
    pub region: RegionCode,
    /// Counts up within (kind, code, region).
    pub version: i64,
    /// The file itself.
    pub toml: String,
    /// SHA-256 of the file.
    pub hash: String,
    /// From which day on.
    pub valid_from: Day,
    /// When it came in.
    pub created_at: Instant,
    /// Who brought it in; none for the packaged files.
    pub person: Option<Id<Person>>,
}

impl FromRow for CatalogVersion {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            kind: row.get("kind")?,
            code: row.get("code")?,
            region: row.get("region")?,
            version: row.get("version")?,
            toml: row.get("toml")?,
            hash: row.get("hash")?,
            valid_from: row.get("valid_from")?,
            created_at: row.get("created_at")?,
            person: row.opt("person")?,
        })
    }
}

/// All versions of a kind that have come into force by `day`, newest last. Catalogues are small and for everyone to
/// read, so there is no scope.
///
/// # Errors
/// `internal` when the database fails.
pub async fn in_force_unscoped(db: &mut Conn, kind: &str, day: Day) -> Result<Vec<CatalogVersion>> {
    db.all(sql!(
        "SELECT kind, code, region, version, toml, hash, valid_from, created_at, person
         FROM catalog_versions
         WHERE kind = $1
           AND valid_from <= $2
         ORDER BY code, region, version",
        kind,
        day,
    ))
    .await
}

/// A mark of some versions: it is another as soon as one of them is.
pub fn mark<'v>(versions: impl IntoIterator<Item = &'v CatalogVersion>) -> String {
    let line = |version: &CatalogVersion| format!("{} {} {}\n", version.code, version.region, version.hash);
    let all: String = versions.into_iter().map(line).collect();
    hex(&sha256(all.as_bytes()))
}

/// What was read of a version in force. It was checked before it came in; should an upgrade have become stricter, the file
/// is left out and the log says so.
pub fn kept<T>(version: &CatalogVersion, read: std::result::Result<T, Vec<Mistake>>) -> Option<T> {
    let told = |mistakes: &Vec<Mistake>| {
        let CatalogVersion { kind, code, .. } = version;
        tracing::error!(error = %broken(mistakes), %kind, %code, "a file in force has mistakes and is left out");
    };
    read.inspect_err(told).ok()
}

/// All versions of one file, newest first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn versions_unscoped(db: &mut Conn, kind: &str, code: &str) -> Result<Vec<CatalogVersion>> {
    db.all(sql!(
        "SELECT kind, code, region, version, toml, hash, valid_from, created_at, person
         FROM catalog_versions
         WHERE kind = $1
           AND code = $2
         ORDER BY region, version DESC",
        kind,
        code,
    ))
    .await
}

/// What is put in.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// See [`CatalogVersion`].
    pub kind: &'static str,
    /// See [`CatalogVersion`].
    pub code: String,
    /// See [`CatalogVersion`].
    pub region: RegionCode,
    /// The checked file.
    pub toml: String,
    /// From which day on.
    pub valid_from: Day,
    /// Who brings it in.
    pub person: Option<Id<Person>>,
    /// The version it was made from, 0 if there was none; none for files nobody changed here.
    pub seen: Option<i64>,
}

/// The newest version of a file for a place, and who brought it in.
struct Latest {
    version: i64,
    hash: String,
    by: Option<String>,
}

impl FromRow for Latest {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { version: row.get("version")?, hash: row.get("hash")?, by: row.opt("name")? })
    }
}

impl Latest {
    fn overtakes(self) -> Error {
        let who = self.by.map_or_else(|| Names::new("系统管理员", "An administrator"), Names::zh_only);
        Error::new(Code::CatalogChanged).with("who", who).with("version", self.version)
    }
}

async fn latest(tx: &mut Tx, new: &NewVersion) -> Result<Option<Latest>> {
    tx.optional(sql!(
        "SELECT v.version, v.hash, p.name
         FROM catalog_versions v
         LEFT JOIN people p ON p.id = v.person
         WHERE v.kind = $1
           AND v.code = $2
           AND v.region = $3
         ORDER BY v.version DESC
         LIMIT 1",
        new.kind,
        &new.code,
        &new.region,
    ))
    .await
}

/// A file that comes with the program.
#[derive(Clone, Debug)]
pub struct PackagedFile {
    /// See [`CatalogVersion`].
    pub kind: &'static str,
    /// See [`CatalogVersion`].
    pub code: String,
    /// The checked file.
    pub toml: String,
}

/// Puts packaged files into force for a place; those that did not change make no new version. Returns how many did.
///
/// # Errors
/// `internal` when the database fails.
pub async fn put_packaged(
    db: &Db,
    files: Vec<PackagedFile>,
    region: RegionCode,
    (valid_from, now): (Day, Instant),
) -> Result<i64> {
    db.write(async move |mut tx| {
        let mut fresh = 0;
        for PackagedFile { kind, code, toml } in files {
            let new = NewVersion { kind, code, region: region.clone(), toml, valid_from, person: None, seen: None };
            fresh += i64::from(put(&mut tx, &new, now).await?.1);
        }
        Ok(fresh)
    })
    .await
}

/// Puts a file in as the next version; an unchanged file makes none. Returns the version in force afterwards and
/// whether it is new.
///
/// # Errors
/// `catalog_changed`, with who was faster, when there is a newer version than the one that was seen, or when another
/// one comes in at the same moment.
pub async fn put(tx: &mut Tx, new: &NewVersion, at: Instant) -> Result<(i64, bool)> {
    let hash = hex(&sha256(new.toml.as_bytes()));
    let version = match latest(tx, new).await? {
        Some(latest) if latest.hash == hash => return Ok((latest.version, false)),
        Some(latest) if new.seen.is_some_and(|seen| seen != latest.version) => return Err(latest.overtakes()),
        Some(latest) => latest.version + 1,
        None => 1,
    };
    let inserted = tx
        .execute(sql!(
            "INSERT INTO catalog_versions (kind, code, region, version, toml, hash, valid_from, created_at, person)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (kind, code, region, version) DO NOTHING",
            new.kind,
            &new.code,
            &new.region,
            version,
            &new.toml,
            &hash,
            new.valid_from,
            at,
            new.person,
        ))
        .await?;
    if inserted == 1 {
        return Ok((version, true));
    }
    // Whoever took this version has committed by now: the insert waited for them.
    match latest(tx, new).await? {
        Some(latest) if latest.hash == hash => Ok((latest.version, false)),
        Some(latest) => Err(latest.overtakes()),
        None => Err(Error::internal("a version that is there is not found")),
    }
}
