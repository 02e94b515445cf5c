//! What everyone may read, from the public tables alone.

use std::collections::BTreeMap;

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{Day, Instant, Page, RegionCode, Result};

use super::{Count, column_is};
use crate::modules::disclosure::model::{DisclosedCase, Month, NotFixedReason, PublicFilter, PublicState, reason};

fn select() -> Sql {
    sql!(
        "SELECT public_key, matter, class, city, county, township, village, grid, received_day, due_day, done_day, state,
                reason, is_late, summary
         FROM disclosed_cases
         WHERE "
    )
}

/// By `disclosed_cases_<level>`: the place is equality on its level, and the index goes on in the list's order.
fn filtered(sql: Sql, filter: &PublicFilter) -> Sql {
    let sql = sql.push_value(column_is(filter.place.level()), &filter.place);
    let sql = sql
        .push_some(filter.from.as_ref(), |sql, from| sql.push_value(" AND received_day >= ", from.as_str()))
        // Behind all days of the month, whatever their number.
        .push_some(filter.to.as_ref(), |sql, to| sql.push_value(" AND received_day < ", format!("{}-99", to.as_str())));
    conditions(sql, filter)
}

/// What rows and counters are filtered by alike.
fn conditions(sql: Sql, filter: &PublicFilter) -> Sql {
    sql.push_some(filter.state, |sql, state| sql.push_value(" AND state = ", state.as_str()))
        .push_some(filter.reason, |sql, reason| sql.push_value(" AND reason = ", reason.as_str()))
        .push_some(filter.is_late, |sql, is_late| sql.push_value(" AND is_late = ", is_late))
        .push_some(filter.matter.as_ref(), |sql, matter| sql.push_value(" AND matter = ", matter))
        .push_some(filter.class.as_ref(), |sql, class| sql.push_value(" AND class = ", class))
}

/// The counters of places under the same conditions.
fn counters(sql: Sql, filter: &PublicFilter) -> Sql {
    let sql = sql
        .push_some(filter.from.as_ref(), |sql, from| sql.push_value(" AND month >= ", from.as_str()))
        .push_some(filter.to.as_ref(), |sql, to| sql.push_value(" AND month <= ", to.as_str()));
    conditions(sql, filter)
}

/// A page of the ledger and one row more, the newest first.
pub async fn list(db: &mut Conn, filter: &PublicFilter, page: &Page) -> Result<Vec<DisclosedCase>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, String)>()).transpose()?;
    let sql = filtered(select(), filter)
        .push_some(after, |sql, (day, key)| {
            sql.push_value(" AND (received_day, public_key) < (", day).push_value(", ", key).push(")")
        })
        .push_value(" ORDER BY received_day DESC, public_key DESC LIMIT ", page.limit + 1);
    db.all(sql).await
}

/// How many rows [`list`] has in all, from the counters.
pub async fn count(db: &mut Conn, filter: &PublicFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(sum(cases) AS BIGINT) AS n FROM disclosed_figures WHERE place = $1", &filter.place);
    let Count(n) = db.one(counters(sql, filter)).await?;
    Ok(n)
}

/// All rows, for a file.
pub fn stream(filter: &PublicFilter) -> Sql {
    filtered(select(), filter).push(" ORDER BY received_day DESC, public_key DESC")
}

/// One row by its name in public.
pub async fn by_key(db: &mut Conn, key: &str) -> Result<Option<DisclosedCase>> {
    db.optional(select().push_value("public_key = ", key)).await
}

/// Some rows by their names in public, in the order of these.
pub async fn by_keys(db: &mut Conn, keys: &[String]) -> Result<Vec<DisclosedCase>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    db.all(select().push_list("public_key IN", keys).push(" ORDER BY public_key")).await
}

/// How many cases each of these places has under the filter's other conditions.
pub async fn place_counts(
    db: &mut Conn,
    places: &[RegionCode],
    filter: &PublicFilter,
) -> Result<BTreeMap<RegionCode, i64>> {
    struct At(RegionCode, i64);
    impl FromRow for At {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("place")?, row.get("n")?))
        }
    }
    let sql = sql!("SELECT place, CAST(sum(cases) AS BIGINT) AS n FROM disclosed_figures WHERE place");
    let sql = counters(sql.push_list(" IN", places), filter);
    let rows: Vec<At> = db.all(sql.push(" GROUP BY place")).await?;
    Ok(rows.into_iter().map(|At(place, n)| (place, n)).collect())
}

