//! SQL of draws, re-checks and false results.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::model::{Draw, Recheck, RecheckFilter, Side, UnitCount};
use crate::{
    modules::cases::{Case, ClosedHow, OfCase},
    platform::access::Unit,
};

fn select() -> Sql {
    sql!(
        "SELECT r.id, r.draw, r.case_id, r.county, r.township, r.village, r.unit, r.checker, r.class, r.closed_how, r.closed_at,
                r.due_at, r.state, r.finding, r.words, r.photos, r.found_at, r.found_by, r.answer_due, r.answer,
                r.answered_at, r.answered_by, r.decision, r.decided_at, r.decided_by, r.version
         FROM rechecks r
         WHERE TRUE"
    )
}

/// A county's re-checks are some hundreds a month: narrower places are filtered, wider ones are their counties.
fn at(sql: Sql, place: &RegionCode) -> Sql {
    match place.level() {
        Level::Province | Level::City => {
            let end = format!("{}~", place.as_str());
            sql.push_value(" (r.county >= ", place.as_str()).push_value(" AND r.county < ", end).push(")")
        }
        Level::County => sql.push_value(" r.county = ", place),
        Level::Township => {
            let sql = sql.push_value(" (r.county = ", place.at(Level::County));
            sql.push_value(" AND r.township = ", place).push(")")
        }
        _ => {
            let sql = sql.push_value(" (r.county = ", place.at(Level::County));
            sql.push_value(" AND r.village = ", place.at(Level::Village)).push(")")
        }
    }
}

fn of_side(sql: Sql, side: &Side) -> Sql {
    match side {
        Side::Checkers(units) => sql.push_list(" AND r.checker IN", units.iter().copied()),
        // A unit learns what was found of its work, not that somebody is on the way.
        Side::Units(units) => sql
            .push_list(" AND r.unit IN", units.iter().copied())
            .push(" AND r.finding IN ('partly', 'not_as_claimed')"),
        Side::Places(places) => sql.push(" AND ").push_any(places, at),
    }
}

fn filtered(sql: Sql, filter: &RecheckFilter) -> Sql {
    let sql = of_side(sql, &filter.side);
    let sql = sql.push_some(filter.state, |sql, state| sql.push_value(" AND r.state = ", state.as_str()));
    let sql = sql.push_some(filter.finding, |sql, finding| sql.push_value(" AND r.finding = ", finding.as_str()));
    let sql = sql.push_some(filter.unit, |sql, unit| sql.push_value(" AND r.unit = ", unit));
    let sql = sql.push_some(filter.draw, |sql, draw| sql.push_value(" AND r.draw = ", draw));
    if filter.is_late { sql.push_value(" AND r.state = 'waiting' AND r.due_at < ", filter.now) } else { sql }
}

/// Those of some cases that are being looked at again, or about which a unit may still answer; by `rechecks_case`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waits_of_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Id<Case>>> {
    let sql = sql!("SELECT r.case_id FROM rechecks r WHERE r.state IN ('waiting', 'contested', 'answered')");
    let rows: Vec<OfCase> = db.all(sql.push_list(" AND r.case_id IN", cases.iter().copied())).await?;
    Ok(rows.into_iter().map(|OfCase(case)| case).collect())
}

/// A page of re-checks and one more, by the day they are due; served by `rechecks_checker`, `_unit`, `_county`.
pub async fn page(db: &mut Conn, filter: &RecheckFilter, page: &Page) -> Result<Vec<Recheck>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(i64, Id<Recheck>)>()).transpose()?;
    let sql = filtered(select(), filter);
    let sql = sql.push_some(after, |sql, (due, id)| {
        sql.push_value(" AND (r.due_at, r.id) > (", due).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY r.due_at, r.id LIMIT ", page.limit + 1)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, filter: &RecheckFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM rechecks r WHERE TRUE");
    let sql = filtered(sql, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let Count(n) = db.one(sql).await?;
    Ok(n)
}

/// One re-check on one of some sides; a side that is not the reader's does not show it.
pub async fn get(db: &mut Conn, sides: &[Side], id: Id<Recheck>) -> Result<Recheck> {
    for side in sides {
        let found: Option<Recheck> = db.optional(of_side(select().push_value(" AND r.id = ", id), side)).await?;
        if let Some(found) = found {
            return Ok(found);
        }
    }
    Err(Error::new(Code::NotFound))
}

/// The same on one side, which nobody else changes until this transaction ends.
pub async fn lock(tx: &mut Tx, side: &Side, id: Id<Recheck>) -> Result<Recheck> {
    let sql = of_side(select().push_value(" AND r.id = ", id), side);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF r") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Puts a re-check in.
pub async fn insert(tx: &mut Tx, new: &Recheck) -> Result<()> {
    let at = |level| new.place.at(level);
    tx.later(sql!(
        "INSERT INTO rechecks (id, draw, case_id, county, township, village, unit, checker, class, closed_how, closed_at,
             due_at, state, photos, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
        new.id,
        new.draw,
        new.case,
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        new.unit,
        new.checker,
        &new.class,
        new.closed_how.as_str(),
        new.closed_at,
        new.due_at,
        new.state.as_str(),
        serde_json::json!([]),
    ))
    .await
}

/// Writes what was found, answered or decided; false when somebody else did so meanwhile.
pub async fn update(tx: &mut Tx, it: &Recheck) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE rechecks
             SET state = $1, finding = $2, words = $3, photos = $4, found_at = $5, found_by = $6, answer_due = $7,
                 answer = $8, answered_at = $9, answered_by = $10, decision = $11, decided_at = $12, decided_by = $13,
                 version = version + 1
             WHERE id = $14
               AND version = $15",
            it.state.as_str(),
            it.finding.map(super::model::RecheckFinding::as_str),
            it.words.as_ref(),
            serde_json::json!(it.photos),
            it.found_at,
            it.found_by,
            it.answer_due,
            it.answer.as_ref(),
            it.answered_at,
            it.answered_by,
            it.decision.as_ref(),
            it.decided_at,
            it.decided_by,
            it.id,
            it.version,
        ))
        .await?;
    Ok(changed == 1)
}

