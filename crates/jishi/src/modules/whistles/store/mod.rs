//! SQL of whistles and their calls. Nothing here decides anything.

mod calls;
mod figures;
mod list;
mod steps;

use std::collections::HashMap;

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Code, Error, Id, Instant, Level, Result};

pub use self::{
    calls::{CallFilter, CalledRow, calls_count, calls_page},
    figures::{CallSums, WhistleSums, call_sums, usual_units_unscoped, whistle_sums},
    list::{ListFilter, WhistleView, count, page},
    steps::{
        Ended, SavedCall, close_calls, due_reminders_unscoped, insert, insert_call, open_ratings, save, save_call,
        set_reminder,
    },
};
use super::model::{Whistle, WhistleCall};
use crate::{
    modules::cases::Case,
    platform::access::{Scope, Unit},
};

/// The columns of a whistle.
const COLUMNS: &str = "SELECT w.id, w.kind, w.source, w.state, w.goal, w.region, w.place_text, w.case_id, w.lead_unit, w.raised_at,
            w.raised_by, w.raised_unit, w.meets_at, w.limits, w.outcome, w.answer, w.answered_at, w.escalated_at, w.reason,
            w.decision, w.ended_at, w.version, (SELECT c.number FROM cases c WHERE c.id = w.case_id) AS case_number";

/// The columns of a call.
const CALL: &str = "SELECT k.id, k.whistle, k.unit, k.assignment, k.task, k.called_at, k.reply_due_at, k.arrive_due_at, k.due_at,
            k.reply, k.reason, k.answered_at, k.arrived_at, k.arrived_said_by, k.result, k.done_at, k.counts, k.awaits_office,
            k.awaits_unit, k.grade, k.grade_words, k.justified, k.prepared, k.rating_words, k.reminded, k.version";

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(w.city, 1, 2) = ",
        Level::City => "w.city = ",
        Level::County => "w.county = ",
        Level::Township => "w.township = ",
        // What is narrower stands with its village.
        Level::Village | Level::Grid | Level::MicroGrid => "w.village = ",
    }
}

/// One whistle that is known otherwise, if it is in the scope: by its place, or because a unit was called.
fn within(sql: Sql, scope: &Scope) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        let place = place.at(Level::Village).unwrap_or_else(|| place.clone());
        sql = sql.push(" OR ").push_value(column_is(place.level()), place);
    }
    for unit in &scope.units {
        sql = sql
            .push_value(" OR w.lead_unit = ", *unit)
            .push_value(" OR EXISTS (SELECT 1 FROM whistle_calls k WHERE k.whistle = w.id AND k.unit = ", *unit)
            .push(")");
    }
    sql.push(")")
}

fn select() -> Sql {
    sql!("").push(COLUMNS).push(" FROM whistles w WHERE TRUE")
}

/// A whistle within the scope.
pub async fn get(db: &mut Conn, scope: &Scope, id: Id<Whistle>) -> Result<Whistle> {
    let sql = within(select().push_value(" AND w.id = ", id), scope);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A whistle for the platform itself.
pub async fn get_unscoped(db: &mut Conn, id: Id<Whistle>) -> Result<Whistle> {
    db.optional(select().push_value(" AND w.id = ", id)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A whistle within the scope, which nobody else changes until this transaction ends.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<Whistle>) -> Result<Whistle> {
    let sql = within(select().push_value(" AND w.id = ", id), scope);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF w") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The calls of a whistle, in the order in which they were called; the caller has checked the right to it.
pub async fn calls_of(db: &mut Conn, whistle: Id<Whistle>) -> Result<Vec<WhistleCall>> {
    let sql = sql!("").push(CALL).push_value(" FROM whistle_calls k WHERE k.whistle = ", whistle);
    db.all(sql.push(" ORDER BY k.called_at, k.id")).await
}

/// The calls of several whistles; the caller has checked the right to them.
pub async fn calls_of_all(db: &mut Conn, whistles: &[Id<Whistle>]) -> Result<Vec<WhistleCall>> {
    if whistles.is_empty() {
        return Ok(Vec::new());
    }
    let sql =
        sql!("").push(CALL).push(" FROM whistle_calls k").push_list(" WHERE k.whistle IN", whistles.iter().copied());
    db.all(sql.push(" ORDER BY k.called_at, k.id")).await
}

/// One call; the right to it is that to its whistle.
pub async fn call_unscoped(db: &mut Conn, id: Id<WhistleCall>) -> Result<WhistleCall> {
    let sql = sql!("").push(CALL).push_value(" FROM whistle_calls k WHERE k.id = ", id);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Whistles about cases, the first first, each with its calls; for the platform's own counting. Served by whistles_case.
pub async fn about_cases_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<(Whistle, Vec<WhistleCall>)>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let sql = select().push_list(" AND w.case_id IN", cases.iter().copied()).push(" ORDER BY w.raised_at, w.id");
    let whistles: Vec<Whistle> = db.all(sql).await?;
    let ids: Vec<Id<Whistle>> = whistles.iter().map(|whistle| whistle.id).collect();
    let mut calls: HashMap<Id<Whistle>, Vec<WhistleCall>> = HashMap::new();
    for call in calls_of_all(db, &ids).await? {
        calls.entry(call.whistle).or_default().push(call);
    }
    Ok(whistles
        .into_iter()
        .map(|whistle| {
            let own = calls.remove(&whistle.id).unwrap_or_default();
            (whistle, own)
        })
        .collect())
}

/// The cases that whistles are about; for the platform's own counting.
pub async fn cases_of_unscoped(db: &mut Conn, whistles: &[Id<Whistle>]) -> Result<Vec<Id<Case>>> {
    struct About(Id<Case>);
    impl FromRow for About {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("case_id")?))
        }
    }
    if whistles.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT DISTINCT w.case_id FROM whistles w WHERE w.case_id IS NOT NULL");
    let rows: Vec<About> = db.all(sql.push_list(" AND w.id IN", whistles.iter().copied())).await?;
    Ok(rows.into_iter().map(|About(case)| case).collect())
}

/// What happened with a whistle, as the trail tells it.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: Instant,
    pub kind: String,
    pub unit: Option<Id<Unit>>,
    pub params: serde_json::Value,
}

impl FromRow for Happened {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { at: row.get("at")?, kind: row.get("kind")?, unit: row.opt("unit")?, params: row.get("params")? })
    }
}

/// The history of a whistle, the oldest first: units, never persons. Served by events_object.
pub async fn history_of(db: &mut Conn, whistle: Id<Whistle>) -> Result<Vec<Happened>> {
    db.all(sql!(
        "SELECT e.at, e.kind, e.unit, e.params
         FROM events e
         WHERE e.object_kind = 'whistle'
           AND e.object_id = $1
         ORDER BY e.seq
         LIMIT 500",
        whistle.to_string(),
    ))
    .await
}
