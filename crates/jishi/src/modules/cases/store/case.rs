//! One case.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Code, Day, Error, Id, Instant, Level, RegionCode, Result};

use super::{Number, select};
use crate::{
    modules::cases::{
        filter::column_is,
        model::{Case, ClosedHow, Grade, Outcome},
    },
    platform::access::Scope,
};

/// One case that is known otherwise, if it is in the scope: by its place, or because one of the units has a part in it.
pub(super) fn within(sql: Sql, scope: &Scope) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        sql = sql.push(" OR ").push_value(column_is(place.level()), place);
    }
    for unit in &scope.units {
        sql = sql
            .push_value(" OR c.lead_unit = ", *unit)
            .push(" OR EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id")
            .push_value(" AND a.state IN ('open', 'signed', 'done') AND a.unit = ", *unit)
            .push(")");
    }
    sql.push(")")
}

/// A case within the scope.
///
/// # Errors
/// `not_found` outside the scope or where there is none.
pub async fn get(db: &mut Conn, scope: &Scope, id: Id<Case>) -> Result<Case> {
    let sql = within(select().push_value(" AND c.id = ", id), scope);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Whether a case lies within the scope.
///
/// # Errors
/// `internal` when the database fails.
pub async fn is_within(db: &mut Conn, scope: &Scope, id: Id<Case>) -> Result<bool> {
    Ok(db.optional::<Case>(within(select().push_value(" AND c.id = ", id), scope)).await?.is_some())
}

/// A case within the scope, whose row nobody else may change until this transaction ends.
///
/// # Errors
/// `not_found` outside the scope or where there is none.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<Case>) -> Result<Case> {
    let sql = locked(within(select().push_value(" AND c.id = ", id), scope), tx.backend());
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// PostgreSQL locks the row; SQLite has one writer and needs no lock.
fn locked(sql: Sql, backend: Backend) -> Sql {
    if backend == Backend::Postgres { sql.push(" FOR UPDATE OF c") } else { sql }
}

/// A case for whoever proved a right to it otherwise: by receipt, or as the platform itself.
///
/// # Errors
/// `not_found`.
pub async fn get_unscoped(db: &mut Conn, id: Id<Case>) -> Result<Case> {
    db.optional(select().push_value(" AND c.id = ", id)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A case by its number within the scope.
///
/// # Errors
/// `internal` when the database fails.
pub async fn by_number(db: &mut Conn, scope: &Scope, number: &str) -> Result<Option<Case>> {
    db.optional(within(select().push_value(" AND c.number = ", number), scope)).await
}

/// A case by its number, for residents joining it; the caller checks that its matter is public.
///
/// # Errors
/// `internal` when the database fails.
pub async fn by_number_unscoped(db: &mut Conn, number: &str) -> Result<Option<Case>> {
    db.optional(select().push_value(" AND c.number = ", number)).await
}

/// A case for the platform itself or a resident, whose row nobody else may change until this transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock_unscoped(tx: &mut Tx, id: Id<Case>) -> Result<Case> {
    let sql = locked(select().push_value(" AND c.id = ", id), tx.backend());
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Those of some cases that nobody else holds now, held until this transaction ends: for work in the background, which waits for
/// nobody.
///
/// # Errors
/// `internal` when the database fails.
pub async fn lock_free_unscoped(tx: &mut Tx, ids: &[Id<Case>]) -> Result<Vec<Case>> {
    let sql = select().push_list(" AND c.id IN", ids.iter().copied());
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF c SKIP LOCKED") } else { sql };
    tx.all(sql).await
}

struct Merged(Id<Case>, Id<Case>);

impl FromRow for Merged {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("id")?, row.get("merged_into")?))
    }
}

/// The cases that were merged into some others, each with the one it was merged into; by `cases_merged_into`. For what the
/// platform does by itself.
///
/// # Errors
/// `internal` when the database fails.
pub async fn merged_into_unscoped(db: &mut Conn, ids: &[Id<Case>]) -> Result<Vec<(Id<Case>, Id<Case>)>> {
    let sql = sql!("SELECT id, merged_into FROM cases WHERE merged_into").push_list(" IN", ids.iter().copied());
    Ok(db.all(sql).await?.into_iter().map(|Merged(from, into)| (from, into)).collect())
}

