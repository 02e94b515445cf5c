//! SQL of objections.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Page, RegionCode, Result};

use super::model::{Objection, ObjectionFilter, ObjectionOutcome, ObjectionState, Reach, Side, TERM_DAYS};
use crate::{modules::cases::Report, platform::access::Person};

fn select() -> Sql {
    sql!(
        "SELECT o.id, o.access, o.report, o.case_id, o.place, o.person, o.unit, o.words, o.objected_at, o.outcome, o.answer,
                o.answered_at, o.answered_by, o.version
         FROM objections o
         WHERE "
    )
}

fn inside(sql: Sql, place: &RegionCode) -> Sql {
    sql.push_value("(o.place >= ", place).push_value(" AND o.place < ", format!("{place}:")).push(")")
}

/// Those in the reader's places, by `objections_place`, and by `objections_open` where only open ones are wanted.
fn filtered(sql: Sql, reach: &Reach, filter: &ObjectionFilter) -> Sql {
    let sql = sql.push_any(&reach.places, inside).push_some(reach.late_by, |sql, now| {
        let sql = sql.push_value(" AND o.objected_at < ", now.plus_days(-TERM_DAYS));
        let sql = sql.push(" AND (o.answered_at IS NULL OR o.answered_at - o.objected_at > ");
        sql.push_value("", TERM_DAYS * 86_400_000).push(")")
    });
    let sql = match (filter.state, &filter.to_answer_by) {
        (Some(ObjectionState::Open), None) | (_, Some(_)) => sql.push(" AND o.answered_at IS NULL"),
        (Some(ObjectionState::Answered), None) => sql.push(" AND o.answered_at IS NOT NULL"),
        (None, None) => sql,
    };
    let sql = sql
        .push_some(filter.outcome, |sql, outcome| sql.push_value(" AND o.outcome = ", outcome.as_str()))
        .push_some(filter.unit, |sql, unit| sql.push_value(" AND o.unit = ", unit))
        .push_some(filter.region.as_ref(), |sql, region| inside(sql.push(" AND "), region));
    sql.push_some(filter.to_answer_by.as_ref(), |sql, Side { persons, units }| {
        let sql = sql.push(" AND o.person NOT").push_list(" IN", persons.iter().copied());
        if units.is_empty() {
            return sql;
        }
        sql.push(" AND (o.unit IS NULL OR o.unit NOT").push_list(" IN", units.iter().copied()).push(")")
    })
}

/// A page of objections and one more, the newest first.
pub async fn page(db: &mut Conn, reach: &Reach, filter: &ObjectionFilter, page: &Page) -> Result<Vec<Objection>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<Objection>)>()).transpose()?;
    let sql = filtered(select(), reach, filter).push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (o.objected_at, o.id) < (", at).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY o.objected_at DESC, o.id DESC LIMIT ", page.limit + 1)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, reach: &Reach, filter: &ObjectionFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM objections o WHERE ");
    let sql = filtered(sql, reach, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let Count(n) = db.one(sql).await?;
    Ok(n)
}

fn one_of(reach: &Reach, id: Id<Objection>) -> Sql {
    filtered(select(), reach, &ObjectionFilter::default()).push_value(" AND o.id = ", id)
}

/// One objection.
///
/// # Errors
/// `not_found` outside their reach or where there is none.
pub async fn get(db: &mut Conn, reach: &Reach, id: Id<Objection>) -> Result<Objection> {
    db.optional(one_of(reach, id)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// One objection that nobody else changes until this transaction ends.
///
/// # Errors
/// `not_found` outside their reach or where there is none.
pub async fn lock(tx: &mut Tx, reach: &Reach, id: Id<Objection>) -> Result<Objection> {
    let sql = one_of(reach, id);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF o") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// One objection, for the message to whoever made it.
///
/// # Errors
/// `not_found`.
pub async fn get_unscoped(db: &mut Conn, id: Id<Objection>) -> Result<Objection> {
    db.optional(select().push_value("o.id = ", id)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The objections of one report, for its reporter.
pub async fn of_report(db: &mut Conn, report: Id<Report>) -> Result<Vec<Objection>> {
    db.all(select().push_value("o.report = ", report).push(" ORDER BY o.objected_at, o.id")).await
}

/// Puts an objection in; false when there is one to that opening already.
pub async fn insert(tx: &mut Tx, objection: &Objection) -> Result<bool> {
    let added = tx
        .execute(sql!(
            "INSERT INTO objections (id, access, report, case_id, place, person, unit, words, objected_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)
             ON CONFLICT (access) DO NOTHING",
            objection.id,
            objection.access,
            objection.report,
            objection.case,
            &objection.place,
            objection.person,
            objection.unit,
            &objection.words,
            objection.objected_at,
        ))
        .await?;
    Ok(added == 1)
}

/// Puts the answer in; false when there is one already.
pub async fn put_answer(
    tx: &mut Tx,
    id: Id<Objection>,
    (outcome, words): (ObjectionOutcome, &str),
    (by, at): (Id<Person>, Instant),
) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE objections
             SET outcome = $1, answer = $2, answered_by = $3, answered_at = $4, version = version + 1
             WHERE id = $5
               AND answered_at IS NULL",
            outcome.as_str(),
            words,
            by,
            at,
            id,
        ))
        .await?;
    Ok(changed == 1)
}
