//! The record as it is shown and exported.

use db::Conn;
use kernel::{Cursor, Day, Id, Lang, Listing, Page, Result};
use serde::Serialize;

use super::{
    model::{Cause, ErasureFilter, Line, What},
    store,
};
use crate::{
    modules::{
        App, SharedApp,
        matters::MatterRef,
        regions::{self, RegionRef},
    },
    platform::{
        access::{Actor, Permission, Scope},
        book::{self, Cell, Column, Rows},
    },
};

/// Whose deletions the actor sees: those of the places they protect or audit.
///
/// # Errors
/// `forbidden` when neither.
pub(super) fn seen_by(actor: &Actor) -> Result<Scope> {
    actor.require(Permission::ProtectionKeep).or_else(|_| actor.require(Permission::AuditRead))
}

/// What was erased of one sort in one place on one day.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ErasureRow {
    /// The line's identity; of nothing else.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Line>,
    /// On which day.
    day: Day,
    /// The township, or the narrowest place that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<RegionRef>,
    /// Which sort.
    what: What,
    /// Why.
    cause: Cause,
    /// Of which matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    matter: Option<MatterRef>,
    /// After which term, in days; none before it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<i64>,
    /// How many.
    n: i64,
}

/// A page of the record, the newest day first.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    filter: &ErasureFilter,
    page: &Page,
) -> Result<Listing<ErasureRow>> {
    let lines = store::page(db, scope, filter, page).await?;
    let count = store::count(db, scope, filter).await?;
    let listing = Listing::new(lines, page, count, |line: &Line| Cursor::pack(&(line.day, line.id)));
    let codes: Vec<_> = listing.rows.iter().map(|line| line.place.clone()).collect();
    let places = regions::refs_unscoped(db, &codes).await?;
    let catalogue = app.matters.catalogue();
    Ok(listing.map(|line| ErasureRow {
        id: line.id,
        day: line.day,
        place: places.get(&line.place).cloned(),
        what: line.what,
        cause: line.cause,
        matter: line.matter.as_deref().map(|matter| catalogue.matter_ref(matter, &line.place)),
        days: Some(line.days).filter(|days| *days > 0),
        n: line.n,
    }))
}

/// The columns in a reader's language.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("日期", "Day", 12),
        ("地点", "Place", 24),
        ("删除了什么", "What was erased", 24),
        ("事项", "Matter", 28),
        ("原因", "Why", 16),
        ("保存期限（天）", "Term (days)", 14),
        ("数量", "How many", 10),
    ];
    book::columns(lang, heads)
}

/// Hands the record over in batches of rows.
pub(super) async fn batches(
    app: SharedApp,
    (scope, filter): (Scope, ErasureFilter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, scope, filter) = (&app, &scope, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, scope, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| cells(row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(row: &ErasureRow, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::Text(row.day.to_string()),
        Cell::called(row.place.as_ref().map(|place| &place.names), lang),
        Cell::called(Some(&row.what.names()), lang),
        Cell::called(row.matter.as_ref().map(|matter| &matter.names), lang),
        Cell::called(Some(&row.cause.names()), lang),
        row.days.map_or_else(|| Cell::Text(String::new()), Cell::Number),
        Cell::Number(row.n),
    ]
}
