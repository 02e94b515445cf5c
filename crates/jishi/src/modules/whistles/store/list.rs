//! Lists of whistles. Each way of coming to one is a query of its own for keys alone, which follows one index in the list's
//! order and stops after a page; the rows are read last (as in the lists of cases).

use db::{Conn, Sql, sql};
use kernel::{COUNT_CAP, Id, Instant, Level, Page, RegionCode, Result};

use super::{COLUMNS, Number, column_is, within};
use crate::{
    modules::{
        cases::{Case, Outcome},
        whistles::model::{Whistle, WhistleKind, WhistleState},
    },
    platform::{
        access::{Scope, Unit},
        words::words,
    },
};

words! {
    /// 吹哨列表
    WhistleView {
        ToAnswer "to_answer" "待应哨" "To answer";
        InHand "in_hand" "待报到、待办" "In hand";
        Running "running" "进行中" "Running";
        Escalated "escalated" "已升级" "Escalated";
        ToRate "to_rate" "待评价" "To rate";
        Over "over" "已结束" "Over";
    }
}

/// What a list shows; all of it holds together.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Which list.
    pub view: Option<WhistleView>,
    /// Which of the three kinds.
    pub kind: Option<WhistleKind>,
    /// How far.
    pub state: Option<WhistleState>,
    /// How it came out.
    pub outcome: Option<Outcome>,
    /// A place with all in it.
    pub region: Option<RegionCode>,
    /// About one case.
    pub case: Option<Id<Case>>,
    /// Whether they are about some case.
    pub has_case: Option<bool>,
    /// Only those that were not withdrawn.
    pub is_kept: bool,
    /// Only those that went to the county.
    pub was_escalated: bool,
    /// Raised then or later.
    pub from: Option<Instant>,
    /// Raised before.
    pub before: Option<Instant>,
    /// The asker's units, whose calls wait for them.
    pub units: Vec<Id<Unit>>,
    /// Places for which the asker rates units.
    pub offices: Vec<RegionCode>,
}

enum Way {
    /// `whistles_case`
    Case(Id<Case>),
    /// `whistles_<level>_raised`, `whistles_<level>_open`
    Place(RegionCode),
    /// `whistle_calls_unit_whistle`, `whistle_calls_unit_open`, `whistle_calls_unit_rates`
    Unit(Id<Unit>),
    /// `whistle_calls_<level>_rates`
    Office(RegionCode),
}

fn ways(scope: &Scope, filter: &ListFilter) -> Vec<Way> {
    if let Some(case) = filter.case {
        return vec![Way::Case(case)];
    }
    let units = || filter.units.iter().copied().map(Way::Unit);
    match filter.view {
        Some(WhistleView::ToAnswer | WhistleView::InHand) => return units().collect(),
        Some(WhistleView::ToRate) => {
            let offices = filter.offices.iter().cloned().map(Way::Office);
            return units().chain(offices).collect();
        }
        _ => {}
    }
    if let Some(region) = &filter.region
        && scope.places.iter().any(|place| place.covers(region))
    {
        return vec![Way::Place(region.clone())];
    }
    let mut ways: Vec<Way> = Vec::new();
    for place in &scope.places {
        let inside_another = scope.places.iter().any(|other| other != place && other.covers(place));
        let is_known = ways.iter().any(|way| matches!(way, Way::Place(known) if known == place));
        if !inside_another && !is_known {
            ways.push(Way::Place(place.clone()));
        }
    }
    ways.extend(scope.units.iter().copied().map(Way::Unit));
    ways
}

impl ListFilter {
    fn push_to(&self, sql: Sql) -> Sql {
        let sql = match self.view {
            Some(WhistleView::Running) => sql.push(" AND w.is_open AND w.state = 'running'"),
            Some(WhistleView::Escalated) => sql.push(" AND w.is_open AND w.state = 'escalated'"),
            Some(WhistleView::Over) => sql.push(" AND NOT w.is_open"),
            Some(WhistleView::ToAnswer | WhistleView::InHand | WhistleView::ToRate) | None => sql,
        };
        let sql = sql.push_some(self.kind, |sql, kind| sql.push_value(" AND w.kind = ", kind.as_str()));
        let sql = sql.push_some(self.state, |sql, state| sql.push_value(" AND w.state = ", state.as_str()));
        let sql = sql.push_some(self.outcome, |sql, outcome| sql.push_value(" AND w.outcome = ", outcome.as_str()));
        let sql = sql.push_some(self.region.as_ref(), |sql, region| {
            let region = region.at(Level::Village).unwrap_or_else(|| region.clone());
            sql.push(" AND ").push_value(column_is(region.level()), region)
        });
        let sql = match self.has_case {
            Some(true) => sql.push(" AND w.case_id IS NOT NULL"),
            Some(false) => sql.push(" AND w.case_id IS NULL"),
            None => sql,
        };
        let sql = if self.is_kept { sql.push(" AND w.state <> 'withdrawn'") } else { sql };
        let sql = if self.was_escalated { sql.push(" AND w.escalated_at IS NOT NULL") } else { sql };
        let sql = sql.push_some(self.from, |sql, from| sql.push_value(" AND w.raised_at >= ", from));
        sql.push_some(self.before, |sql, before| sql.push_value(" AND w.raised_at < ", before))
    }
}

