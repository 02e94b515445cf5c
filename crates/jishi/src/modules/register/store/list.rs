//! Lists of items. A scope is several ways of coming to an item, each a query for keys along one index in the list's order
//! (see `cases/store/list.rs`, whose habits these are).
//!
//! Words are terms in `register_words`. Where the rarest of them is on few items, it leads and the rows it finds are put in
//! order; where all are frequent, the list's own index leads and every item on the way is asked for them: either way no
//! more than some ten thousand rows are looked at.

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{COUNT_CAP, Cursor, Day, Id, Listing, Page, RegionCode, Result, Term};

use super::{COLUMNS, Number, column_is, items::push_kind, select, within};
use crate::{
    modules::register::{
        listing::{ItemFilter, Order},
        model::Item,
    },
    platform::access::{Scope, Unit},
};

/// Counting stops just above what is told exactly.
const COUNTED: i64 = COUNT_CAP + 1;
/// Items up to which a term leads.
pub const RARE: i64 = 20_000;

/// One way of coming to an item, and the index that serves it.
enum Way {
    /// It lies there: `register_items_<level>`, `register_items_<level>_stale`, `register_items_ended`.
    Place(RegionCode),
    /// The unit looks after it: `register_items_owner`, `register_items_owner_stale`.
    Owner(Id<Unit>),
    /// The rarest of the words finds it; whose it may be is asked row by row.
    Words(Term),
}

/// Adds what a term is.
pub fn push_term(sql: Sql, term: &Term) -> Sql {
    match term {
        Term::Whole(term) => sql.push_value("w.term = ", term.clone()),
        Term::Beginning(term) => {
            sql.push_value("w.term >= ", term.clone()).push_value(" AND w.term < ", format!("{term}\u{10FFFF}"))
        }
    }
}

fn ways(scope: &Scope, filter: &ItemFilter, rarest: Option<&Term>) -> Vec<Way> {
    if let Some(term) = rarest {
        return vec![Way::Words(term.clone())];
    }
    if let Some(region) = &filter.region
        && scope.covers(region)
    {
        return vec![Way::Place(region.clone())];
    }
    let inside = |place: &RegionCode| scope.places.iter().any(|other| other != place && other.covers(place));
    let apart = |place: &RegionCode| filter.region.as_ref().is_some_and(|region| !region.covers(place));
    let places = scope.places.iter().filter(|place| !inside(place) && !apart(place));
    let units = scope.units.iter().filter(|unit| filter.owner.is_none_or(|owner| owner == **unit));
    places.map(|place| Way::Place(place.clone())).chain(units.map(|unit| Way::Owner(*unit))).collect()
}

fn push_filter(sql: Sql, filter: &ItemFilter) -> Sql {
    let sql = sql.push(if filter.is_ended { " AND i.ends_on IS NOT NULL" } else { " AND i.ends_on IS NULL" });
    let sql = sql.push_some(filter.kind.as_deref(), push_kind);
    let sql = sql.push_some(filter.region.as_ref(), |sql, region| {
        sql.push(" AND ").push_value(column_is(region.level()), region)
    });
    let sql = sql.push_some(filter.owner, |sql, unit| sql.push_value(" AND i.owner = ", unit));
    let sql = sql.push_some(filter.stale_by, |sql, day| sql.push_value(" AND i.stale_on <= ", day));
    filter.terms.iter().fold(sql, |sql, term| {
        push_term(sql.push(" AND EXISTS (SELECT 1 FROM register_words w WHERE w.item = i.id AND "), term).push(")")
    })
}

impl Way {
    fn push_keys(&self, sql: Sql, scope: &Scope, filter: &ItemFilter) -> Sql {
        let sql = sql.push(filter.order().key()).push(" FROM register_items i WHERE ");
        let sql = match self {
            Self::Place(place) => sql.push_value(column_is(place.level()), place),
            Self::Owner(unit) => sql.push_value("i.owner = ", *unit),
            Self::Words(term) => {
                let sql = push_term(sql.push("i.id IN (SELECT w.item FROM register_words w WHERE "), term).push(")");
                within(sql, scope)
            }
        };
        push_filter(sql, filter)
    }
}

