//! SQL of disputes. Nothing here decides anything.

mod hearings;
mod list;
pub mod vault;

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Code, Day, Error, Id, Instant, Level, RegionCode, Result};

pub use self::{
    hearings::{
        book, change_hearing, change_room, feed_person_unscoped, hearing, hearings_between, hearings_of,
        insert_hearing, insert_room, planned_of, put_feed, room, room_named, rooms, taken, unput_feed,
    },
    list::{DisputeView, Figures, Filter, count, figures, listing, mark},
};
use super::model::{Dispute, DisputeState, Line};
use crate::{
    modules::cases::{self, Case},
    platform::access::{Person, Role},
};

/// Who may see a dispute: the centre's people of its place, and its mediator. Nobody else.
#[derive(Clone, Debug)]
pub struct Eyes {
    /// Places whose disputes are seen.
    pub places: Vec<RegionCode>,
    /// Whose own disputes are seen, as their mediator.
    pub person: Id<Person>,
}

impl Eyes {
    /// Whether the place is one of the centre's.
    pub fn covers(&self, place: &RegionCode) -> bool {
        self.places.iter().any(|own| own.covers(place))
    }
}

fn select() -> Sql {
    sql!(
        "SELECT d.id, d.number, d.kind, d.class, d.state, d.outcome, d.centre, d.county, d.township, d.village, d.grid,
             d.place_text, d.source, d.case_id, d.elsewhere, d.words, d.mediator, d.one_agreed, d.other_agreed, d.applied_at,
             d.is_prolonged, d.accepted_at, d.accepted_on, d.due_at, d.deadline, d.agreement, d.performance, d.confirmation,
             d.ending, d.ended_at, d.version
         FROM disputes d
         WHERE TRUE"
    )
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(d.city, 1, 2) = ",
        Level::City => "d.city = ",
        Level::County => "d.county = ",
        Level::Township => "d.township = ",
        Level::Village => "d.village = ",
        Level::Grid | Level::MicroGrid => "d.grid = ",
    }
}

fn within(sql: Sql, eyes: &Eyes) -> Sql {
    let sql = sql.push_value(" AND (d.mediator = ", eyes.person);
    let each = |sql: Sql, place: &RegionCode| sql.push(" OR ").push_value(column_is(place.level()), place);
    eyes.places.iter().fold(sql, each).push(")")
}

/// A dispute, for whoever may see it.
///
/// # Errors
/// `not_found` for everyone else.
pub async fn get(db: &mut Conn, eyes: &Eyes, id: Id<Dispute>) -> Result<Dispute> {
    let sql = within(select().push_value(" AND d.id = ", id), eyes);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The same, which nobody else changes until this transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock(tx: &mut Tx, eyes: &Eyes, id: Id<Dispute>) -> Result<Dispute> {
    let sql = within(select().push_value(" AND d.id = ", id), eyes);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF d") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Those of some disputes that may be seen.
pub async fn some(db: &mut Conn, eyes: &Eyes, ids: &[Id<Dispute>]) -> Result<Vec<Dispute>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    db.all(within(select().push_list(" AND d.id IN", ids.iter().copied()), eyes)).await
}

struct OfCase(Id<Dispute>, DisputeState);

impl FromRow for OfCase {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("id")?, row.get("state")?))
    }
}

/// The disputes that came of a case, the newest first: which, and how they stand. Whoever may see the case is told no more
/// than that there is one.
pub async fn of_case_unscoped(db: &mut Conn, case: Id<Case>) -> Result<Vec<(Id<Dispute>, DisputeState)>> {
    let rows: Vec<OfCase> =
        db.all(sql!("SELECT id, state FROM disputes WHERE case_id = $1 ORDER BY id DESC LIMIT 20", case)).await?;
    Ok(rows.into_iter().map(|OfCase(id, state)| (id, state)).collect())
}

/// Those of some cases whose dispute is not over; by `disputes_case`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waits_of_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Id<Case>>> {
    let sql = sql!("SELECT case_id FROM disputes WHERE case_id IS NOT NULL AND state <> 'over'");
    let rows: Vec<cases::OfCase> = db.all(sql.push_list(" AND case_id IN", cases.iter().copied())).await?;
    Ok(rows.into_iter().map(|cases::OfCase(case)| case).collect())
}

struct One;

impl FromRow for One {
    fn from_row(_: &Row) -> Result<Self> {
        Ok(Self)
    }
}

/// Whether there is a dispute at all: for the demonstration.
pub async fn any_unscoped(db: &mut Conn) -> Result<bool> {
    let found: Option<One> = db.optional(sql!("SELECT id FROM disputes LIMIT 1")).await?;
    Ok(found.is_some())
}

