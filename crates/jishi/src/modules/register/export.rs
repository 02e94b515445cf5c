//! The list as a file: the columns of an import, so that what was taken out can be mended and brought in again.

use std::sync::Arc;

use db::Conn;
use futures::StreamExt;
use kernel::{Code, Error, Lang, Result};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{
    import::{COLUMNS, heading},
    listing::ItemFilter,
    model::{Item, ItemKind},
    rules, store,
    views::{ItemRow, Referred},
};
use crate::{
    modules::SharedApp,
    platform::{
        access::Scope,
        book,
        mark::Mark,
        sheet::{Sheet, head},
    },
};

/// Rows whose names are read together.
const TOGETHER: usize = 200;
/// Rows of a workbook at most: it is put together in memory. Longer lists are streamed as text.
pub const WORKBOOK_MAX: usize = 20_000;

/// The kinds whose own columns stand in a file: one, where the list is of one.
fn own_kind(app: &SharedApp, filter: &ItemFilter) -> Option<Arc<ItemKind>> {
    app.register.kinds().kind(filter.kind.as_deref()?).cloned()
}

fn heads(kind: Option<&ItemKind>, lang: Lang) -> Vec<String> {
    let name = |names: &[&'static str; 2]| if lang == Lang::Zh { names[0] } else { names[1] };
    let own = kind.into_iter().flat_map(|kind| &kind.fields).map(|field| heading(field, lang));
    COLUMNS.iter().map(|column| name(&column.name).to_owned()).chain(own).collect()
}

fn cells(kind: Option<&ItemKind>, item: &Item, row: &ItemRow, lang: Lang) -> Vec<String> {
    let place = &row.place;
    let narrowest = [&place.micro_grid, &place.grid, &place.village, &place.township, &place.county];
    let code = narrowest.into_iter().flatten().next().map(|place| place.code.to_string());
    let mut sources: Vec<&str> = item.facts.values().map(|fact| fact.source.as_str()).collect();
    sources.dedup();
    let mut cells = vec![
        row.item.kind_names.in_lang(lang).to_owned(),
        item.number.clone().unwrap_or_default(),
        item.name.clone(),
        code.unwrap_or_default(),
        item.place_text.clone().unwrap_or_default(),
        item.point.map(|(lon, _)| lon.to_string()).unwrap_or_default(),
        item.point.map(|(_, lat)| lat.to_string()).unwrap_or_default(),
        row.owner.as_ref().map(|unit| unit.names.zh().to_owned()).unwrap_or_default(),
        item.begins_on.to_string(),
        sources.join("；"),
        row.as_of.map(|day| day.to_string()).unwrap_or_default(),
    ];
    for field in kind.into_iter().flat_map(|kind| &kind.fields) {
        let fact = item.facts.get(&field.code);
        // A number without its unit, which stands above it.
        let said = fact.map(|fact| match field.unit {
            Some(_) => fact.value.clone(),
            None => rules::said(field, &fact.value).in_lang(lang).to_owned(),
        });
        cells.push(said.unwrap_or_default());
    }
    cells
}

/// The cells of a chunk of rows, their names read together.
async fn records(
    app: &SharedApp,
    names: &mut Conn,
    kind: Option<&ItemKind>,
    chunk: Vec<Result<Item>>,
    lang: Lang,
) -> Result<Vec<Vec<String>>> {
    let items: Vec<Item> = chunk.into_iter().collect::<Result<_>>()?;
    let (referred, kinds, today) = (Referred::read(names, &items).await?, app.register.kinds(), app.today());
    Ok(items.iter().map(|item| cells(kind, item, &referred.row(&kinds, item, today), lang)).collect())
}

/// The list line by line.
///
/// # Errors
/// `internal` when the database fails.
pub async fn lines(app: SharedApp, scope: Scope, filter: ItemFilter, lang: Lang, mut sheet: Sheet) -> Result<Sheet> {
    let kind = own_kind(&app, &filter);
    sheet.line(&heads(kind.as_deref(), lang).iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<Item>(store::export(&scope, &filter)).await?.chunks(TOGETHER));
    while let Some(chunk) = chunks.next().await {
        for cells in records(&app, &mut names, kind.as_deref(), chunk, lang).await? {
            if !sheet.line(&cells.iter().map(String::as_str).collect::<Vec<_>>()).await {
                return Ok(sheet); // the reader has gone
            }
        }
    }
    Ok(sheet)
}

/// The list as a workbook.
///
/// # Errors
/// `export_too_long`; `internal` when the database fails.
pub async fn workbook(app: &SharedApp, scope: &Scope, filter: &ItemFilter, mark: &Mark) -> Result<Vec<u8>> {
    let (kind, mut rows, lang) = (own_kind(app, filter), Vec::new(), mark.lang);
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<Item>(store::export(scope, filter)).await?.chunks(TOGETHER));
    while let Some(chunk) = chunks.next().await {
        rows.extend(records(app, &mut names, kind.as_deref(), chunk, lang).await?);
        if rows.len() > WORKBOOK_MAX {
            let max = i64::try_from(WORKBOOK_MAX).unwrap_or(i64::MAX);
            return Err(Error::new(Code::ExportTooLong).with("max", max));
        }
    }
    written(&heads(kind.as_deref(), lang), &rows, mark).map_err(|error: XlsxError| Error::internal(error.to_string()))
}

fn written(heads: &[String], rows: &[Vec<String>], mark: &Mark) -> Result<Vec<u8>, XlsxError> {
    let (plain, bold) = (Format::new().set_num_format("@"), head());
    let mut file = Workbook::new();
    book::sign(&mut file, mark);
    let sheet = file.add_worksheet();
    sheet.set_name(if mark.lang == Lang::Zh { "基础台账" } else { "Register" })?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, text) in (0..).zip(heads) {
        sheet.set_column_width(column, 16)?;
        sheet.write_string_with_format(0, column, text, &bold)?;
    }
    for (at, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string_with_format(at, column, cell, &plain)?;
        }
    }
    file.save_to_buffer()
}
