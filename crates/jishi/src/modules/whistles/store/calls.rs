//! Lists of calls: one row a unit, for whoever opens a figure.

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{COUNT_CAP, Id, Instant, Level, Page, RegionCode, Result};

use super::{CALL, Number};
use crate::{
    modules::whistles::model::{CallStanding, WhistleCall, WhistleKind},
    platform::access::{Scope, Unit},
};

/// What a list of calls shows.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// How they stand.
    pub standing: Option<CallStanding>,
    /// Those that count as called: they were there, said that they cannot come, or their time is over.
    pub is_due: bool,
    /// A place with all in it.
    pub region: Option<RegionCode>,
    /// One unit.
    pub unit: Option<Id<Unit>>,
    /// Raised then or later.
    pub from: Option<Instant>,
    /// Raised before.
    pub before: Option<Instant>,
    /// The present.
    pub now: Instant,
}

/// A call with what its whistle says.
#[derive(Clone, Debug)]
pub struct CalledRow {
    pub call: WhistleCall,
    pub kind: WhistleKind,
    pub goal: String,
    pub township: RegionCode,
    pub raised_at: Instant,
    pub meets_at: Instant,
}

impl FromRow for CalledRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            call: WhistleCall::from_row(row)?,
            kind: row.get("kind")?,
            goal: row.get("goal")?,
            township: row.get("township")?,
            raised_at: row.get("raised_at")?,
            meets_at: row.get("meets_at")?,
        })
    }
}

/// Those that count as called.
pub(super) fn push_due(sql: Sql, now: Instant) -> Sql {
    sql.push(" AND k.counts AND (k.arrived_at IS NOT NULL OR k.reply = 'cannot'")
        .push_value(" OR k.arrive_due_at < ", now)
        .push(")")
}

/// A place of a call, down to the township.
pub(super) fn push_place(sql: Sql, place: &RegionCode) -> Sql {
    match place.level() {
        Level::Province => sql.push_value("substr(k.city, 1, 2) = ", place),
        Level::City => sql.push_value("k.city = ", place),
        Level::County => sql.push_value("k.county = ", place),
        _ => sql.push_value("k.township = ", place.at(Level::Township)),
    }
}

fn push_standing(sql: Sql, standing: CallStanding, now: Instant) -> Sql {
    let open = " AND k.arrived_at IS NULL AND k.counts AND COALESCE(k.reply, '') <> 'cannot'";
    match standing {
        CallStanding::InTime => sql.push(" AND k.arrived_at <= k.arrive_due_at"),
        CallStanding::Late => sql.push(" AND k.arrived_at > k.arrive_due_at"),
        CallStanding::Released => sql.push(" AND k.arrived_at IS NULL AND NOT k.counts"),
        CallStanding::Cannot => sql.push(" AND k.arrived_at IS NULL AND k.counts AND k.reply = 'cannot'"),
        CallStanding::Absent => sql.push(open).push_value(" AND k.arrive_due_at < ", now),
        CallStanding::Waiting => sql.push(open).push_value(" AND k.arrive_due_at >= ", now),
    }
}

impl CallFilter {
    fn push_to(&self, sql: Sql) -> Sql {
        let sql = if self.is_due { push_due(sql, self.now) } else { sql };
        let sql = sql.push_some(self.standing, |sql, standing| push_standing(sql, standing, self.now));
        let sql = sql.push_some(self.region.as_ref(), |sql, region| push_place(sql.push(" AND "), region));
        let sql = sql.push_some(self.unit, |sql, unit| sql.push_value(" AND k.unit = ", unit));
        let sql = sql.push_some(self.from, |sql, from| sql.push_value(" AND k.raised_at >= ", from));
        sql.push_some(self.before, |sql, before| sql.push_value(" AND k.raised_at < ", before))
    }
}

/// The conditions by which the scope comes to calls, each following one index: its places down to the township, its units.
enum Way<'a> {
    Place(&'a RegionCode),
    Unit(Id<Unit>),
}

fn ways(scope: &Scope) -> Vec<Way<'_>> {
    let is_inside = |place: &RegionCode| scope.places.iter().any(|other| other != place && other.covers(place));
    let places = scope.places.iter().filter(|place| place.level() <= Level::Township && !is_inside(place));
    places.map(Way::Place).chain(scope.units.iter().copied().map(Way::Unit)).collect()
}

fn push_all(
    sql: Sql,
    (scope, filter): (&Scope, &CallFilter),
    position: Option<(Instant, Id<WhistleCall>)>,
    limit: i64,
) -> Sql {
    let keys = "SELECT k.raised_at AS time, k.id AS id FROM whistle_calls k WHERE ";
    ways(scope).iter().enumerate().fold(sql, |sql, (index, way)| {
        let sql = sql.push(if index == 0 { "SELECT * FROM (" } else { " UNION SELECT * FROM (" }).push(keys);
        let sql = match way {
            Way::Place(place) => push_place(sql, place),
            Way::Unit(unit) => sql.push_value("k.unit = ", *unit),
        };
        filter
            .push_to(sql)
            .push_some(position, |sql, (at, id)| {
                sql.push_value(" AND (k.raised_at, k.id) < (", at).push_value(", ", id).push(")")
            })
            .push_value(" ORDER BY k.raised_at DESC, k.id DESC LIMIT ", limit)
            .push(") AS part")
    })
}

/// A page of calls and one more, the newest whistles first.
pub async fn calls_page(db: &mut Conn, scope: &Scope, filter: &CallFilter, page: &Page) -> Result<Vec<CalledRow>> {
    if ways(scope).is_empty() {
        return Ok(Vec::new());
    }
    let position = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<WhistleCall>)>()).transpose()?;
    let limit = page.limit + 1;
    let sql = sql!("").push(CALL).push(", w.kind, w.goal, w.township, w.raised_at, w.meets_at FROM (");
    let sql = push_all(sql, (scope, filter), position, limit)
        .push(") AS keys JOIN whistle_calls k ON k.id = keys.id JOIN whistles w ON w.id = k.whistle")
        .push(" ORDER BY keys.time DESC, keys.id DESC");
    db.all(sql.push_value(" LIMIT ", limit)).await
}

/// How many rows [`calls_page`] has in all.
pub async fn calls_count(db: &mut Conn, scope: &Scope, filter: &CallFilter) -> Result<i64> {
    if ways(scope).is_empty() {
        return Ok(0);
    }
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (");
    let keys = push_all(sql, (scope, filter), None, COUNT_CAP + 1).push_value(" LIMIT ", COUNT_CAP + 1);
    let Number(n) = db.one(keys.push(") AS counted")).await?;
    Ok(n)
}