/// Adds the keys by all ways, each once.
fn push_all(sql: Sql, filter: &ItemFilter, ways: &[Way], part: impl Fn(Sql, &Way) -> Sql) -> Sql {
    if ways.is_empty() {
        return sql.push(filter.order().key()).push(" FROM register_items i WHERE FALSE");
    }
    ways.iter().enumerate().fold(sql, |sql, (index, way)| {
        let head = if index == 0 { "SELECT * FROM (" } else { " UNION SELECT * FROM (" };
        part(sql.push(head), way).push(") AS part")
    })
}

struct Listed {
    item: Item,
    mark: String,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { item: Item::from_row(row)?, mark: row.opt("mark")?.unwrap_or_default() })
    }
}

/// The term that is on the fewest items, if it is on few.
async fn rarest(db: &mut Conn, filter: &ItemFilter) -> Result<Option<Term>> {
    let mut rarest: Option<(i64, &Term)> = None;
    for term in &filter.terms {
        let count = super::count_unscoped(db, term, RARE + 1).await?;
        if rarest.is_none_or(|(least, _)| count < least) {
            rarest = Some((count, term));
        }
    }
    Ok(rarest.filter(|(count, _)| *count <= RARE).map(|(_, term)| term.clone()))
}

/// A page of items within the scope.
pub async fn list(db: &mut Conn, scope: &Scope, filter: &ItemFilter, page: &Page) -> Result<Listing<Item>> {
    let (order, position, limit) = (filter.order(), Order::position(page)?, page.limit + 1);
    let rarest = rarest(db, filter).await?;
    let ways = ways(scope, filter, rarest.as_ref());
    let part = |sql: Sql, way: &Way| {
        order.page(way.push_keys(sql, scope, filter), position.clone()).push_value(" LIMIT ", limit)
    };
    let sql = push_all(sql!("").push(COLUMNS).push(", keys.mark FROM ("), filter, &ways, part);
    let sql = sql.push(") AS keys JOIN register_items i ON i.id = keys.id ORDER BY keys.mark, keys.id");
    let found: Vec<Listed> = db.all(planned(sql.push_value(" LIMIT ", limit), filter)).await?;
    let count = count(db, scope, filter, &ways).await?;
    let listing = Listing::new(found, page, count, |row| Cursor::pack(&(&row.mark, row.item.id)));
    Ok(listing.map(|row| row.item))
}

async fn count(db: &mut Conn, scope: &Scope, filter: &ItemFilter, ways: &[Way]) -> Result<i64> {
    let head = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (");
    // In the list's order, which names the index.
    let part = |sql: Sql, way: &Way| {
        filter.order().page(way.push_keys(sql, scope, filter), None).push_value(" LIMIT ", COUNTED)
    };
    let sql = push_all(head, filter, ways, part).push_value(" LIMIT ", COUNTED).push(") AS counted");
    let Number(n) = db.one(planned(sql, filter)).await?;
    Ok(n)
}

/// How many items of a list are of a kind, and how many of them have a fact that has grown old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfKind {
    /// Code of the kind.
    pub kind: String,
    /// Items.
    pub count: i64,
    /// Of them, those with an old fact.
    pub stale: i64,
}

impl FromRow for OfKind {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { kind: row.get("kind")?, count: row.get("n")?, stale: row.get("stale")? })
    }
}

/// The items there are in a place by kind, by the same keys as the place's list; `today` says what is old.
///
/// # Errors
/// `internal` when the database fails.
pub async fn by_kind(db: &mut Conn, scope: &Scope, place: &RegionCode, today: Day) -> Result<Vec<OfKind>> {
    let filter = &ItemFilter { region: Some(place.clone()), ..ItemFilter::default() };
    let head = sql!("SELECT i.kind AS kind, CAST(count(*) AS BIGINT) AS n, ")
        .push_value("CAST(sum(CASE WHEN i.stale_on <= ", today)
        .push(" THEN 1 ELSE 0 END) AS BIGINT) AS stale FROM (");
    let ways = ways(scope, filter, None);
    let sql = push_all(head, filter, &ways, |sql, way| way.push_keys(sql, scope, filter));
    db.all(sql.push(") AS keys JOIN register_items i ON i.id = keys.id GROUP BY i.kind")).await
}

