//! Lists of cases.
//!
//! A scope is several ways of coming to a case: by place, as the lead unit, as another unit with a part in it. One
//! condition with `OR` would make the database look at all of them and sort. So each way is a query of its own for keys
//! alone, which follows one index in the list's order and stops after a page; a case that comes by two ways is one
//! key, and the rows are read last.
//!
//! Where words are looked for, the index of words knows all these ways itself, and is the only one ([`search`]).

use db::{Backend, Conn, FromRow, Row, Sql, sql};
use kernel::{COUNT_CAP, Cursor, Id, Listing, Page, RegionCode, Result, Term};

use super::{
    COLUMNS, Number,
    case::within,
    search::{Shelf, shelves},
};
use crate::{
    modules::{
        cases::{
            filter::{CaseFilter, Order, column_is},
            model::Case,
            search::{self, Clause},
        },
        register::Item,
    },
    platform::access::{Scope, Unit},
};

/// Counting stops just above what is told exactly.
pub(super) const COUNTED: i64 = COUNT_CAP + 1;

/// One way of coming to a case, and the index that serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// It lies there: `cases_<level>_received`, `cases_<level>_open`.
    Place(RegionCode),
    /// The unit leads: `cases_lead_received`, `cases_lead_open`.
    Lead(Id<Unit>),
    /// The unit has another part in it: `assignments_assist_received`, `assignments_assist_open`.
    Assist(Id<Unit>),
    /// It is about that thing, of which there are few: `cases_item`; whose it may be is asked row by row.
    Item(Id<Item>),
    /// The index of words finds it, in one of its parts.
    Words(Shelf, Vec<Clause>),
}

impl Way {
    /// The mark that the index of words has for it.
    fn mark(&self) -> Option<Term> {
        match self {
            Self::Place(place) => Some(Term::Whole(search::at(place))),
            Self::Lead(unit) => Some(Term::Whole(search::led_by(*unit))),
            Self::Assist(unit) => Some(Term::Whole(search::assisted_by(*unit))),
            Self::Item(_) | Self::Words(..) => None,
        }
    }
}

/// What a list is of, and how many it has if that is known.
#[derive(Clone, Copy)]
struct Of<'a> {
    scope: &'a Scope,
    filter: &'a CaseFilter,
    backend: Backend,
    found: Option<i64>,
}

/// The ways to the cases of a list, which no case comes by twice where words are looked for.
fn ways(of: Of<'_>) -> Vec<Way> {
    let Of { scope, filter, backend, found } = of;
    let ways = ways_of_scope(scope, filter);
    let Some(mut clauses) = search::clauses(filter) else { return ways };
    clauses.push(ways.iter().filter_map(Way::mark).collect());
    if clauses.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    shelves(backend, filter, found).iter().map(|shelf| Way::Words(*shelf, clauses.clone())).collect()
}

/// The ways of a scope into the places of a filter, none of them inside another.
fn ways_of_scope(scope: &Scope, filter: &CaseFilter) -> Vec<Way> {
    if let (Some(item), None) = (filter.item, filter.words()) {
        return vec![Way::Item(item)];
    }
    // Where the place shows all that fits the filter, a unit's part adds nothing.
    if let Some(region) = &filter.region
        && scope.places.iter().any(|place| place.covers(region))
    {
        return vec![Way::Place(region.clone())];
    }
    let mut ways = Vec::new();
    let mut add = |way| {
        if !ways.contains(&way) {
            ways.push(way);
        }
    };
    for place in &scope.places {
        let inside_another = scope.places.iter().any(|other| other != place && other.covers(place));
        let apart = filter.region.as_ref().is_some_and(|region| !region.covers(place));
        if !inside_another && !apart {
            add(Way::Place(place.clone()));
        }
    }
    for unit in &scope.units {
        add(Way::Lead(*unit));
        add(Way::Assist(*unit));
    }
    ways
}

impl Way {
    /// The keys (the time the list goes by, and the id) of the cases that come this way and fit the filter.
    fn push_keys(&self, sql: Sql, scope: &Scope, filter: &CaseFilter) -> Sql {
        let order = filter.order();
        let sql = match self {
            Self::Words(shelf, clauses) => return shelf.push_keys(sql, clauses, filter),
            Self::Place(place) => {
                sql.push(order.key()).push(" FROM cases c WHERE ").push_value(column_is(place.level()), place)
            }
            Self::Item(item) => within(sql.push(order.key()).push_value(" FROM cases c WHERE c.item = ", *item), scope),
            Self::Lead(unit) => sql.push(order.key()).push_value(" FROM cases c WHERE c.lead_unit = ", *unit),
            Self::Assist(unit) => sql
                .push(match order {
                    Order::Newest => "SELECT a.received_at AS time, a.case_id AS id",
                    Order::Deadline | Order::Ended => order.key(),
                })
                .push(" FROM assignments a JOIN cases c ON c.id = a.case_id")
                .push_value(" WHERE a.kind <> 'lead' AND a.state IN ('open', 'signed', 'done') AND a.unit = ", *unit)
                // Lists that go by deadline are of open cases.
                .push(if order == Order::Deadline { " AND a.case_is_open" } else { "" }),
        };
        filter.push_to(sql)
    }

    /// A page of them, by columns of the index that this way follows.
    fn push_page(&self, sql: Sql, order: Order, position: Option<(i64, Id<Case>)>, limit: i64) -> Sql {
        let sql = match (self, order) {
            (Self::Assist(_), Order::Newest) => sql
                .push_some(position, |sql, (at, id)| {
                    sql.push_value(" AND (a.received_at, a.case_id) < (", at).push_value(", ", id).push(")")
                })
                .push(" ORDER BY a.received_at DESC, a.case_id DESC"),
            (Self::Words(shelf, _), Order::Newest) => shelf.push_page(sql, position.map(|(number, _)| number)),
            _ => order.whole(sql.push_some(position, |sql, position| order.after(sql, position))),
        };
        sql.push_value(" LIMIT ", limit)
    }
}

