//! SQL of the log. Rows are only added; of tiles, the last of each level grows.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{COUNT_CAP, Error, Id, Instant, Result};

use super::{
    model::{Head, Leaf},
    tree::{At, Tiles},
};
use crate::modules::cases::Case;

fn int(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(Error::internal)
}

struct Size(Option<i64>);

impl FromRow for Size {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("seq")?))
    }
}

/// How many leaves there are.
///
/// # Errors
/// `internal` when the database fails.
pub async fn size_unscoped(db: &mut Conn) -> Result<u64> {
    let last: Option<Size> = db.optional(sql!("SELECT seq FROM log_leaves ORDER BY seq DESC LIMIT 1")).await?;
    Ok(last.and_then(|Size(seq)| seq).map_or(0, |seq| u64::try_from(seq).unwrap_or_default() + 1))
}

/// The leaves of some cases, each case's in their order.
///
/// # Errors
/// `internal` when the database fails.
pub async fn leaves_of_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Leaf>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT seq, case_id, n, entry, salt, state FROM log_leaves WHERE TRUE");
    db.all(sql.push_list(" AND case_id IN", cases.iter().copied()).push(" ORDER BY case_id, n")).await
}

/// Leaves from a place on, in their order.
///
/// # Errors
/// `internal` when the database fails.
pub async fn leaves_from_unscoped(db: &mut Conn, from: u64, limit: i64) -> Result<Vec<Leaf>> {
    db.all(sql!(
        "SELECT seq, case_id, n, entry, salt, state FROM log_leaves WHERE seq >= $1 ORDER BY seq LIMIT $2",
        int(from)?,
        limit,
    ))
    .await
}

/// Adds a leaf.
///
/// # Errors
/// `internal` when the database fails, also when its place is taken.
pub async fn add_leaf(tx: &mut Tx, leaf: Leaf) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO log_leaves (seq, case_id, n, entry, salt, state) VALUES ($1, $2, $3, $4, $5, $6)",
        int(leaf.seq)?,
        leaf.case,
        leaf.n,
        leaf.entry,
        leaf.salt,
        leaf.state,
    ))
    .await
}

struct Tile(At, Vec<u8>);

impl FromRow for Tile {
    fn from_row(row: &Row) -> Result<Self> {
        let (level, position): (i64, i64) = (row.get("level")?, row.get("position")?);
        let at = (u8::try_from(level).map_err(Error::internal)?, u64::try_from(position).map_err(Error::internal)?);
        Ok(Self(at, row.get("hashes")?))
    }
}

/// Tiles by their places; those that are not there are left out.
///
/// # Errors
/// `internal` when the database fails.
pub async fn tiles_unscoped(db: &mut Conn, at: &[At]) -> Result<Tiles> {
    let mut tiles: Vec<(At, Vec<u8>)> = Vec::new();
    for level in 0..8_u8 {
        let positions = at.iter().filter(|(of, _)| *of == level).map(|(_, position)| int(*position));
        let positions: Vec<i64> = positions.collect::<Result<_>>()?;
        if positions.is_empty() {
            continue;
        }
        let sql = sql!("SELECT level, position, hashes FROM log_tiles WHERE level = $1", i64::from(level));
        let found: Vec<Tile> = db.all(sql.push_list(" AND position IN", positions)).await?;
        tiles.extend(found.into_iter().map(|Tile(at, hashes)| (at, hashes)));
    }
    Ok(tiles.into_iter().collect())
}

/// One tile, if it is there.
///
/// # Errors
/// `internal` when the database fails.
pub async fn tile_unscoped(db: &mut Conn, (level, position): At) -> Result<Option<Vec<u8>>> {
    let found: Option<Tile> = db
        .optional(sql!(
            "SELECT level, position, hashes FROM log_tiles WHERE level = $1 AND position = $2",
            i64::from(level),
            int(position)?,
        ))
        .await?;
    Ok(found.map(|Tile(_, hashes)| hashes))
}

/// Writes a tile, new or wider than it was.
///
/// # Errors
/// `internal` when the database fails.
pub async fn put_tile(tx: &mut Tx, ((level, position), hashes): (At, Vec<u8>)) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO log_tiles (level, position, hashes) VALUES ($1, $2, $3)
         ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes",
        i64::from(level),
        int(position)?,
        hashes,
    ))
    .await?;
    Ok(())
}

/// Writes a head.
///
/// # Errors
/// `internal` when the database fails.
pub async fn add_head(tx: &mut Tx, head: Head) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO log_heads (at, size, note) VALUES ($1, $2, $3) ON CONFLICT (at) DO NOTHING",
        head.at,
        int(head.size)?,
        head.note,
    ))
    .await?;
    Ok(())
}

/// The newest head.
///
/// # Errors
/// `internal` when the database fails.
pub async fn head_unscoped(db: &mut Conn) -> Result<Option<Head>> {
    db.optional(sql!("SELECT at, size, note FROM log_heads ORDER BY at DESC LIMIT 1")).await
}

/// Heads before a moment, the newest first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn heads_before_unscoped(db: &mut Conn, before: Instant, limit: i64) -> Result<Vec<Head>> {
    db.all(sql!("SELECT at, size, note FROM log_heads WHERE at < $1 ORDER BY at DESC LIMIT $2", before, limit)).await
}

/// Heads after a moment, the oldest first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn heads_after_unscoped(db: &mut Conn, after: Instant, limit: i64) -> Result<Vec<Head>> {
    db.all(sql!("SELECT at, size, note FROM log_heads WHERE at > $1 ORDER BY at LIMIT $2", after, limit)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many heads there are, up to one more than is counted.
///
/// # Errors
/// `internal` when the database fails.
pub async fn count_heads_unscoped(db: &mut Conn) -> Result<i64> {
    let Count(count) = db
        .one(sql!(
            "SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT at FROM log_heads LIMIT $1) AS counted",
            COUNT_CAP + 1
        ))
        .await?;
    Ok(count)
}
