//! What the platform works off by itself, page by page.

use db::{Conn, FromRow, Row, sql};
use kernel::{Id, Instant, RegionCode, Result};

use super::select;
use crate::modules::cases::{filter::column_is, model::Case};

/// Cases awaiting a word from residents whose result was filed at or before `before`, in order; the platform's own job.
///
/// # Errors
/// `internal` when the database fails.
pub async fn awaiting_unscoped(
    db: &mut Conn,
    before: Instant,
    after: Option<(Instant, Id<Case>)>,
) -> Result<Vec<Case>> {
    let sql = select().push_value(" AND c.status = 'verifying' AND c.result_at <= ", before);
    let sql = sql.push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (c.result_at, c.id) > (", at).push_value(", ", id).push(")")
    });
    db.all(sql.push(" ORDER BY c.result_at, c.id LIMIT 200")).await
}

/// Open cases without a result that were due from one moment to another, the first first; the platform's own job. By
/// `cases_due_open`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn owed_between_unscoped(db: &mut Conn, from: Instant, until: Instant, limit: i64) -> Result<Vec<Case>> {
    let sql = select().push_value(" AND c.is_open AND c.due_at >= ", from).push_value(" AND c.due_at < ", until);
    db.all(sql.push(" AND c.status <> 'verifying' ORDER BY c.due_at, c.id").push_value(" LIMIT ", limit)).await
}

/// Cases whose clock stood still until `now` at the latest; the platform's own job.
///
/// # Errors
/// `internal` when the database fails.
pub async fn paused_until_unscoped(db: &mut Conn, now: Instant) -> Result<Vec<Case>> {
    db.all(select().push_value(" AND c.paused_until <= ", now).push(" ORDER BY c.paused_until, c.id LIMIT 200")).await
}

/// Open cases whose clock is counted in days, page by page, when a year's holidays are published.
///
/// # Errors
/// `internal` when the database fails.
pub async fn open_due_after_unscoped(
    db: &mut Conn,
    from: Instant,
    after: Option<(Instant, Id<Case>)>,
) -> Result<Vec<Case>> {
    let sql = select().push_value(" AND c.is_open AND c.due_at >= ", from);
    let sql = sql.push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (c.due_at, c.id) > (", at).push_value(", ", id).push(")")
    });
    db.all(sql.push(" ORDER BY c.due_at, c.id LIMIT 200")).await
}

/// These cases, for a subscriber that follows them; in no order.
///
/// # Errors
/// `internal` when the database fails.
pub async fn some_unscoped(db: &mut Conn, ids: &[Id<Case>]) -> Result<Vec<Case>> {
    db.all(select().push_list(" AND c.id IN", ids.iter().copied())).await
}

/// All cases, page by page, for a subscriber that begins anew.
///
/// # Errors
/// `internal` when the database fails.
pub async fn walk_unscoped(db: &mut Conn, after: Option<Id<Case>>, limit: i64) -> Result<Vec<Case>> {
    let sql = select().push_some(after, |sql, id| sql.push_value(" AND c.id > ", id));
    db.all(sql.push_value(" ORDER BY c.id LIMIT ", limit)).await
}

/// An open case, by what says where it lies.
pub struct OpenCase {
    /// Which.
    pub id: Id<Case>,
    /// 工单编号
    pub number: String,
    /// The narrowest place known.
    pub place: RegionCode,
    /// WGS-84.
    pub point: Option<(f64, f64)>,
    /// True when the place was guessed.
    pub is_guess: bool,
}

impl FromRow for OpenCase {
    fn from_row(row: &Row) -> Result<Self> {
        let (lon, lat): (Option<f64>, Option<f64>) = (row.opt("lon")?, row.opt("lat")?);
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            place: row.get("place")?,
            point: lon.zip(lat),
            is_guess: row.get("place_is_guess")?,
        })
    }
}

/// All open cases in a place, when it is redrawn: every one of them must find its new place.
///
/// # Errors
/// `internal` when the database fails.
pub async fn open_in_unscoped(db: &mut Conn, place: &RegionCode) -> Result<Vec<OpenCase>> {
    let sql = sql!(
        "SELECT c.id, c.number, coalesce(c.micro_grid, c.grid, c.village, c.township, c.county) AS place, c.lon, c.lat,
                c.place_is_guess
         FROM cases c
         WHERE c.is_open
           AND "
    );
    db.all(sql.push_value(column_is(place.level()), place).push(" ORDER BY c.due_at, c.id")).await
}