/// The items there are in a place of a kind of which something is known, and how many of them have an old fact: the counts of
/// the lists that show them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn known_in(
    db: &mut Conn,
    scope: &Scope,
    place: &RegionCode,
    (kind, field, value): (&str, &str, &str),
    today: Day,
) -> Result<OfKind> {
    let filter = ItemFilter {
        region: Some(place.clone()),
        kind: Some(kind.to_owned()),
        facts: vec![(field.to_owned(), value.to_owned())],
        ..ItemFilter::default()
    };
    let filter = filter.with_terms();
    let stale = ItemFilter { stale_by: Some(today), ..filter.clone() };
    Ok(OfKind {
        kind: kind.to_owned(),
        count: count_of(db, scope, &filter).await?,
        stale: count_of(db, scope, &stale).await?,
    })
}

async fn count_of(db: &mut Conn, scope: &Scope, filter: &ItemFilter) -> Result<i64> {
    let rarest = rarest(db, filter).await?;
    count(db, scope, filter, &ways(scope, filter, rarest.as_ref())).await
}

/// The statement of a whole list, for an export that streams it.
pub fn export(scope: &Scope, filter: &ItemFilter) -> Sql {
    let ways = ways(scope, filter, None);
    let sql = sql!("").push(COLUMNS).push(", keys.mark FROM (");
    let sql = push_all(sql, filter, &ways, |sql, way| way.push_keys(sql, scope, filter));
    planned(sql.push(") AS keys JOIN register_items i ON i.id = keys.id ORDER BY keys.mark, keys.id"), filter)
}

/// Frequent words and rare ones need different plans.
fn planned(sql: Sql, filter: &ItemFilter) -> Sql {
    if filter.terms.is_empty() { sql } else { sql.planned_by_values() }
}

/// What a patrol looks at: the items of some kinds in a place that are there now.
fn push_patrolled(sql: Sql, place: &RegionCode, kinds: &[String]) -> Sql {
    let sql = sql.push(" AND i.ends_on IS NULL AND ").push_value(column_is(place.level()), place);
    sql.push_list(" AND i.kind IN", kinds.iter().map(String::as_str))
}

/// The items a patrol still has to look at, in the order of the register: those of its place and kinds, within the reader's
/// scope, without a tick of this round. Served by `register_items_<level>`; ticks by their key.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn due_in(
    db: &mut Conn,
    scope: &Scope,
    (place, kinds): (&RegionCode, &[String]),
    (list, round): (uuid::Uuid, Day),
    page: &Page,
) -> Result<Vec<Item>> {
    let position = Order::position(page)?;
    let sql = push_patrolled(within(select(), scope), place, kinds);
    let sql = sql
        .push_value(" AND NOT EXISTS (SELECT 1 FROM patrol_ticks t WHERE t.list = ", list)
        .push_value(" AND t.round = ", round)
        .push(" AND t.item = i.id)");
    db.all(Order::Name.page(sql, position).push_value(" LIMIT ", page.limit + 1)).await
}

/// How many items a patrol looks at within the reader's scope, and how many of them were looked at in this round: of the
/// things, never of who looked.
///
/// # Errors
/// `internal` when the database fails.
pub async fn due_count(
    db: &mut Conn,
    scope: &Scope,
    (place, kinds): (&RegionCode, &[String]),
    (list, round): (uuid::Uuid, Day),
) -> Result<(i64, i64)> {
    let all = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM register_items i WHERE TRUE");
    let Number(all) = db.one(push_patrolled(within(all, scope), place, kinds)).await?;
    let seen = sql!(
        "SELECT CAST(count(*) AS BIGINT) AS n FROM patrol_ticks t JOIN register_items i ON i.id = t.item WHERE TRUE"
    )
    .push_value(" AND t.list = ", list)
    .push_value(" AND t.round = ", round);
    let Number(seen) = db.one(push_patrolled(within(seen, scope), place, kinds)).await?;
    Ok((all, seen))
}
