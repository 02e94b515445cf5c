//! Checks.

use db::{Backend, Conn, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::{Number, within};
use crate::{
    modules::enforcement::model::{Check, CheckResult, CheckSource, Whistle},
    platform::access::{Person, Scope},
};

/// What a list of checks is narrowed by; all of it holds together.
#[derive(Clone, Debug, Default)]
pub struct CheckFilter {
    /// In this place or below it.
    pub region: Option<RegionCode>,
    /// Only those told to mend and not looked at again, the soonest first.
    pub is_waiting: bool,
    /// Of them, those whose day is over.
    pub overdue_by: Option<Day>,
    /// With this result.
    pub result: Option<CheckResult>,
    /// From this source.
    pub source: Option<CheckSource>,
    /// About this item.
    pub item: Option<String>,
    /// That came of this whistle. Served by `enforcement_checks_whistle`.
    pub whistle: Option<Id<Whistle>>,
    /// With this officer.
    pub officer: Option<Id<Person>>,
    /// From this moment on.
    pub from: Option<Instant>,
    /// Before this moment.
    pub before: Option<Instant>,
}

/// The key of a list: the moment or the day, and the check.
pub type CheckKey = (String, Id<Check>);

fn select() -> Sql {
    sql!(
        "SELECT t.id, t.number, t.township, t.village, t.grid, t.place_text, t.thing, t.item, t.checked_at, t.officer,
                t.certificate, t.second, t.second_certificate, t.source, t.report, t.whistle, t.result, t.words, t.photos,
                t.mend_by, t.recheck_of, t.rechecked_by, t.struck, t.version, c.id AS case_id, c.number AS case_number
         FROM enforcement_checks t
         LEFT JOIN enforcement_cases c ON c.check_id = t.id
         WHERE TRUE"
    )
}

fn filtered(sql: Sql, scope: &Scope, filter: &CheckFilter) -> Sql {
    let sql = within(sql, scope, filter.region.as_ref());
    let sql = if filter.is_waiting {
        sql.push(" AND t.mend_by IS NOT NULL AND t.rechecked_by IS NULL AND t.struck IS NULL")
    } else {
        sql
    };
    sql.push_some(filter.overdue_by, |sql, day| sql.push_value(" AND t.mend_by < ", day))
        .push_some(filter.result, |sql, result| sql.push_value(" AND t.result = ", result.as_str()))
        .push_some(filter.source, |sql, source| sql.push_value(" AND t.source = ", source.as_str()))
        .push_some(filter.item.as_ref(), |sql, item| sql.push_value(" AND t.item = ", item))
        .push_some(filter.whistle, |sql, whistle| {
            sql.push(" AND t.whistle IS NOT NULL").push_value(" AND t.whistle = ", whistle)
        })
        .push_some(filter.officer, |sql, person| {
            sql.push_value(" AND (t.officer = ", person).push_value(" OR t.second = ", person).push(")")
        })
        .push_some(filter.from, |sql, from| sql.push_value(" AND t.checked_at >= ", from))
        .push_some(filter.before, |sql, before| sql.push_value(" AND t.checked_at < ", before))
}

/// A page of checks and one more: the newest first, or what waits the longest first.
pub async fn check_page(db: &mut Conn, scope: &Scope, filter: &CheckFilter, page: &Page) -> Result<Vec<Check>> {
    let sql = filtered(select(), scope, filter);
    let bad = || Error::field("cursor", Code::BadCursor);
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<CheckKey>()).transpose()?;
    if filter.is_waiting {
        let sql = sql.push_some(after, |sql, (day, id)| {
            sql.push_value(" AND (t.mend_by, t.id) > (", day).push_value(", ", id).push(")")
        });
        return db.all(sql.push_value(" ORDER BY t.mend_by, t.id LIMIT ", page.limit + 1)).await;
    }
    let after = match after {
        Some((at, id)) => Some((at.parse::<i64>().map_err(|_| bad())?, id)),
        None => None,
    };
    let sql = sql.push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (t.checked_at, t.id) < (", at).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY t.checked_at DESC, t.id DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`check_page`] has in all.
pub async fn check_count(db: &mut Conn, scope: &Scope, filter: &CheckFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM enforcement_checks t WHERE TRUE");
    let Number(n) =
        db.one(filtered(sql, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// A check within the scope.
pub async fn get_check(db: &mut Conn, scope: &Scope, id: Id<Check>) -> Result<Check> {
    let found = db.optional(within(select().push_value(" AND t.id = ", id), scope, None)).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// A check within the scope, which nobody else changes until this transaction ends.
pub async fn lock_check(tx: &mut Tx, scope: &Scope, id: Id<Check>) -> Result<Check> {
    let sql = within(select().push_value(" AND t.id = ", id), scope, None);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF t") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Puts a check in.
pub async fn insert_check(tx: &mut Tx, check: &Check) -> Result<()> {
    let at = |level| check.place.at(level);
    let [officer, second] = &check.officers;
    tx.execute(sql!(
        "INSERT INTO enforcement_checks (id, number, city, county, township, village, grid, place_text, thing, item, checked_at,
             officer, certificate, second, second_certificate, source, report, whistle, result, words, photos, mend_by,
             recheck_of, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, 1)",
        check.id,
        &check.number,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        at(Level::Grid),
        check.place_text.as_ref(),
        check.thing,
        &check.item,
        check.checked_at,
        officer.person,
        &officer.certificate,
        second.person,
        &second.certificate,
        check.source.as_str(),
        check.report,
        check.whistle,
        check.result.as_str(),
        &check.words,
        serde_json::json!(check.photos),
        check.mend_by,
        check.recheck_of,
    ))
    .await?;
    Ok(())
}

/// Says that a check was looked at again by another; false when it was already.
pub async fn mark_rechecked(tx: &mut Tx, id: Id<Check>, by: Id<Check>) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE enforcement_checks
             SET rechecked_by = $1, version = version + 1
             WHERE id = $2
               AND rechecked_by IS NULL
               AND struck IS NULL",
            by,
            id,
        ))
        .await?;
    Ok(changed == 1)
}

/// Strikes a check that was entered by mistake; what it had looked at again waits once more.
pub async fn strike_check(tx: &mut Tx, id: Id<Check>, seen: i64, words: &str) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE enforcement_checks SET struck = $1, version = version + 1 WHERE id = $2 AND version = $3",
            words,
            id,
            seen,
        ))
        .await?;
    tx.execute(sql!(
        "UPDATE enforcement_checks SET rechecked_by = NULL, version = version + 1 WHERE rechecked_by = $1",
        id,
    ))
    .await?;
    Ok(changed == 1)
}
