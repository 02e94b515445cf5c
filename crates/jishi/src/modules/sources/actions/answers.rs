//! Answers going back: as a file in the source's own columns, and kept that they went.

use db::Tx;
use kernel::{Code, Error, Id, Lang, Page, Result};
use rust_xlsxwriter::XlsxError;
use serde_json::json;

use crate::{
    modules::{
        SharedApp,
        cases::{self, Answered, OrderFilter},
        sources::{
            model::{Carrier, HandBackRow, Source},
            store, writing,
        },
    },
    platform::{
        idempotency::{self, Key},
        live::Topic,
        mark::Mark,
        sheet::Sheet,
        trail::{self, Entry},
    },
};

/// Rows of a page while a file is written.
const TOGETHER: i64 = 100;

/// What sort of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A workbook.
    Xlsx,
    /// Text with commas.
    Csv,
}

/// A source's answers page by page, to the end.
struct Pages<'a> {
    app: &'a SharedApp,
    carrier: &'a Carrier,
    source: &'a Source,
    filter: &'a OrderFilter,
    page: Option<Page>,
}

impl<'a> Pages<'a> {
    fn new(app: &'a SharedApp, carrier: &'a Carrier, source: &'a Source, filter: &'a OrderFilter) -> Self {
        Self { app, carrier, source, filter, page: Some(Page { limit: TOGETHER, cursor: None }) }
    }

    async fn next(&mut self) -> Result<Option<Vec<Vec<String>>>> {
        let Some(page) = self.page.take() else { return Ok(None) };
        let mut db = self.app.db.read().await?;
        let listing = cases::answers(&mut db, self.app, &self.carrier.scope, self.filter, &page).await?;
        self.page = listing.next.map(|next| Page::parse(Some(TOGETHER), Some(&next))).transpose()?;
        let zone = &self.app.settings.zone;
        let row = |answer: &Answered| {
            self.source.answers.iter().map(|field| writing::cell(self.source, zone, answer, field)).collect()
        };
        Ok(Some(listing.rows.iter().map(row).collect()))
    }
}

/// What goes above the answers.
fn headings(source: &Source) -> Vec<&str> {
    source.answers.iter().map(|field| source.heading(field)).collect()
}

/// The answers as a workbook.
///
/// # Errors
/// `internal` when the database fails.
pub async fn answers_file(
    app: &SharedApp,
    carrier: &Carrier,
    source: &Source,
    filter: &OrderFilter,
    mark: &Mark,
) -> Result<Vec<u8>> {
    let (mut rows, mut pages) = (Vec::new(), Pages::new(app, carrier, source, filter));
    while let Some(more) = pages.next().await? {
        rows.extend(more);
    }
    let name = if mark.lang == Lang::Zh { "办理情况" } else { "Answers" };
    let broken = |error: XlsxError| Error::internal(error.to_string());
    writing::workbook((Some(mark), name), &headings(source), &rows).map_err(broken)
}

/// The answers line by line.
///
/// # Errors
/// `internal` when the database fails.
pub async fn answers_lines(
    app: SharedApp,
    carrier: Carrier,
    source: Source,
    filter: OrderFilter,
    mut sheet: Sheet,
) -> Result<Sheet> {
    sheet.line(&headings(&source)).await;
    let mut pages = Pages::new(&app, &carrier, &source, &filter);
    while let Some(rows) = pages.next().await? {
        for row in rows {
            if !sheet.line(&row.iter().map(String::as_str).collect::<Vec<_>>()).await {
                return Ok(sheet); // the reader has gone
            }
        }
    }
    Ok(sheet)
}

/// Keeps that the answers waiting, or these of them, are handed back as they stand; what changes later waits again.
///
/// # Errors
/// `nothing_to_hand_back`.
pub async fn hand_back(
    app: &SharedApp,
    carrier: &Carrier,
    filter: OrderFilter,
    numbers: Option<Vec<String>>,
    key: Key,
) -> Result<HandBackRow> {
    let (now, carrier) = (app.now(), carrier.clone());
    let id = Id::new(now, &app.chance);
    let person = carrier.by.person;
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), now).await? {
            let earlier = earlier.parse().map_err(Error::internal)?;
            return store::hand_back(&mut tx, &carrier, earlier).await;
        }
        let filter = OrderFilter { is_waiting: true, ..filter };
        let count = cases::hand_back(&mut tx, id, &carrier.scope, &filter, numbers.as_deref(), now).await?;
        let row = HandBackRow { id, at: now, person, count: i64::try_from(count).unwrap_or(i64::MAX) };
        if row.count == 0 {
            return Err(Error::new(Code::NothingToHandBack));
        }
        store::insert_hand_back(&mut tx, &carrier, &filter.source, &row).await?;
        let (kind, object_id, place) = ("source.handed_back", id.to_string(), Some(&carrier.home));
        let params = json!({ "source": filter.source, "count": row.count });
        trail::record(&mut tx, now, &carrier.by, Entry { kind, object_kind: "hand_back", object_id, place, params })
            .await?;
        Ok(row)
    };
    let row = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(row)
}
