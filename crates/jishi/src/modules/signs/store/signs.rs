//! Signs, and the cases behind them.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Cursor, Day, Error, Id, Instant, Level, Listing, Page, RegionCode, Result};

use crate::{
    modules::signs::model::{Counts, Evidence, Sign, SignKind, SignState},
    platform::access::{Person, Scope, Unit},
};

fn select() -> Sql {
    sql!(
        "SELECT s.id, s.kind, s.unit, s.county, s.from_day, s.to_day, s.hits, s.among, s.peer_hits, s.peer_among, s.peers,
                s.state, s.found_at, s.looked_at, s.looked_by, s.looked_hits, s.words, s.answered_at, s.answer, s.version
         FROM signs s
         WHERE "
    )
}

/// What a list of signs shows.
#[derive(Clone, Debug, Default)]
pub struct SignFilter {
    /// Of one kind.
    pub kind: Option<SignKind>,
    /// In one state.
    pub state: Option<SignState>,
    /// In a county.
    pub county: Option<RegionCode>,
    /// Of a unit.
    pub unit: Option<Id<Unit>>,
}

/// Signs in the reader's counties, and of their units. Counties in a place are a range of codes.
fn filtered(sql: Sql, scope: &Scope, filter: &SignFilter) -> Sql {
    enum Way<'s> {
        Place(&'s RegionCode),
        Unit(Id<Unit>),
    }
    let places = scope.places.iter().filter(|place| place.level() <= Level::County).map(Way::Place);
    let ways: Vec<Way<'_>> = places.chain(scope.units.iter().map(|unit| Way::Unit(*unit))).collect();
    sql.push_any(ways, |sql, way| match way {
        Way::Place(place) => {
            sql.push_value("(s.county >= ", place).push_value(" AND s.county < ", format!("{place}:")).push(")")
        }
        Way::Unit(unit) => sql.push_value("s.unit = ", unit),
    })
    .push_some(filter.kind, |sql, kind| sql.push_value(" AND s.kind = ", kind.as_str()))
    .push_some(filter.state, |sql, state| sql.push_value(" AND s.state = ", state.as_str()))
    .push_some(filter.county.as_ref(), |sql, county| sql.push_value(" AND s.county = ", county))
    .push_some(filter.unit, |sql, unit| sql.push_value(" AND s.unit = ", unit))
}

