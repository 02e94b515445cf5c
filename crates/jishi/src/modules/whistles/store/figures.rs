//! 吹哨响应率、解决率、吹哨率: sums by township of a place and a time. The conditions are those of the lists the figures open.

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{Id, Instant, RegionCode, Result};

use super::{
    calls::{push_due, push_place},
    column_is,
};
use crate::platform::access::Unit;

/// Calls of a township.
#[derive(Clone, Debug, Default)]
pub struct CallSums {
    pub township: Option<RegionCode>,
    /// Those that count as called.
    pub due: i64,
    /// They were there in time.
    pub in_time: i64,
    /// They came too late.
    pub late: i64,
    /// They did not come, and did not say why.
    pub absent: i64,
    /// They said that they cannot.
    pub cannot: i64,
}

impl FromRow for CallSums {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            township: row.opt("township")?,
            due: row.get("due")?,
            in_time: row.get("in_time")?,
            late: row.get("late")?,
            absent: row.get("absent")?,
            cannot: row.get("cannot")?,
        })
    }
}

fn since(sql: Sql, (from, before): (Instant, Instant)) -> Sql {
    sql.push_value(" AND k.raised_at >= ", from).push_value(" AND k.raised_at < ", before)
}

/// The calls of a place and a time, by township; served by whistle_calls_<level>.
pub async fn call_sums(
    db: &mut Conn,
    place: &RegionCode,
    time: (Instant, Instant),
    now: Instant,
) -> Result<Vec<CallSums>> {
    let sql = sql!(
        "SELECT k.township,
             CAST(count(*) AS BIGINT) AS due,
             CAST(sum(CASE WHEN k.arrived_at <= k.arrive_due_at THEN 1 ELSE 0 END) AS BIGINT) AS in_time,
             CAST(sum(CASE WHEN k.arrived_at > k.arrive_due_at THEN 1 ELSE 0 END) AS BIGINT) AS late,
             CAST(sum(CASE WHEN k.arrived_at IS NULL AND COALESCE(k.reply, '') <> 'cannot' THEN 1 ELSE 0 END) AS BIGINT)
                 AS absent,
             CAST(sum(CASE WHEN k.arrived_at IS NULL AND k.reply = 'cannot' THEN 1 ELSE 0 END) AS BIGINT) AS cannot
         FROM whistle_calls k
         WHERE "
    );
    let sql = push_due(since(push_place(sql, place), time), now);
    db.all(sql.push(" GROUP BY k.township ORDER BY k.township")).await
}

/// Whistles of a township.
#[derive(Clone, Debug, Default)]
pub struct WhistleSums {
    pub township: Option<RegionCode>,
    /// Raised and not withdrawn.
    pub raised: i64,
    /// Of them, those about a case.
    pub about_cases: i64,
    /// Over.
    pub over: i64,
    /// Over and solved.
    pub solved: i64,
    /// Over and solved in part.
    pub partly: i64,
    /// Went to the county.
    pub escalated: i64,
}

impl FromRow for WhistleSums {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            township: row.opt("township")?,
            raised: row.get("raised")?,
            about_cases: row.get("about_cases")?,
            over: row.get("ended")?,
            solved: row.get("solved")?,
            partly: row.get("partly")?,
            escalated: row.get("escalated")?,
        })
    }
}

/// The whistles of a place and a time, by township; served by whistles_<level>_raised.
pub async fn whistle_sums(db: &mut Conn, place: &RegionCode, time: (Instant, Instant)) -> Result<Vec<WhistleSums>> {
    let sql = sql!(
        "SELECT w.township,
             CAST(count(*) AS BIGINT) AS raised,
             CAST(sum(CASE WHEN w.case_id IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS about_cases,
             CAST(sum(CASE WHEN w.state = 'over' THEN 1 ELSE 0 END) AS BIGINT) AS ended,
             CAST(sum(CASE WHEN w.state = 'over' AND w.outcome = 'solved' THEN 1 ELSE 0 END) AS BIGINT) AS solved,
             CAST(sum(CASE WHEN w.state = 'over' AND w.outcome = 'partly' THEN 1 ELSE 0 END) AS BIGINT) AS partly,
             CAST(sum(CASE WHEN w.escalated_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS escalated
         FROM whistles w
         WHERE "
    );
    let sql = sql.push_value(column_is(place.level()), place).push(" AND w.state <> 'withdrawn'");
    let sql = sql.push_value(" AND w.raised_at >= ", time.0).push_value(" AND w.raised_at < ", time.1);
    db.all(sql.push(" GROUP BY w.township ORDER BY w.township")).await
}

struct Called(Id<Unit>);

impl FromRow for Called {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("unit")?))
    }
}

/// The units a township called most since a time: offered where another whistle is raised.
pub async fn usual_units_unscoped(db: &mut Conn, township: &RegionCode, since: Instant) -> Result<Vec<Id<Unit>>> {
    let rows: Vec<Called> = db
        .all(sql!(
            "SELECT k.unit, CAST(count(*) AS BIGINT) AS n
             FROM whistle_calls k
             WHERE k.township = $1
               AND k.raised_at >= $2
             GROUP BY k.unit
             ORDER BY n DESC, k.unit
             LIMIT 8",
            township,
            since,
        ))
        .await?;
    Ok(rows.into_iter().map(|Called(unit)| unit).collect())
}