/// Whether there is any case at all.
///
/// # Errors
/// `internal` when the database fails.
pub async fn any_unscoped(db: &mut Conn) -> Result<bool> {
    let found: Option<Number> = db.optional(sql!("SELECT CAST(1 AS BIGINT) AS n FROM cases LIMIT 1")).await?;
    Ok(found.is_some())
}

/// Puts a new case in; false when its number is taken.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_case(tx: &mut Tx, case: &Case, matter_version: Option<i64>, day: Day) -> Result<bool> {
    let at = |level| case.place.at(level);
    let inserted = tx
        .execute(sql!(
        "INSERT INTO cases (id, number, status, is_open, closed_how, matter, matter_version, urgency, publicity, summary,
             channel, city, county, township, village, grid, micro_grid, place_text, lon, lat, place_source,
             place_is_guess, registered_region, received_at, received_day, due_at, deadline, ended_at, reports, redos,
             returns, reopens, reminders, last_by, last_kind, last_at, item, split_from,
             handler, about_unit, about_place, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25, $26, $27, $28, $29, 0, 0, 0, 0, $30, $31, $32, $33, $34, $35, $36, $37, 1)
         ON CONFLICT (number) DO NOTHING",
        case.id,
        &case.number,
        case.status.as_str(),
        case.status.is_open(),
        case.closed_how.map(ClosedHow::as_str),
        case.matter.as_ref(),
        matter_version,
        case.urgency.as_str(),
        case.publicity.as_str(),
        &case.summary,
        case.channel.as_str(),
        at(Level::City),
        // What was answered without a place has its home in the city itself.
        at(Level::County).or_else(|| at(Level::City)),
        at(Level::Township),
        at(Level::Village),
        at(Level::Grid),
        at(Level::MicroGrid),
        case.place_text.as_ref(),
        case.lon,
        case.lat,
        case.place_source.as_str(),
        case.place_is_guess,
        case.registered_region.as_ref(),
        case.received_at,
        day,
        case.due_at,
        case.deadline.clone(),
        case.ended_at,
        case.reports,
        case.last_by.clone(),
        &case.last_kind,
        case.last_at,
        case.item,
        case.split_from,
        case.handler,
        case.about_unit,
        case.about_place.as_ref(),
    ))
    .await?;
    Ok(inserted == 1)
}

/// Writes a changed case back, if nobody else has changed it since it was read; its version counts up.
///
/// # Errors
/// `case_changed` when someone was faster.
pub async fn save(tx: &mut Tx, case: &mut Case) -> Result<()> {
    let at = |level| case.place.at(level);
    let changed = tx
        .execute(sql!(
            "UPDATE cases
             SET status = $1, is_open = $2, closed_how = $3, matter = $4, urgency = $5, publicity = $6, township = $7,
                 village = $8, grid = $9, micro_grid = $10, lead_unit = $11, handler = $12, due_at = $13, deadline = $14,
                 dispatched_at = $15, signed_at = $16, result_at = $17, result_note = $18, result_outcome = $19,
                 result_by = $20, asked_at = $21, ended_at = $22, reports = $23, redos = $24, returns = $25,
                 reopens = $26, reminders = $27, merged_into = $28, last_by = $29, last_kind = $30, last_at = $31,
                 place_is_guess = $32, place_source = $33, item = $34, summary = $35, excluded = $36, paused_until = $37,
                 supervised = $38, county = $39, about_place = $40, version = version + 1
             WHERE id = $41 AND version = $42",
            case.status.as_str(),
            case.status.is_open(),
            case.closed_how.map(ClosedHow::as_str),
            case.matter.as_ref(),
            case.urgency.as_str(),
            case.publicity.as_str(),
            at(Level::Township),
            at(Level::Village),
            at(Level::Grid),
            at(Level::MicroGrid),
            case.lead_unit,
            case.handler,
            case.due_at,
            case.deadline.clone(),
            case.dispatched_at,
            case.signed_at,
            case.result_at,
            case.result_note,
            case.result_outcome.map(Outcome::as_str),
            case.result_by,
            case.asked_at,
            case.ended_at,
            case.reports,
            case.redos,
            case.returns,
            case.reopens,
            case.reminders,
            case.merged_into,
            case.last_by.clone(),
            &case.last_kind,
            case.last_at,
            case.place_is_guess,
            case.place_source.as_str(),
            case.item,
            &case.summary,
            case.excluded.as_ref(),
            case.pause().filter(|_| case.status.is_open()).map(|pause| pause.until),
            case.supervised.map(Grade::as_str),
            at(Level::County).or_else(|| at(Level::City)),
            case.about_place.as_ref(),
            case.id,
            case.version,
        ))
        .await?;
    if changed != 1 {
        return Err(Error::new(Code::CaseChanged).because("another transaction was faster"));
    }
    case.version += 1;
    let is_open = case.status.is_open();
    if case.was_open != is_open {
        tx.execute(sql!("UPDATE assignments SET case_is_open = $1 WHERE case_id = $2", is_open, case.id)).await?;
        case.was_open = is_open;
    }
    Ok(())
}

