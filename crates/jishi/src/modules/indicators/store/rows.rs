//! What each case adds, row by row.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Id, Instant, Level, Page, RegionCode, Result};

use super::{Count, push_matter, push_place};
use crate::modules::{
    cases::Case,
    indicators::{
        model::{Mark, RowFilter},
        periods,
    },
};

impl FromRow for Mark {
    fn from_row(row: &Row) -> Result<Self> {
        let narrowest = ["village", "township", "county"]
            .into_iter()
            .find_map(|level| row.opt::<RegionCode>(level).transpose())
            .unwrap_or_else(|| row.get("city"))?;
        Ok(Self {
            case: row.get("case_id")?,
            basis: row.get("basis")?,
            nth: row.get("nth")?,
            slot: row.get("slot")?,
            place: narrowest,
            unit: row.opt("unit")?,
            matter: row.get("matter")?,
            marks: row.get("marks")?,
            amount: row.get("amount")?,
        })
    }
}

const COLUMNS: &str =
    "SELECT m.case_id, m.basis, m.nth, m.slot, m.city, m.county, m.township, m.village, m.unit, m.matter,
        m.marks, m.amount FROM indicator_marks m WHERE ";

/// What these cases add as it is kept; for the platform's own counting.
pub async fn marks_of(db: &mut Conn, cases: &[Id<Case>]) -> Result<HashMap<Id<Case>, Vec<Mark>>> {
    let sql = sql!("").push(COLUMNS).push_list("m.case_id IN", cases.iter().copied());
    let rows: Vec<Mark> = db.all(sql.push(" ORDER BY m.case_id, m.basis, m.nth")).await?;
    let mut found: HashMap<Id<Case>, Vec<Mark>> = HashMap::new();
    for mark in rows {
        found.entry(mark.case).or_default().push(mark);
    }
    Ok(found)
}

/// Rows of one statement: PostgreSQL takes 65,535 values.
const TOGETHER: usize = 500;

/// Puts what these cases add now in the place of what they added.
pub async fn put_marks(tx: &mut Tx, cases: &[Id<Case>], marks: &[Mark]) -> Result<()> {
    for cases in cases.chunks(TOGETHER) {
        tx.execute(sql!("DELETE FROM indicator_marks WHERE case_id").push_list(" IN", cases.iter().copied())).await?;
    }
    for marks in marks.chunks(TOGETHER) {
        let mut insert = sql!(
            "INSERT INTO indicator_marks (case_id, basis, nth, slot, month, city, county, township, village, unit, matter,
                                          class, marks, amount) VALUES"
        );
        for (index, mark) in marks.iter().enumerate() {
            let at = |level| mark.place.at(level);
            insert = insert
                .push_value(if index == 0 { " (" } else { ", (" }, mark.case)
                .push_value(", ", mark.basis.as_str())
                .push_value(", ", mark.nth)
                .push_value(", ", mark.slot)
                .push_value(", ", periods::month_of_slot(mark.slot))
                .push_value(", ", at(Level::City).unwrap_or_else(|| mark.place.clone()))
                .push_value(", ", at(Level::County))
                .push_value(", ", at(Level::Township))
                .push_value(", ", at(Level::Village))
                .push_value(", ", mark.unit)
                .push_value(", ", &mark.matter)
                .push_value(", ", mark.class())
                .push_value(", ", mark.marks)
                .push_value(", ", mark.amount)
                .push(")");
        }
        tx.execute(insert).await?;
    }
    Ok(())
}

/// Notes when cases are to be looked at again; none takes the note away.
pub async fn set_clock(tx: &mut Tx, clocks: &[(Id<Case>, Option<Instant>)]) -> Result<()> {
    for clocks in clocks.chunks(TOGETHER) {
        let all = clocks.iter().map(|(case, _)| *case);
        tx.execute(sql!("DELETE FROM indicator_clock WHERE case_id").push_list(" IN", all)).await?;
        let set: Vec<(Id<Case>, Instant)> = clocks.iter().filter_map(|(case, at)| at.map(|at| (*case, at))).collect();
        if set.is_empty() {
            continue;
        }
        let mut insert = sql!("INSERT INTO indicator_clock (case_id, at) VALUES");
        for (index, (case, at)) in set.into_iter().enumerate() {
            insert = insert.push_value(if index == 0 { " (" } else { ", (" }, case).push_value(", ", at).push(")");
        }
        tx.execute(insert).await?;
    }
    Ok(())
}

/// When these cases are to be looked at again, as it is kept; for the platform's own counting.
pub async fn clocks_of(db: &mut Conn, cases: &[Id<Case>]) -> Result<HashMap<Id<Case>, Instant>> {
    struct Clock(Id<Case>, Instant);
    impl FromRow for Clock {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("case_id")?, row.get("at")?))
        }
    }
    let sql = sql!("SELECT case_id, at FROM indicator_clock WHERE case_id").push_list(" IN", cases.iter().copied());
    Ok(db.all(sql).await?.into_iter().map(|Clock(case, at)| (case, at)).collect())
}

struct Which(Id<Case>);

impl FromRow for Which {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("case_id")?))
    }
}

/// Cases that count otherwise by the clock alone since they were looked at, by `indicator_clock_at`.
pub async fn again_unscoped(db: &mut Conn, now: Instant, limit: i64) -> Result<Vec<Id<Case>>> {
    let rows: Vec<Which> = db
        .all(sql!("SELECT case_id FROM indicator_clock WHERE at < $1 ORDER BY at, case_id LIMIT $2", now, limit))
        .await?;
    Ok(rows.into_iter().map(|Which(case)| case).collect())
}

fn filtered(sql: Sql, filter: &RowFilter) -> Sql {
    let RowFilter { selection, period, basis, any, also, none } = filter;
    let sql = sql
        .push_value("m.basis = ", basis.as_str())
        .push_value(" AND m.slot >= ", period.from)
        .push_value(" AND m.slot < ", period.until)
        .push_some(selection.place.as_ref(), push_place)
        .push_some(selection.unit, |sql, unit| sql.push_value(" AND m.unit = ", unit))
        .push_some(selection.matter.as_deref(), push_matter)
        .push_value(" AND (m.marks & ", *any)
        .push(") <> 0");
    let sql = if *also == 0 { sql } else { sql.push_value(" AND (m.marks & ", *also).push(") <> 0") };
    if *none == 0 { sql } else { sql.push_value(" AND (m.marks & ", *none).push(") = 0") }
}

/// A page of the rows behind a figure and one more, the newest day first. The caller has checked the selection.
pub async fn page(db: &mut Conn, filter: &RowFilter, page: &Page) -> Result<Vec<Mark>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(i64, Id<Case>, i64)>()).transpose()?;
    let sql = filtered(sql!("").push(COLUMNS), filter).push_some(after, |sql, (slot, case, nth)| {
        sql.push_value(" AND (m.slot, m.case_id, m.nth) < (", slot)
            .push_value(", ", case)
            .push_value(", ", nth)
            .push(")")
    });
    db.all(sql.push_value(" ORDER BY m.slot DESC, m.case_id DESC, m.nth DESC LIMIT ", page.limit + 1)).await
}

/// How many rows there are behind a figure, counted up to just above what is told exactly.
pub async fn count(db: &mut Conn, filter: &RowFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM indicator_marks m WHERE ");
    let Count(n) = db.one(filtered(sql, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// The statement of all of them, for a file.
pub fn export(filter: &RowFilter) -> Sql {
    filtered(sql!("").push(COLUMNS), filter).push(" ORDER BY m.slot DESC, m.case_id DESC, m.nth DESC")
}
