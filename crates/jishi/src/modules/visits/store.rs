//! SQL of visits and their openings.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::model::{Opening, Sealed, Visit, VisitFilter, VisitList};
use crate::{
    modules::{cases::Case, links::NeedStage},
    platform::access::{Person, Post, Role, Scope},
};

/// Sealed words that are forgotten in one transaction.
const AT_ONCE: i64 = 500;

fn visits() -> Sql {
    sql!(
        "SELECT v.id, v.region, v.writer, p.name, v.unit, v.visited_on, v.need, v.matter, v.case_id, o.number, c.status,
                c.closed_how, v.written_at, v.keep_until, v.version
         FROM visits v
         JOIN people p ON p.id = v.writer
         LEFT JOIN cases o ON o.id = v.case_id
         LEFT JOIN cases c ON c.id = COALESCE(o.merged_into, o.id)
         WHERE v.withdrawn_at IS NULL"
    )
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(v.city, 1, 2) = ",
        Level::City => "v.city = ",
        Level::County => "v.county = ",
        Level::Township => "v.township = ",
        Level::Village => "v.village = ",
        Level::Grid | Level::MicroGrid => "v.grid = ",
    }
}

/// Those in the places of a scope, and one's own.
fn within(sql: Sql, scope: &Scope, own: Option<Id<Person>>) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        sql = sql.push(" OR ").push_value(column_is(place.level()), place.at(Level::Grid).as_ref().unwrap_or(place));
    }
    sql.push_some(own, |sql, own| sql.push_value(" OR v.writer = ", own)).push(")")
}

/// One's own by `visits_writer`, those of a place by `visits_<level>`; the index goes on in the list's order.
fn filtered(sql: Sql, (scope, person): (&Scope, Id<Person>), filter: &VisitFilter) -> Sql {
    let sql = match filter.list {
        VisitList::Mine => sql.push_value(" AND v.writer = ", person),
        VisitList::Place => within(sql, scope, None),
    };
    let sql = sql.push_some(filter.region.as_ref(), |sql, region| {
        sql.push(" AND ").push_value(column_is(region.level()), region.at(Level::Grid).as_ref().unwrap_or(region))
    });
    let sql = sql
        .push_some(filter.from, |sql, from| sql.push_value(" AND v.visited_on >= ", from))
        .push_some(filter.to, |sql, to| sql.push_value(" AND v.visited_on <= ", to));
    match filter.stage {
        None => sql,
        Some(stage) => sql.push(stage_is(stage)),
    }
}

/// The same as `links::stage`; a test compares the two.
fn stage_is(stage: NeedStage) -> &'static str {
    match stage {
        NeedStage::None => " AND v.need IS NULL",
        NeedStage::Collected => " AND v.need IS NOT NULL AND (v.case_id IS NULL OR c.status = 'received')",
        NeedStage::Classified => " AND c.status IN ('dispatched', 'signed', 'working', 'parked', 'verifying')",
        NeedStage::Solved => " AND c.status = 'closed' AND c.closed_how IN ('confirmed', 'settled')",
        NeedStage::Ended => {
            " AND (c.status IN ('answered', 'redirected', 'refused', 'merged', 'withdrawn')
                   OR c.status = 'closed' AND (c.closed_how IS NULL OR c.closed_how NOT IN ('confirmed', 'settled')))"
        }
    }
}

/// A page of visits and one more, the newest first.
pub async fn page(db: &mut Conn, of: (&Scope, Id<Person>), filter: &VisitFilter, page: &Page) -> Result<Vec<Visit>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, Id<Visit>)>()).transpose()?;
    let sql = filtered(visits(), of, filter).push_some(after, |sql, (day, id)| {
        sql.push_value(" AND (v.visited_on, v.id) < (", day).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY v.visited_on DESC, v.id DESC LIMIT ", page.limit + 1)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, of: (&Scope, Id<Person>), filter: &VisitFilter) -> Result<i64> {
    let sql = sql!(
        "SELECT CAST(count(*) AS BIGINT) AS n
         FROM (SELECT 1 AS one
               FROM visits v
               LEFT JOIN cases o ON o.id = v.case_id
               LEFT JOIN cases c ON c.id = COALESCE(o.merged_into, o.id)
               WHERE v.withdrawn_at IS NULL"
    );
    let sql = filtered(sql, of, filter);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// A visit of one's own, or one in the places of a scope.
pub async fn get(db: &mut Conn, scope: &Scope, own: Id<Person>, id: Id<Visit>) -> Result<Visit> {
    let sql = within(visits().push_value(" AND v.id = ", id), scope, Some(own));
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

struct Kept(Option<Vec<u8>>, Option<Vec<u8>>);

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("whom")?, row.opt("said")?))
    }
}

/// What is sealed of a visit, for its writer or for whoever writes the opening down; none when it is forgotten.
pub async fn sealed_unscoped(db: &mut Conn, id: Id<Visit>) -> Result<Option<Sealed>> {
    let kept: Option<Kept> = db.optional(sql!("SELECT whom, said FROM visits WHERE id = $1", id)).await?;
    Ok(kept.and_then(|Kept(whom, said)| whom.zip(said)).map(|(whom, said)| Sealed { whom, said }))
}