/// Marks a false result on a unit.
pub async fn mark_false(tx: &mut Tx, it: &Recheck, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO false_results (recheck, case_id, unit, county, at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (recheck) DO NOTHING",
        it.id,
        it.case,
        it.unit,
        it.place.at(Level::County),
        at,
    ))
    .await?;
    Ok(())
}

/// What was found of the work of the units of some places; in no order of merit.
pub async fn by_unit(db: &mut Conn, filter: &RecheckFilter) -> Result<Vec<UnitCount>> {
    let sql = sql!(
        "SELECT r.unit,
                CAST(count(*) AS BIGINT) AS drawn,
                CAST(count(r.finding) AS BIGINT) AS checked,
                CAST(sum(CASE WHEN r.finding = 'as_claimed' THEN 1 ELSE 0 END) AS BIGINT) AS as_claimed,
                CAST(sum(CASE WHEN r.finding = 'partly' THEN 1 ELSE 0 END) AS BIGINT) AS partly,
                CAST(sum(CASE WHEN r.finding = 'not_as_claimed' THEN 1 ELSE 0 END) AS BIGINT) AS not_as_claimed,
                CAST(sum(CASE WHEN r.state = 'false_result' THEN 1 ELSE 0 END) AS BIGINT) AS false_results
         FROM rechecks r
         WHERE TRUE"
    );
    db.all(filtered(sql, filter).push(" GROUP BY r.unit")).await
}

fn draws() -> Sql {
    sql!(
        "SELECT d.id, d.county, d.starts_on, d.ends_on, d.seed, d.of, d.strata, d.drawn, d.unassigned, d.at FROM recheck_draws d WHERE TRUE"
    )
}

fn draws_in(sql: Sql, places: &[RegionCode]) -> Sql {
    let within = |sql: Sql, place: &RegionCode| {
        let county = place.at(Level::County).unwrap_or_else(|| place.clone());
        let end = format!("{}~", county.as_str());
        sql.push_value("(d.county >= ", county.as_str()).push_value(" AND d.county < ", end).push(")")
    };
    sql.push(" AND ").push_any(places, within)
}

/// A page of draws and one more, the newest first; a county has some dozens a year.
pub async fn draws_page(db: &mut Conn, places: &[RegionCode], page: &Page) -> Result<Vec<Draw>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, Id<Draw>)>()).transpose()?;
    let sql = draws_in(draws(), places);
    let sql = sql.push_some(after, |sql, (day, id)| {
        sql.push_value(" AND (d.starts_on, d.id) < (", day).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY d.starts_on DESC, d.id DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`draws_page`] has in all.
pub async fn draws_count(db: &mut Conn, places: &[RegionCode]) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM recheck_draws d WHERE TRUE");
    let Count(n) = db.one(draws_in(sql, places).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// The draw of a county's period, if there was one.
pub async fn draw_of_unscoped(db: &mut Conn, county: &RegionCode, starts_on: Day) -> Result<Option<Draw>> {
    db.optional(draws().push_value(" AND d.county = ", county).push_value(" AND d.starts_on = ", starts_on)).await
}

/// Notes a draw; false where that period was drawn already.
pub async fn insert_draw(tx: &mut Tx, draw: &Draw) -> Result<bool> {
    let noted = tx
        .execute(sql!(
            "INSERT INTO recheck_draws (id, county, starts_on, ends_on, seed, of, strata, drawn, unassigned, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (county, starts_on) DO NOTHING",
            draw.id,
            &draw.county,
            draw.starts_on,
            draw.ends_on,
            draw.seed,
            draw.of,
            draw.strata,
            draw.drawn,
            draw.unassigned,
            draw.at,
        ))
        .await?;
    Ok(noted == 1)
}

/// A case that closed, as far as the draw has to know it.
#[derive(Clone, Debug)]
pub struct ClosedCase {
    /// Which.
    pub case: Id<Case>,
    /// The unit that led; none of what a grid settled.
    pub unit: Option<Id<Unit>>,
    /// Code of its matter.
    pub matter: Option<String>,
    /// How it was closed.
    pub how: ClosedHow,
    /// When.
    pub closed_at: Instant,
    /// Where, to the village.
    pub place: RegionCode,
}

impl FromRow for ClosedCase {
    fn from_row(row: &Row) -> Result<Self> {
        let place = match row.opt::<RegionCode>("village")? {
            Some(village) => village,
            None => row.opt("township")?.map_or_else(|| row.get("county"), Ok)?,
        };
        Ok(Self {
            case: row.get("id")?,
            unit: row.opt("lead_unit")?,
            matter: row.opt("matter")?,
            how: row.get("closed_how")?,
            closed_at: row.get("ended_at")?,
            place,
        })
    }
}

/// What closed in a county between two moments; served by `cases_county_ended`. For the platform's own draw.
pub async fn closed_unscoped(
    db: &mut Conn,
    county: &RegionCode,
    (from, before): (Instant, Instant),
) -> Result<Vec<ClosedCase>> {
    db.all(sql!(
        "SELECT c.id, c.lead_unit, c.matter, c.closed_how, c.ended_at, c.county, c.township, c.village
         FROM cases c
         WHERE c.county = $1
           AND NOT c.is_open
           AND c.ended_at >= $2
           AND c.ended_at < $3
           AND c.status = 'closed'
         ORDER BY c.id",
        county,
        from,
        before,
    ))
    .await
}
