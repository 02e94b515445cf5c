//! SQL of photos.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Code, Error, Id, Instant, Result};

use super::{
    model::{Kept, MAX_COUNT, Photo},
    rules,
};
use crate::modules::App;

struct Sha(String);

impl FromRow for Sha {
    fn from_row(row: &Row) -> Result<Self> {
        row.get("sha").map(Self)
    }
}

/// The photo of that hash. Photos belong to whoever holds their hash until a case takes them, so there is no scope.
pub(super) async fn find_unscoped(db: &mut Conn, sha: &str) -> Result<Option<Kept>> {
    db.optional(sql!(
        "SELECT sha, width, height, bytes, print
         FROM photos
         WHERE sha = $1",
        sha,
    ))
    .await
}

/// Keeps a photo; sent again, its day of grace begins anew.
pub(super) async fn put(tx: &mut Tx, photo: &Kept, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO photos (sha, width, height, bytes, uploaded_at, print)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (sha) DO UPDATE
         SET uploaded_at = excluded.uploaded_at",
        &photo.sha,
        photo.width,
        photo.height,
        photo.bytes,
        at,
        photo.print,
    ))
    .await?;
    Ok(())
}

/// Forgets up to `limit` photos that came in a span of time and that no case took; returns their hashes.
pub(super) async fn forget_unlinked(
    tx: &mut Tx,
    (since, before): (Instant, Instant),
    limit: i64,
) -> Result<Vec<String>> {
    let forgotten: Vec<Sha> = tx
        .all(sql!(
            "DELETE FROM photos
             WHERE sha IN (
                 SELECT p.sha
                 FROM photos p
                 WHERE p.uploaded_at >= $1
                   AND p.uploaded_at < $2
                   AND NOT EXISTS (SELECT 1 FROM case_photos c WHERE c.sha = p.sha)
                   AND NOT EXISTS (SELECT 1 FROM enforcement_photos e WHERE e.sha = p.sha)
                 ORDER BY p.uploaded_at, p.sha
                 LIMIT $3
             )
             RETURNING sha",
            since,
            before,
            limit,
        ))
        .await?;
    Ok(forgotten.into_iter().map(|Sha(sha)| sha).collect())
}

/// Refuses a list of photos that is too long or names one that never arrived.
///
/// # Errors
/// On the field `photos`: `too_many_photos`, `photo_unknown`.
pub async fn must_exist(tx: &mut Tx, shas: &[String]) -> Result<()> {
    if shas.len() > MAX_COUNT {
        let max = i64::try_from(MAX_COUNT).unwrap_or(i64::MAX);
        return Err(Error::field("photos", Code::TooManyPhotos).with("max", max));
    }
    if shas.is_empty() {
        return Ok(());
    }
    let known: Vec<Sha> =
        tx.all(sql!("SELECT sha FROM photos WHERE ").push_list("sha IN", shas.iter().map(String::as_str))).await?;
    let is_known = |sha: &String| known.iter().any(|Sha(known)| known == sha);
    if shas.iter().all(is_known) { Ok(()) } else { Err(Error::field("photos", Code::PhotoUnknown)) }
}

/// Ties photos to a case, so that they are kept; one that is tied already stays so.
///
/// # Errors
/// As [`must_exist`].
pub async fn attach<Case>(tx: &mut Tx, case: Id<Case>, shas: &[String]) -> Result<()> {
    must_exist(tx, shas).await?;
    for sha in shas {
        tx.execute(sql!(
            "INSERT INTO case_photos (case_id, sha)
             VALUES ($1, $2)
             ON CONFLICT (case_id, sha) DO NOTHING",
            case,
            sha,
        ))
        .await?;
    }
    Ok(())
}

/// Ties photos to a check or a case of the township's enforcement, whose law demands them.
///
/// # Errors
/// As [`must_exist`].
pub async fn attach_evidence<Owner>(tx: &mut Tx, owner: Id<Owner>, shas: &[String]) -> Result<()> {
    must_exist(tx, shas).await?;
    for sha in shas {
        tx.execute(sql!(
            "INSERT INTO enforcement_photos (owner, sha)
             VALUES ($1, $2)
             ON CONFLICT (owner, sha) DO NOTHING",
            owner,
            sha,
        ))
        .await?;
    }
    Ok(())
}

/// The photos of these hashes in their order, with addresses that work for two days. The caller has checked that the
/// reader may see what they belong to.
///
/// # Errors
/// `internal` when the database fails.
pub async fn links(db: &mut Conn, app: &App, shas: &[String]) -> Result<Vec<Photo>> {
    if shas.is_empty() {
        return Ok(Vec::new());
    }
    let kept: Vec<Kept> = db
        .all(
            sql!("SELECT sha, width, height, bytes, print FROM photos WHERE ")
                .push_list("sha IN", shas.iter().map(String::as_str)),
        )
        .await?;
    let mut kept: HashMap<String, Kept> = kept.into_iter().map(|photo| (photo.sha.clone(), photo)).collect();
    let today = app.today();
    let link = |photo: Kept| {
        let ticket = rules::ticket(&app.keys, &photo.sha, today);
        let url = format!("/api/photos/{}?ticket={ticket}", photo.sha);
        Photo { thumb_url: format!("{url}&size=thumb"), url, sha: photo.sha, width: photo.width, height: photo.height }
    };
    Ok(shas.iter().filter_map(|sha| kept.remove(sha)).map(link).collect())
}

/// Photos of which it is not known yet what they look like.
pub(super) async fn unprinted_unscoped(db: &mut Conn, limit: i64) -> Result<Vec<String>> {
    let rows: Vec<Sha> =
        db.all(sql!("SELECT sha FROM photos WHERE print IS NULL ORDER BY sha LIMIT $1", limit)).await?;
    Ok(rows.into_iter().map(|Sha(sha)| sha).collect())
}

/// Remembers what a photo looks like.
pub(super) async fn put_print(tx: &mut Tx, sha: &str, print: i64) -> Result<()> {
    tx.execute(sql!("UPDATE photos SET print = $2 WHERE sha = $1", sha, print)).await?;
    Ok(())
}

/// What some photos look like; 0 is a picture with nothing to know it by. For the platform's own looking.
///
/// # Errors
/// `internal` when the database fails.
pub async fn prints_unscoped(db: &mut Conn, shas: &[String]) -> Result<HashMap<String, i64>> {
    struct Print(String, i64);
    impl FromRow for Print {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("sha")?, row.opt("print")?.unwrap_or_default()))
        }
    }
    let sql = sql!("SELECT sha, print FROM photos WHERE sha").push_list(" IN", shas.iter().map(String::as_str));
    Ok(db.all(sql).await?.into_iter().map(|Print(sha, print)| (sha, print)).collect())
}
