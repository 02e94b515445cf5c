//! Lists of cases.
//!
//! A scope is several ways of coming to a case: by place, as the lead unit, as another unit with a part in it. One
//! condition with `OR` would make the database look at all of them and sort; so each way is a query of its own that follows one
//! index in the list's order and stops after a page, and no case comes by two ways.

use db::{Conn, Sql, sql};
use futures::Stream;
use kernel::{Id, Listing, Page, RegionCode, Result};

use super::{COLUMNS, Number};
use crate::{
    modules::cases::{
        filter::{CaseFilter, Order, column_is},
        model::Case,
    },
    platform::access::{Scope, Unit},
};

/// Counting stops just above what is told exactly.
const COUNTED: i64 = 10_001;

/// One way of coming to a case, and the index that serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// It lies there: `cases_<level>_received`, `cases_<level>_open`.
    Place(RegionCode),
    /// The unit leads: `cases_lead_received`, `cases_lead_open`.
    Lead(Id<Unit>),
    /// The unit has another part in it: `assignments_assist_received`.
    Assist(Id<Unit>),
}

/// The ways of a scope into the places of a filter, none of them inside another.
fn ways(scope: &Scope, filter: &CaseFilter) -> Vec<Way> {
    let narrowed = |place: &RegionCode| match &filter.region {
        Some(region) if place.covers(region) => Some(region.clone()),
        Some(region) if !region.covers(place) => None,
        _ => Some(place.clone()),
    };
    let mut ways = Vec::new();
    let mut add = |way| {
        if !ways.contains(&way) {
            ways.push(way);
        }
    };
    for place in &scope.places {
        let inside_another = scope.places.iter().any(|other| other != place && other.covers(place));
        if let Some(place) = narrowed(place).filter(|_| !inside_another) {
            add(Way::Place(place));
        }
    }
    for unit in &scope.units {
        add(Way::Lead(*unit));
        add(Way::Assist(*unit));
    }
    ways
}

impl Way {
    fn push_from(&self, sql: Sql) -> Sql {
        match self {
            Self::Place(place) => sql.push(" FROM cases c WHERE ").push_value(column_is(place.level()), place),
            Self::Lead(unit) => sql.push_value(" FROM cases c WHERE c.lead_unit = ", *unit),
            // A unit given a part twice comes by the later one.
            Self::Assist(unit) => sql
                .push(" FROM assignments a JOIN cases c ON c.id = a.case_id")
                .push_value(" WHERE a.kind <> 'lead' AND a.state IN ('open', 'signed', 'done') AND a.unit = ", *unit)
                .push(
                    " AND NOT EXISTS (SELECT 1 FROM assignments b WHERE b.case_id = a.case_id AND b.unit = a.unit
                      AND b.kind <> 'lead' AND b.state IN ('open', 'signed', 'done') AND b.id > a.id)",
                ),
        }
    }

    /// Not by this way, but by a later one.
    fn push_not(&self, sql: Sql) -> Sql {
        match self {
            Self::Place(place) => sql.push(" AND (").push_value(column_is(place.level()), place).push(") IS NOT TRUE"),
            Self::Lead(unit) => sql.push_value(" AND (c.lead_unit = ", *unit).push(") IS NOT TRUE"),
            Self::Assist(unit) => sql
                .push(" AND NOT EXISTS (SELECT 1 FROM assignments d WHERE d.case_id = c.id AND d.kind <> 'lead'")
                .push_value(" AND d.state IN ('open', 'signed', 'done') AND d.unit = ", *unit)
                .push(")"),
        }
    }

    /// A page in the list's order, by columns of the index that this way follows.
    fn push_page(&self, sql: Sql, order: Order, position: Option<(i64, Id<Case>)>) -> Sql {
        match (self, order) {
            (Self::Assist(_), Order::Newest) => sql
                .push_some(position, |sql, (at, id)| {
                    sql.push_value(" AND (a.received_at, a.case_id) < (", at).push_value(", ", id).push(")")
                })
                .push(" ORDER BY a.received_at DESC, a.case_id DESC"),
            _ => order.whole(sql.push_some(position, |sql, position| order.after(sql, position))),
        }
    }
}

/// The rows behind `columns` by all ways, each made ready by `finish`.
fn by_all_ways(
    head: Sql,
    columns: &'static str,
    (scope, filter): (&Scope, &CaseFilter),
    finish: impl Fn(Sql, &Way) -> Sql,
) -> Sql {
    let ways = ways(scope, filter);
    if ways.is_empty() {
        return head.push(columns).push(" FROM cases c WHERE FALSE");
    }
    let mut sql = head;
    for (index, way) in ways.iter().enumerate() {
        sql = sql.push(if index == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
        let earlier = ways.iter().take(index);
        let whole = earlier.fold(way.push_from(sql.push(columns)), |sql, earlier| earlier.push_not(sql));
        sql = finish(filter.push_to(whole), way).push(") AS part");
    }
    sql
}

/// A page of cases within the scope.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn list(db: &mut Conn, scope: &Scope, filter: &CaseFilter, page: &Page) -> Result<Listing<Case>> {
    let (order, position) = (filter.order(), Order::position(page)?);
    let sql = by_all_ways(sql!("SELECT c.* FROM ("), COLUMNS, (scope, filter), |sql, way| {
        way.push_page(sql, order, position).push_value(" LIMIT ", page.limit + 1)
    });
    let rows: Vec<Case> = db.all(order.whole(sql.push(") AS c")).push_value(" LIMIT ", page.limit + 1)).await?;
    let count = count(db, scope, filter).await?;
    Ok(Listing::new(rows, page, count, |case| order.cursor(case)))
}

/// How many rows [`list`] has in all; counting stops just above what is told exactly.
///
/// # Errors
/// `internal` when the database fails.
async fn count(db: &mut Conn, scope: &Scope, filter: &CaseFilter) -> Result<i64> {
    let head = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM (");
    let sql = by_all_ways(head, "SELECT 1 AS one", (scope, filter), |sql, way| {
        // In the list's order, which names the index: it need not be seen in the table how many there are.
        way.push_page(sql, filter.order(), None).push_value(" LIMIT ", COUNTED)
    });
    let Number(n) = db.one(sql.push_value(") AS every LIMIT ", COUNTED).push(") AS counted")).await?;
    Ok(n)
}

/// The statement of a whole list, for an export that streams it.
pub fn export(scope: &Scope, filter: &CaseFilter) -> Sql {
    let sql = by_all_ways(sql!("SELECT c.* FROM ("), COLUMNS, (scope, filter), |sql, _| sql);
    filter.order().whole(sql.push(") AS c"))
}

/// Streams an export.
pub fn stream(db: Conn, sql: Sql) -> impl Stream<Item = Result<Case>> + Send + 'static {
    db.stream(sql)
}
