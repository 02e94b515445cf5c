//! A list as CSV, streamed: constant memory whatever its length.

use std::io;

use futures::{Stream, StreamExt};
use kernel::{Instant, Lang, Level, Names};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{filter::CaseFilter, model::Case, shapes::CaseRow, store, views};
use crate::{
    modules::{SharedApp, register},
    platform::access::Scope,
};

/// Rows whose names are read together.
const CHUNK: usize = 200;

/// The lines of the export, with a byte order mark so that spreadsheets know it is UTF-8.
pub fn lines(
    app: SharedApp,
    scope: &Scope,
    filter: &CaseFilter,
    lang: Lang,
) -> impl Stream<Item = io::Result<Vec<u8>>> + use<> {
    let sql = store::export(app.db.backend(), scope, filter);
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        if let Err(error) = write(&app, sql, lang, &sender).await {
            tracing::error!(%error, "an export broke off");
            let _ = sender.send(Err(io::Error::other("the export broke off"))).await;
        }
    });
    ReceiverStream::new(receiver)
}

async fn write(
    app: &SharedApp,
    sql: db::Sql,
    lang: Lang,
    out: &mpsc::Sender<io::Result<Vec<u8>>>,
) -> kernel::Result<()> {
    let heads: Vec<String> = views::export_heads().iter().map(|names| names.in_lang(lang).to_owned()).collect();
    let mut first = "\u{FEFF}".as_bytes().to_vec();
    first.extend(csv_lines(&[heads]));
    let mut names = app.db.read().await?;
    let cases = app.db.stream::<Case>(sql).await?;
    let mut chunks = std::pin::pin!(cases.chunks(CHUNK));
    let mut pending = Some(first);
    while let Some(chunk) = chunks.next().await {
        if let Some(head) = pending.take()
            && out.send(Ok(head)).await.is_err()
        {
            return Ok(());
        }
        let cases: Vec<Case> = chunk.into_iter().collect::<kernel::Result<_>>()?;
        let rows = views::rows(&mut names, app, &cases).await?;
        let records: Vec<Vec<String>> = rows.iter().map(|row| record(app, row, lang)).collect();
        if out.send(Ok(csv_lines(&records))).await.is_err() {
            return Ok(()); // the reader has gone
        }
    }
    if let Some(head) = pending {
        let _ = out.send(Ok(head)).await;
    }
    Ok(())
}

fn record(app: &SharedApp, row: &CaseRow, lang: Lang) -> Vec<String> {
    let say = |names: Names| names.in_lang(lang).to_owned();
    let place = |level: Level| {
        let region = match level {
            Level::County => &row.place.county,
            Level::Township => &row.place.township,
            Level::Village => &row.place.village,
            _ => &row.place.grid,
        };
        region.as_ref().map(|region| region.names.in_lang(lang).to_owned()).unwrap_or_default()
    };
    let time = |at: Option<Instant>| {
        at.map(|at| at.zoned(&app.settings.zone).strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
    };
    vec![
        row.number.clone(),
        say(row.status.names()),
        row.closed_how.map(|how| say(how.names())).unwrap_or_default(),
        say(row.urgency.names()),
        row.matter.as_ref().map(|matter| matter.names.in_lang(lang).to_owned()).unwrap_or_default(),
        row.summary.clone(),
        place(Level::County),
        place(Level::Township),
        place(Level::Village),
        place(Level::Grid),
        row.lead_unit.as_ref().map(|unit| unit.names.in_lang(lang).to_owned()).unwrap_or_default(),
        time(Some(row.received_at)),
        time(row.due_at),
        time(row.closed_at),
        row.item.as_ref().map(|item| register::label(item).in_lang(lang).to_owned()).unwrap_or_default(),
    ]
}

/// A cell that begins like a formula gets an apostrophe, or a spreadsheet would run it.
fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

fn csv_lines(records: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        // Writing to memory does not fail.
        let _ = writer.write_record(record.iter().map(|cell| safe(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_defused() {
        let text = String::from_utf8(csv_lines(&[vec!["=1+1".into(), "a,\"b\"".into()]])).unwrap();
        assert_eq!(text, "'=1+1,\"a,\"\"b\"\"\"\n");
    }
}
