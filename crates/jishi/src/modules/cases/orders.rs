//! 来源工单: reports that came in elsewhere first and have a number there, and what goes back of them.

use db::Conn;
use kernel::{Cursor, Id, Instant, Listing, Names, Page, Result};
use serde::Serialize;

use super::{
    model::{Case, Outcome, Verdict},
    shapes::CaseRow,
    store::{self, OrderRow},
    whole::Whole,
};
use crate::{modules::App, platform::access::Scope};

/// 导入: a file of orders. Only the marker of an id: the record belongs to the sources module.
#[derive(Debug)]
pub struct Intake;
/// 交回: a file of answers. Only the marker of an id: the record belongs to the sources module.
#[derive(Debug)]
pub struct HandBack;

/// 来源编号: the number a report has where it came from.
#[derive(Clone, Debug)]
pub struct Alias {
    /// Code of the source.
    pub source: String,
    /// Its names.
    pub names: Names,
    /// The number, unique within the source.
    pub number: String,
    /// When it came in there.
    pub received_at: Instant,
    /// Tells whether the same number comes again with other content.
    pub content: Vec<u8>,
    /// The source's own words that go back to it; nothing of the person's.
    pub cells: serde_json::Value,
    /// The file it came in with.
    pub intake: Option<Id<Intake>>,
}

/// A number that a case has elsewhere, as its readers see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CaseAlias)]
pub struct AliasView {
    /// Code of the source.
    pub source: String,
    /// Its names.
    pub names: Names,
    /// The number there.
    pub number: String,
}

/// An order that is here already.
#[derive(Debug)]
pub struct Known {
    /// Its number at the source.
    pub number: String,
    /// What it was made of.
    pub content: Vec<u8>,
    /// The file it came in with.
    pub intake: Option<Id<Intake>>,
    /// The case it stands behind.
    pub case: Case,
}

/// Which orders of a source.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// Code of the source.
    pub source: String,
    /// Only those with something to hand back.
    pub is_waiting: bool,
    /// Only those that went out with this hand-back.
    pub hand_back: Option<Id<HandBack>>,
    /// Came in there then or later.
    pub from: Option<Instant>,
    /// Came in there before.
    pub before: Option<Instant>,
}

/// An order with its answer.
#[derive(Debug)]
pub struct Answered {
    /// Its number at the source.
    pub number: String,
    /// The source's own words that go back to it.
    pub cells: serde_json::Value,
    /// When it came in there.
    pub came_at: Instant,
    /// When an answer last went back.
    pub handed_at: Option<Instant>,
    /// What the resident said.
    pub verdict: Option<Verdict>,
    /// What the handler claims.
    pub outcome: Option<Outcome>,
    /// What the resident was told.
    pub reply: Option<String>,
    /// When something last happened.
    pub changed_at: Instant,
    /// Who led the work: more than one where the order was split.
    pub units: Vec<Names>,
    /// The case as a list shows it.
    pub row: CaseRow,
}

impl Answered {
    /// Puts orders together with the names they refer to and the words that answered them, of all their parts.
    async fn read(db: &mut Conn, app: &App, orders: Vec<OrderRow>) -> Result<Vec<Self>> {
        let whole = Whole::read(db, app, &orders).await?;
        Ok(orders.into_iter().filter_map(|order| whole.answer(order)).collect())
    }
}

/// A page of a source's orders within the scope, the newest first.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn answers(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    filter: &OrderFilter,
    page: &Page,
) -> Result<Listing<Answered>> {
    let count = store::orders_count(db, scope, filter).await?;
    let orders = store::orders_page(db, scope, filter, page).await?;
    let listing = Listing::new(orders, page, count, |order| Cursor::pack(&(order.received_at, &order.number)));
    let Listing { rows, next, count, count_capped } = listing;
    Ok(Listing { rows: Answered::read(db, app, rows).await?, next, count, count_capped })
}

/// Seconds after which nobody commits a change that happened before: what is younger is read next time.
const SETTLED_SECONDS: i64 = 10;

/// A source's orders in the order of their last change: whoever goes on behind the cursor misses nothing and sees again
/// what changed since. Also on the last page there is a cursor to go on from.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn changes(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    source: &str,
    page: &Page,
) -> Result<(Vec<Answered>, Option<String>)> {
    let filter = OrderFilter { source: source.to_owned(), ..OrderFilter::default() };
    let until = app.now().plus_seconds(-SETTLED_SECONDS);
    let mut orders = store::orders_changed(db, scope, &filter, until, page).await?;
    orders.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    let last = orders.last().map(|order| Cursor::pack(&(order.changed_at, &order.number)));
    let next = last.or_else(|| page.cursor.clone()).map(Cursor::into_string);
    Ok((Answered::read(db, app, orders).await?, next))
}
