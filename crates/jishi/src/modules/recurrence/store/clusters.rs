//! SQL of where cases lie. Every range is one of the key `(cluster, day, case_id)`.

use std::ops::RangeInclusive;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Day, Id, Page, Result};

use super::Count;
use crate::modules::{cases::Case, recurrence::model::Entry};

/// From a day to a day.
pub type Days = RangeInclusive<Day>;

/// Where some cases lie, in order.
pub async fn entries_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Entry>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT case_id, cluster, day FROM recurring_cases WHERE case_id");
    db.all(sql.push_list(" IN", cases.iter().copied()).push(" ORDER BY case_id, cluster")).await
}

/// Puts where some cases lie now in the place of where they lay.
pub async fn put_entries(tx: &mut Tx, cases: &[Id<Case>], entries: &[Entry]) -> Result<()> {
    tx.execute(sql!("DELETE FROM recurring_cases WHERE case_id").push_list(" IN", cases.iter().copied())).await?;
    for entry in entries {
        tx.later(sql!(
            "INSERT INTO recurring_cases (cluster, day, case_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            &entry.cluster,
            entry.day,
            entry.case,
        ))
        .await?;
    }
    Ok(())
}

/// How many cases of a cluster came in some days.
pub async fn count_unscoped(db: &mut Conn, cluster: &str, days: &Days) -> Result<i64> {
    let Count(n) = db
        .one(sql!(
            "SELECT CAST(count(*) AS BIGINT) AS n
             FROM recurring_cases
             WHERE cluster = $1
               AND day >= $2
               AND day <= $3",
            cluster,
            *days.start(),
            *days.end(),
        ))
        .await?;
    Ok(n)
}

struct Month(String, i64);

impl FromRow for Month {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("month")?, row.get("n")?))
    }
}

/// The cases of a cluster by month, from a day on; months without one are left out.
pub async fn months_unscoped(db: &mut Conn, cluster: &str, from: Day) -> Result<Vec<(String, i64)>> {
    let rows: Vec<Month> = db
        .all(sql!(
            "SELECT substr(day, 1, 7) AS month, CAST(count(*) AS BIGINT) AS n
             FROM recurring_cases
             WHERE cluster = $1
               AND day >= $2
             GROUP BY substr(day, 1, 7)
             ORDER BY month",
            cluster,
            from,
        ))
        .await?;
    Ok(rows.into_iter().map(|Month(month, n)| (month, n)).collect())
}

/// A page of the cases of a cluster that came in some days and one more, the newest first; the caller reads them within the
/// reader's scope.
pub async fn cases_in(db: &mut Conn, cluster: &str, days: &Days, page: &Page) -> Result<Vec<Entry>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, Id<Case>)>()).transpose()?;
    let sql = sql!(
        "SELECT case_id, cluster, day
         FROM recurring_cases
         WHERE cluster = $1
           AND day >= $2
           AND day <= $3",
        cluster,
        *days.start(),
        *days.end(),
    );
    let sql = sql.push_some(after, |sql, (day, id)| {
        sql.push_value(" AND (day, case_id) < (", day).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY day DESC, case_id DESC LIMIT ", page.limit + 1)).await
}