/// By what it stands in the lists of its state.
fn sort_at(dispute: &Dispute) -> Instant {
    dispute.ended_at.or(dispute.due_at).or(dispute.accepted_at).unwrap_or(dispute.applied_at)
}

/// By what it stands among those whose confirmation may still come; none when it is not among them. What the court was asked
/// for is behind what the parties may still ask for.
fn confirm_sort(dispute: &Dispute) -> Option<i64> {
    use super::model::Confirmation as C;
    const ASKED: i64 = 9_000_000_000_000;
    let due = dispute.agreement.as_ref().map(|agreement| agreement.confirm_by.due_at.millis());
    match dispute.confirmation {
        C::Open => due,
        C::Applied => due.map(|due| due + ASKED),
        C::None | C::Granted | C::Refused => None,
    }
}

/// Puts a dispute in; false when its number is taken.
pub async fn insert(tx: &mut Tx, dispute: &Dispute) -> Result<bool> {
    let at = |level| dispute.place.at(level);
    let inserted = tx
        .execute(sql!(
            "INSERT INTO disputes (id, number, kind, class, state, centre, city, county, township, village, grid, place_text,
                 source, case_id, elsewhere, words, one_agreed, other_agreed, applied_at, is_prolonged, due_at, deadline,
                 performance, confirmation, sort_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                 $24, $25, 1)
             ON CONFLICT (number) DO NOTHING",
            dispute.id,
            &dispute.number,
            dispute.kind.as_str(),
            &dispute.class,
            dispute.state.as_str(),
            dispute.centre,
            at(Level::City),
            at(Level::County),
            at(Level::Township),
            at(Level::Village),
            at(Level::Grid),
            dispute.place_text.as_ref(),
            dispute.source.as_str(),
            dispute.case,
            dispute.elsewhere.as_ref(),
            &dispute.words,
            dispute.one_agreed,
            dispute.other_agreed,
            dispute.applied_at,
            dispute.is_prolonged,
            dispute.due_at,
            dispute.deadline.as_ref().map(|deadline| serde_json::json!(deadline)),
            dispute.performance.as_str(),
            dispute.confirmation.as_str(),
            sort_at(dispute),
        ))
        .await?;
    Ok(inserted == 1)
}

/// Writes a dispute as it shall be; false when somebody else changed it meanwhile.
pub async fn update(tx: &mut Tx, dispute: &Dispute, seen: i64) -> Result<bool> {
    let json = |value: Option<serde_json::Value>| value;
    let changed = tx
        .execute(sql!(
            "UPDATE disputes
             SET state = $1, outcome = $2, mediator = $3, one_agreed = $4, other_agreed = $5, is_prolonged = $6,
                 accepted_at = $7, accepted_on = $8, due_at = $9, deadline = $10, agreement = $11, performance = $12,
                 confirmation = $13, confirm_sort = $14, ending = $15, ended_at = $16, sort_at = $17, version = version + 1
             WHERE id = $18
               AND version = $19",
            dispute.state.as_str(),
            dispute.outcome.map(super::model::DisputeOutcome::as_str),
            dispute.mediator,
            dispute.one_agreed,
            dispute.other_agreed,
            dispute.is_prolonged,
            dispute.accepted_at,
            dispute.accepted_on,
            dispute.due_at,
            json(dispute.deadline.as_ref().map(|it| serde_json::json!(it))),
            json(dispute.agreement.as_ref().map(|it| serde_json::json!(it))),
            dispute.performance.as_str(),
            dispute.confirmation.as_str(),
            confirm_sort(dispute),
            json(dispute.ending.as_ref().map(|it| serde_json::json!(it))),
            dispute.ended_at,
            sort_at(dispute),
            dispute.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Adds a line to the history.
pub async fn insert_line(tx: &mut Tx, (id, dispute): (Id<Line>, Id<Dispute>), line: &Line) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO dispute_steps (id, dispute, at, kind, person, role, params, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        dispute,
        line.at,
        &line.kind,
        line.person,
        line.role.map_or("", Role::as_str),
        line.params.clone(),
        line.words.as_ref(),
    ))
    .await
}

/// The history of a dispute, from its beginning; the caller has checked the right to it.
pub async fn lines(db: &mut Conn, dispute: Id<Dispute>) -> Result<Vec<Line>> {
    db.all(sql!(
        "SELECT at, kind, person, role, params, words FROM dispute_steps WHERE dispute = $1 ORDER BY id",
        dispute,
    ))
    .await
}

/// A day as the columns keep it.
fn text(day: Day) -> String {
    day.to_string()
}