/// Adds the keys by all ways, each once; `part` is the query of a way.
fn push_all_keys(sql: Sql, of: Of<'_>, part: impl Fn(Sql, &Way) -> Sql) -> Sql {
    let (ways, filter) = (ways(of), of.filter);
    if ways.is_empty() {
        return sql.push(filter.order().key()).push(" FROM cases c WHERE FALSE");
    }
    let and = if filter.words().is_some() { " UNION ALL SELECT * FROM (" } else { " UNION SELECT * FROM (" };
    ways.iter().enumerate().fold(sql, |sql, (index, way)| {
        let head = if index == 0 { "SELECT * FROM (" } else { and };
        part(sql.push(head), way).push(") AS part")
    })
}

/// The rows of the keys in between, in the list's order.
fn rows(keys: impl FnOnce(Sql) -> Sql, order: Order) -> Sql {
    let sql = keys(sql!("").push(COLUMNS).push(", keys.time FROM ("));
    order.of_keys(sql.push(") AS keys JOIN cases c ON c.id = keys.id"))
}

/// A row with what the list goes by.
struct Listed {
    case: Case,
    time: i64,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { case: Case::from_row(row)?, time: row.opt("time")?.unwrap_or_default() })
    }
}

/// A page of cases within the scope.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn list(db: &mut Conn, scope: &Scope, filter: &CaseFilter, page: &Page) -> Result<Listing<Case>> {
    let (order, position, limit) = (filter.order(), Order::position(page)?, page.limit + 1);
    let of = Of { scope, filter, backend: db.backend(), found: None };
    let count = count(db, of).await?;
    let of = Of { found: Some(count), ..of };
    let part = |sql, way: &Way| way.push_page(way.push_keys(sql, scope, filter), order, position, limit);
    let keys = |sql| push_all_keys(sql, of, part);
    let found: Vec<Listed> = db.all(planned(rows(keys, order).push_value(" LIMIT ", limit), filter)).await?;
    let listing = Listing::new(found, page, count, |row| Cursor::pack(&(row.time, row.case.id)));
    Ok(listing.map(|row| row.case))
}

/// How many rows [`list`] has in all.
async fn count(db: &mut Conn, of: Of<'_>) -> Result<i64> {
    let Number(n) = db.one(planned(push_count(sql!(""), of), of.filter)).await?;
    Ok(n)
}

/// Adds the question how many rows a list has. In the list's order, which names the index: otherwise SQLite may choose
/// one that makes it look at every row.
fn push_count(sql: Sql, of: Of<'_>) -> Sql {
    let filter = of.filter;
    let part = |sql: Sql, way: &Way| match way {
        // All the index finds fits; putting that in order would be work for nothing.
        Way::Words(shelf, clauses) => shelf.push_counted(sql, clauses, filter).push_value(" LIMIT ", COUNTED),
        _ => way.push_page(way.push_keys(sql, of.scope, filter), filter.order(), None, COUNTED),
    };
    let sql = sql.push("SELECT CAST(count(*) AS BIGINT) AS n FROM (");
    push_all_keys(sql, of, part).push_value(" LIMIT ", COUNTED).push(") AS counted")
}

/// How many rows each of several lists has, in their turn, counted up to just above what is told exactly. One question
/// for all: a page of thirty figures would otherwise wait thirty times for the network.
///
/// # Errors
/// `internal` when the database fails.
pub async fn counts_of(db: &mut Conn, scope: &Scope, filters: &[&CaseFilter]) -> Result<Vec<i64>> {
    let Some(widest) = filters.iter().find(|filter| filter.words().is_some()).or(filters.first()) else {
        return Ok(Vec::new());
    };
    let backend = db.backend();
    let list = |sql: Sql, (turn, filter): (i64, &&CaseFilter)| {
        let sql = sql.push(if turn == 0 { "SELECT " } else { " UNION ALL SELECT " });
        let sql = sql.push_value("CAST(", turn).push(" AS BIGINT) AS turn, n FROM (");
        push_count(sql, Of { scope, filter, backend, found: None }).push(") AS list")
    };
    let sql = (0..).zip(filters).fold(sql!(""), list).push(" ORDER BY turn");
    let counts: Vec<Number> = db.all(planned(sql, widest)).await?;
    Ok(counts.into_iter().map(|Number(n)| n).collect())
}

/// The keys of a whole list behind a head in two parts, for whoever counts them by something.
pub(super) fn keys_of(
    head: &'static str,
    counted: &'static str,
    backend: Backend,
    scope: &Scope,
    filter: &CaseFilter,
) -> Sql {
    let of = Of { scope, filter, backend, found: None };
    let head = sql!("").push(head).push(counted);
    planned(push_all_keys(head, of, |sql, way| way.push_keys(sql, scope, filter)), filter)
}

/// The statement of a whole list, for an export that streams it.
pub fn export(backend: Backend, scope: &Scope, filter: &CaseFilter) -> Sql {
    let of = Of { scope, filter, backend, found: None };
    planned(rows(|sql| push_all_keys(sql, of, |sql, way| way.push_keys(sql, scope, filter)), filter.order()), filter)
}

/// Frequent words and rare ones need different plans.
fn planned(sql: Sql, filter: &CaseFilter) -> Sql {
    if filter.words().is_some() { sql.planned_by_values() } else { sql }
}