/// Open cases of the same matter near the same place, the newest first: for "me too" and for merging.
///
/// # Errors
/// `internal` when the database fails.
pub async fn similar_unscoped(
    db: &mut Conn,
    matter: &str,
    place: &RegionCode,
    except: Option<Id<Case>>,
) -> Result<Vec<Case>> {
    let sql = select().push_value(" AND c.is_open AND c.matter = ", matter);
    let sql = match place.at(Level::Village) {
        Some(village) => sql.push_value(" AND c.village = ", &village),
        None => match place.at(Level::Township) {
            Some(township) => sql.push_value(" AND c.township = ", &township),
            None => sql.push_value(" AND c.county = ", place.at(Level::County)),
        },
    };
    let sql = sql.push_some(except, |sql, id| sql.push_value(" AND c.id <> ", id));
    db.all(sql.push(" ORDER BY c.received_at DESC, c.id DESC LIMIT 10")).await
}

/// Cases that came in around a case's place since a moment, the newest first, the case itself left out; open ones and
/// those that ended. Served by cases_village_received or cases_township_received.
///
/// # Errors
/// `internal` when the database fails.
pub async fn around_unscoped(db: &mut Conn, case: &Case, since: Instant, limit: i64) -> Result<Vec<Case>> {
    let place = [Level::Village, Level::Township].into_iter().find_map(|level| case.place.at(level));
    let place = place.unwrap_or_else(|| case.place.clone());
    let sql = select().push(" AND ").push_value(column_is(place.level()), &place);
    let sql = sql
        .push_value(" AND c.received_at >= ", since)
        .push_value(" AND c.id <> ", case.id)
        .push(" AND c.status NOT IN ('merged', 'withdrawn')");
    db.all(sql.push_value(" ORDER BY c.received_at DESC, c.id DESC LIMIT ", limit)).await
}

/// Those of some cases that are in the scope, the first first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn seen_of(db: &mut Conn, scope: &Scope, ids: &[Id<Case>]) -> Result<Vec<Case>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = within(select().push_list(" AND c.id IN", ids.iter().copied()), scope);
    db.all(sql.push(" ORDER BY c.id")).await
}

/// Those of some cases that are in the scope and still wait to be dispatched, in the order of `ids`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn undecided(db: &mut Conn, scope: &Scope, ids: &[Id<Case>]) -> Result<Vec<Case>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = select().push(" AND c.status = 'received'").push_list(" AND c.id IN", ids.iter().copied());
    let mut found: Vec<Case> = db.all(within(sql, scope)).await?;
    found.sort_by_key(|case| ids.iter().position(|id| *id == case.id));
    Ok(found)
}