impl Way {
    fn push_keys(&self, sql: Sql, scope: &Scope, filter: &ListFilter) -> Sql {
        let whistles = "SELECT w.raised_at AS time, w.id AS id FROM whistles w WHERE ";
        let called =
            "SELECT k.raised_at AS time, k.whistle AS id FROM whistle_calls k JOIN whistles w ON w.id = k.whistle";
        // Several units of one whistle may wait to be rated.
        let rated = "SELECT DISTINCT k.raised_at AS time, k.whistle AS id FROM whistle_calls k JOIN whistles w ON w.id = k.whistle";
        let sql = match self {
            Self::Case(case) => within(sql.push(whistles).push_value("w.case_id = ", *case), scope),
            Self::Place(place) => {
                let place = place.at(Level::Village).unwrap_or_else(|| place.clone());
                sql.push(whistles).push_value(column_is(place.level()), place)
            }
            Self::Unit(unit) => {
                let sql = sql.push(called).push_value(" WHERE k.unit = ", *unit);
                match filter.view {
                    Some(WhistleView::ToAnswer) => sql.push(" AND k.is_open AND k.answered_at IS NULL"),
                    Some(WhistleView::InHand) => sql.push(" AND k.is_open AND k.answered_at IS NOT NULL"),
                    Some(WhistleView::ToRate) => sql.push(" AND k.awaits_unit"),
                    _ => sql,
                }
            }
            Self::Office(place) => {
                let sql = sql.push(rated).push(" WHERE k.awaits_office");
                match place.level() {
                    Level::Province => sql.push_value(" AND substr(k.city, 1, 2) = ", place),
                    Level::City => sql.push_value(" AND k.city = ", place),
                    Level::County => sql.push_value(" AND k.county = ", place),
                    _ => sql.push_value(" AND k.township = ", place.at(Level::Township)),
                }
            }
        };
        filter.push_to(sql)
    }

    fn push_page(&self, sql: Sql, position: Option<(Instant, Id<Whistle>)>, limit: i64) -> Sql {
        let sql = match self {
            Self::Case(_) | Self::Place(_) => sql
                .push_some(position, |sql, (at, id)| {
                    sql.push_value(" AND (w.raised_at, w.id) < (", at).push_value(", ", id).push(")")
                })
                .push(" ORDER BY w.raised_at DESC, w.id DESC"),
            Self::Unit(_) | Self::Office(_) => sql
                .push_some(position, |sql, (at, id)| {
                    sql.push_value(" AND (k.raised_at, k.whistle) < (", at).push_value(", ", id).push(")")
                })
                .push(" ORDER BY k.raised_at DESC, k.whistle DESC"),
        };
        sql.push_value(" LIMIT ", limit)
    }
}

fn push_all(
    sql: Sql,
    (scope, filter): (&Scope, &ListFilter),
    position: Option<(Instant, Id<Whistle>)>,
    limit: i64,
) -> Sql {
    ways(scope, filter).iter().enumerate().fold(sql, |sql, (index, way)| {
        let sql = sql.push(if index == 0 { "SELECT * FROM (" } else { " UNION SELECT * FROM (" });
        way.push_page(way.push_keys(sql, scope, filter), position, limit).push(") AS part")
    })
}

/// A page of whistles and one more, the newest first.
pub async fn page(db: &mut Conn, scope: &Scope, filter: &ListFilter, page: &Page) -> Result<Vec<Whistle>> {
    if ways(scope, filter).is_empty() {
        return Ok(Vec::new());
    }
    let position = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<Whistle>)>()).transpose()?;
    let limit = page.limit + 1;
    let keys = push_all(sql!("").push(COLUMNS).push(" FROM ("), (scope, filter), position, limit);
    let sql = keys.push(") AS keys JOIN whistles w ON w.id = keys.id ORDER BY keys.time DESC, keys.id DESC");
    db.all(sql.push_value(" LIMIT ", limit)).await
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, scope: &Scope, filter: &ListFilter) -> Result<i64> {
    if ways(scope, filter).is_empty() {
        return Ok(0);
    }
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (");
    let keys = push_all(sql, (scope, filter), None, COUNT_CAP + 1).push_value(" LIMIT ", COUNT_CAP + 1);
    let Number(n) = db.one(keys.push(") AS counted")).await?;
    Ok(n)
}