/// A page of signs, the newest first.
pub async fn list(db: &mut Conn, scope: &Scope, filter: &SignFilter, page: &Page) -> Result<Listing<Sign>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<Sign>)>()).transpose()?;
    let sql = filtered(select(), scope, filter).push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (s.found_at, s.id) < (", at).push_value(", ", id).push(")")
    });
    let rows: Vec<Sign> = db.all(sql.push_value(" ORDER BY s.found_at DESC, s.id DESC LIMIT ", page.limit + 1)).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM signs s WHERE ");
    let Count(count) =
        db.one(filtered(count, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(Listing::new(rows, page, count, |sign| Cursor::pack(&(sign.found_at, sign.id))))
}

/// The statement of the whole list, for a file.
pub fn export(scope: &Scope, filter: &SignFilter) -> Sql {
    filtered(select(), scope, filter).push(" ORDER BY s.found_at DESC, s.id DESC")
}

/// One sign.
///
/// # Errors
/// `not_found` outside the scope or where there is none.
pub async fn one(db: &mut Conn, scope: &Scope, id: Id<Sign>) -> Result<Sign> {
    let sql = filtered(select(), scope, &SignFilter::default()).push_value(" AND s.id = ", id);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// One sign that nobody else changes until this transaction ends.
///
/// # Errors
/// `not_found` outside the scope or where there is none.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<Sign>) -> Result<Sign> {
    let sql = filtered(select(), scope, &SignFilter::default()).push_value(" AND s.id = ", id);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF s") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The signs of a county and a period; for the platform's own looking.
pub async fn existing(tx: &mut Tx, county: &RegionCode, from: Day) -> Result<Vec<Sign>> {
    let sql = select().push_value("s.county = ", county).push_value(" AND s.from_day = ", from);
    tx.all(sql.push(" ORDER BY s.id")).await
}

/// Puts a new sign in.
pub async fn insert(tx: &mut Tx, sign: &Sign) -> Result<()> {
    let Counts { hits, among, peer_hits, peer_among, peers } = sign.counts;
    tx.execute(sql!(
        "INSERT INTO signs (id, kind, unit, county, from_day, to_day, hits, among, peer_hits, peer_among, peers, state, found_at,
                            version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)",
        sign.id,
        sign.kind.as_str(),
        sign.unit,
        &sign.county,
        sign.from_day,
        sign.to_day,
        hits,
        among,
        peer_hits,
        peer_among,
        peers,
        sign.state.as_str(),
        sign.found_at,
    ))
    .await?;
    Ok(())
}

/// What it is about now, and whether it is to be looked at again.
pub async fn update_counts(tx: &mut Tx, id: Id<Sign>, counts: Counts, state: SignState) -> Result<()> {
    tx.execute(sql!(
        "UPDATE signs
         SET hits = $2, among = $3, peer_hits = $4, peer_among = $5, peers = $6, state = $7, version = version + 1
         WHERE id = $1",
        id,
        counts.hits,
        counts.among,
        counts.peer_hits,
        counts.peer_among,
        counts.peers,
        state.as_str(),
    ))
    .await?;
    Ok(())
}

/// Takes away what nobody has looked at and what is none any more.
pub async fn forget(tx: &mut Tx, id: Id<Sign>) -> Result<()> {
    tx.execute(sql!("DELETE FROM sign_cases WHERE sign = $1", id)).await?;
    tx.execute(sql!("DELETE FROM signs WHERE id = $1", id)).await?;
    Ok(())
}

/// The cases behind a sign from now on.
pub async fn put_evidence(tx: &mut Tx, sign: Id<Sign>, all: &[Evidence]) -> Result<()> {
    tx.execute(sql!("DELETE FROM sign_cases WHERE sign = $1", sign)).await?;
    for (chunk, evidence) in all.chunks(500).enumerate() {
        let mut insert =
            sql!("INSERT INTO sign_cases (sign, nth, case_id, at, entry, sha, beside_case, beside_sha) VALUES");
        for (index, it) in evidence.iter().enumerate() {
            let nth = i64::try_from(chunk * 500 + index).unwrap_or(i64::MAX);
            insert = insert
                .push_value(if index == 0 { " (" } else { ", (" }, sign)
                .push_value(", ", nth)
                .push_value(", ", it.case)
                .push_value(", ", it.at)
                .push_value(", ", it.entry)
                .push_value(", ", it.sha.clone())
                .push_value(", ", it.beside.as_ref().map(|(case, _)| *case))
                .push_value(", ", it.beside.as_ref().map(|(_, sha)| sha.clone()))
                .push(")");
        }
        tx.execute(insert).await?;
    }
    Ok(())
}

struct Nth(i64, Evidence);

impl FromRow for Nth {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("nth")?, Evidence::from_row(row)?))
    }
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// A page of the cases behind a sign; the caller has checked the right to it.
pub async fn evidence_page(db: &mut Conn, sign: Id<Sign>, page: &Page) -> Result<Listing<Evidence>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<i64>()).transpose()?;
    let rows: Vec<Nth> = db
        .all(sql!(
            "SELECT nth, case_id, at, entry, sha, beside_case, beside_sha
             FROM sign_cases
             WHERE sign = $1
               AND nth > $2
             ORDER BY nth
             LIMIT $3",
            sign,
            after.unwrap_or(-1),
            page.limit + 1,
        ))
        .await?;
    let count = evidence_count(db, sign).await?;
    Ok(Listing::new(rows, page, count, |Nth(nth, _)| Cursor::pack(nth)).map(|Nth(_, evidence)| evidence))
}

/// How many cases are behind a sign.
async fn evidence_count(db: &mut Conn, sign: Id<Sign>) -> Result<i64> {
    let Count(n) = db.one(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM sign_cases WHERE sign = $1", sign)).await?;
    Ok(n)
}

/// All cases behind a sign, as it was found.
pub async fn evidence_of(db: &mut Conn, sign: Id<Sign>) -> Result<Vec<Evidence>> {
    db.all(sql!(
        "SELECT case_id, at, entry, sha, beside_case, beside_sha FROM sign_cases WHERE sign = $1 ORDER BY nth",
        sign,
    ))
    .await
}

/// Somebody looked.
pub async fn put_look(
    tx: &mut Tx,
    sign: &Sign,
    (state, words): (SignState, &str),
    by: Id<Person>,
    at: Instant,
) -> Result<()> {
    tx.execute(sql!(
        "UPDATE signs
         SET state = $2, words = $3, looked_by = $4, looked_at = $5, looked_hits = hits, version = version + 1
         WHERE id = $1",
        sign.id,
        state.as_str(),
        words,
        by,
        at,
    ))
    .await?;
    Ok(())
}

/// The unit answered.
pub async fn put_answer(tx: &mut Tx, sign: Id<Sign>, answer: &str, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE signs SET answer = $2, answered_at = $3, version = version + 1 WHERE id = $1",
        sign,
        answer,
        at,
    ))
    .await?;
    Ok(())
}