/// One counter, without the matter.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Where.
    pub place: RegionCode,
    /// When they came.
    pub month: Month,
    /// Of which class.
    pub class: String,
    /// Where they stand.
    pub state: PublicState,
    /// Why they were not fixed.
    pub reason: Option<NotFixedReason>,
    /// Whether late.
    pub is_late: bool,
    /// How many.
    pub cases: i64,
}

impl FromRow for Figure {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            place: row.get("place")?,
            month: row.get("month")?,
            class: row.get("class")?,
            state: row.get("state")?,
            reason: reason(row)?,
            is_late: row.get("is_late")?,
            cases: row.get("cases")?,
        })
    }
}

/// The counters of a place in a year.
pub async fn figures(db: &mut Conn, place: &RegionCode, year: i64) -> Result<Vec<Figure>> {
    db.all(sql!(
        "SELECT place, month, class, state, reason, is_late, CAST(sum(cases) AS BIGINT) AS cases
         FROM disclosed_figures
         WHERE place = $1
           AND month >= $2
           AND month <= $3
         GROUP BY place, month, class, state, reason, is_late
         ORDER BY month, class, state, reason, is_late",
        place,
        format!("{year:04}-01"),
        format!("{year:04}-12"),
    ))
    .await
}

/// The counters of several places in a year, without month and class.
pub async fn children_figures(db: &mut Conn, places: &[RegionCode], year: i64) -> Result<Vec<Figure>> {
    let sql = sql!(
        "SELECT place, min(month) AS month, '' AS class, state, reason, is_late, CAST(sum(cases) AS BIGINT) AS cases
         FROM disclosed_figures
         WHERE month >= $1
           AND month <= $2
           AND place",
        format!("{year:04}-01"),
        format!("{year:04}-12"),
    );
    db.all(sql.push_list(" IN", places).push(" GROUP BY place, state, reason, is_late")).await
}

/// How many cases of each place took how many days in a year.
pub async fn days(db: &mut Conn, places: &[RegionCode], year: i64) -> Result<BTreeMap<RegionCode, BTreeMap<i64, i64>>> {
    struct Took(RegionCode, i64, i64);
    impl FromRow for Took {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("place")?, row.get("days")?, row.get("n")?))
        }
    }
    let sql = sql!(
        "SELECT place, days, CAST(sum(cases) AS BIGINT) AS n
         FROM disclosed_days
         WHERE month >= $1
           AND month <= $2
           AND place",
        format!("{year:04}-01"),
        format!("{year:04}-12"),
    );
    let rows: Vec<Took> = db.all(sql.push_list(" IN", places).push(" GROUP BY place, days")).await?;
    let mut all: BTreeMap<RegionCode, BTreeMap<i64, i64>> = BTreeMap::new();
    for Took(place, days, cases) in rows {
        all.entry(place).or_default().insert(days, cases);
    }
    Ok(all)
}

/// How many cases of a place that came in each month of a year are answered.
pub async fn answered(db: &mut Conn, place: &RegionCode, year: i64) -> Result<BTreeMap<Month, i64>> {
    struct In(Month, i64);
    impl FromRow for In {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("month")?, row.get("n")?))
        }
    }
    let rows: Vec<In> = db
        .all(sql!(
            "SELECT month, CAST(sum(cases) AS BIGINT) AS n
             FROM disclosed_days
             WHERE place = $1
               AND month >= $2
               AND month <= $3
             GROUP BY month",
            place,
            format!("{year:04}-01"),
            format!("{year:04}-12"),
        ))
        .await?;
    Ok(rows.into_iter().map(|In(month, cases)| (month, cases)).collect())
}

/// The first and the last month of which a place has figures.
#[derive(Clone, Debug)]
pub struct Years {
    /// The first.
    pub first: Option<Month>,
    /// The last.
    pub last: Option<Month>,
}

impl FromRow for Years {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { first: row.opt("first")?, last: row.opt("last")? })
    }
}

/// The months of which a place has figures.
pub async fn years(db: &mut Conn, place: &RegionCode) -> Result<Years> {
    db.one(sql!("SELECT min(month) AS first, max(month) AS last FROM disclosed_figures WHERE place = $1", place)).await
}

/// How often what is public has changed, and when last.
pub async fn mark_unscoped(db: &mut Conn) -> Result<(i64, Option<Instant>)> {
    struct Mark(i64, Instant);
    impl FromRow for Mark {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("mark")?, row.get("changed_at")?))
        }
    }
    let Mark(mark, at) = db.one(sql!("SELECT mark, changed_at FROM disclosed_mark WHERE name = 'public'")).await?;
    Ok((mark, Some(at).filter(|_| mark > 0)))
}