/// Puts a visit in.
pub async fn insert(tx: &mut Tx, visit: &Visit, post: Option<Id<Post>>, sealed: &Sealed) -> Result<()> {
    let at = |level| visit.region.at(level);
    tx.execute(sql!(
        "INSERT INTO visits (id, region, city, county, township, village, grid, writer, post, unit, visited_on, whom, said,
             need, matter, case_id, written_at, keep_until, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1)",
        visit.id,
        &visit.region,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        at(Level::Grid),
        visit.writer.id,
        post,
        visit.unit,
        visit.visited_on,
        sealed.whom.clone(),
        sealed.said.clone(),
        visit.need.clone(),
        visit.matter.clone(),
        visit.case,
        visit.written_at,
        visit.keep_until,
    ))
    .await?;
    Ok(())
}

/// Writes a visit as it shall be; false when somebody else changed it meanwhile.
pub async fn update(tx: &mut Tx, visit: &Visit, sealed: &Sealed, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE visits
             SET visited_on = $1, whom = $2, said = $3, need = $4, matter = $5, version = version + 1
             WHERE id = $6
               AND version = $7",
            visit.visited_on,
            sealed.whom.clone(),
            sealed.said.clone(),
            visit.need.clone(),
            visit.matter.clone(),
            visit.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Takes a visit back: nothing that was said stays. False when somebody else changed it meanwhile.
pub async fn withdraw(tx: &mut Tx, id: Id<Visit>, at: Instant, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE visits
             SET withdrawn_at = $1, whom = NULL, said = NULL, need = NULL, keep_until = NULL, version = version + 1
             WHERE id = $2
               AND version = $3",
            at,
            id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Says which case a visit's need became; false when it has become one already, or changed meanwhile.
pub async fn set_case(
    tx: &mut Tx,
    id: Id<Visit>,
    (case, matter): (Id<Case>, Option<String>),
    seen: i64,
) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE visits
             SET case_id = $1, matter = COALESCE($2, matter), version = version + 1
             WHERE id = $3
               AND version = $4
               AND case_id IS NULL",
            case,
            matter,
            id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Writes an opening down.
pub async fn add_opening(
    tx: &mut Tx,
    (id, visit): (Id<Opening>, Id<Visit>),
    (at, person, role): (Instant, Id<Person>, Option<Role>),
    words: &str,
) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO visit_openings (id, visit, at, person, role, words) VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        visit,
        at,
        person,
        role.map_or("", Role::as_str),
        words,
    ))
    .await?;
    Ok(())
}

/// Who opened a visit, the last first.
pub async fn openings(db: &mut Conn, visit: Id<Visit>) -> Result<Vec<Opening>> {
    db.all(sql!(
        "SELECT o.at, o.person, p.name, o.words
         FROM visit_openings o
         JOIN people p ON p.id = o.person
         WHERE o.visit = $1
         ORDER BY o.id DESC
         LIMIT 100",
        visit,
    ))
    .await
}

/// A visit that has been kept long enough.
struct Over {
    id: Id<Visit>,
    region: RegionCode,
    days: i64,
}

impl FromRow for Over {
    fn from_row(row: &Row) -> Result<Self> {
        let (visited_on, keep_until): (Day, Day) = (row.get("visited_on")?, row.get("keep_until")?);
        Ok(Self { id: row.get("id")?, region: row.get("region")?, days: visited_on.days_until(keep_until) })
    }
}

/// Forgets whom and what was said where it has been kept long enough, some at a time, and what was written as the reason of
/// opening it; where it was, and for how many days it was kept, as was said when it was written down. By `visits_keep`.
pub async fn forget(tx: &mut Tx, today: Day) -> Result<Vec<(RegionCode, i64)>> {
    let over: Vec<Over> = tx
        .all(sql!(
            "SELECT id, region, visited_on, keep_until
             FROM visits
             WHERE keep_until < $1
             ORDER BY keep_until, id
             LIMIT $2",
            today,
            AT_ONCE,
        ))
        .await?;
    if over.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || over.iter().map(|visit| visit.id);
    tx.execute(sql!("UPDATE visit_openings SET words = '' WHERE visit").push_list(" IN", ids())).await?;
    let emptied = sql!("UPDATE visits SET whom = NULL, said = NULL, keep_until = NULL WHERE id");
    tx.execute(emptied.push_list(" IN", ids())).await?;
    Ok(over.into_iter().map(|visit| (visit.region, visit.days)).collect())
}

/// A case of the demonstration that may have been raised in a visit.
pub struct Played {
    /// Which.
    pub id: Id<Case>,
    /// What it is about.
    pub summary: String,
    /// When it came.
    pub received_at: Instant,
}

impl FromRow for Played {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, summary: row.get("summary")?, received_at: row.get("received_at")? })
    }
}

/// The last cases of a village that its grid brought in; only the demonstration asks.
pub async fn played(db: &mut Conn, village: &RegionCode, limit: i64) -> Result<Vec<Played>> {
    db.all(sql!(
        "SELECT id, summary, received_at
         FROM cases
         WHERE village = $1
           AND channel = 'grid'
         ORDER BY received_at DESC, id
         LIMIT $2",
        village,
        limit,
    ))
    .await
}
