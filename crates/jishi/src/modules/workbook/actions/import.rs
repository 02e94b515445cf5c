//! Bringing a workbook in: all of it or nothing.

use std::sync::Arc;

use db::Tx;
use kernel::{Code, Error, Id, Result};
use serde_json::json;

use super::{
    super::{
        model::{Counts, Import, Imported, Journal, SheetReport},
        read, store,
    },
    Bringer, Writers,
    bringing::Bringing,
};
use crate::{
    modules::{SharedApp, regions},
    platform::{
        idempotency,
        import::Mode,
        live::Topic,
        trail::{self, Entry},
    },
};

/// Brings a workbook in, or says what that would do. With mistakes nothing is written.
///
/// # Errors
/// `forbidden`; a field error on `file` when it is no workbook; what the database refuses. Mistakes in cells are in the
/// answer.
pub async fn import(app: &SharedApp, bringer: Bringer, file: String, bytes: Vec<u8>, mode: Mode) -> Result<Imported> {
    let writers = Arc::new(Writers::new(&bringer)?);
    let read = tokio::task::spawn_blocking(move || read::workbook(&bytes)).await;
    let tables = Arc::new(read.map_err(Error::internal)??);
    let (rehearsing, of, by) = (Arc::clone(app), Arc::clone(&tables), Arc::clone(&writers));
    let rehearse = async move |mut tx: Tx| {
        let mut bringing = Bringing::new(&rehearsing, &by, true);
        bringing.all(&mut tx, &of).await?;
        Ok(bringing.done())
    };
    let (rehearsed, _) = app.db.rehearse(rehearse).await?;
    let rehearsed = Imported { id: None, sheets: rehearsed };
    let key = match mode {
        Mode::Write(key) if rehearsed.is_sound() => key,
        _ => return Ok(rehearsed),
    };
    let writing = Arc::clone(app);
    let id = Id::new(app.now(), &app.chance);
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), writing.now()).await? {
            return Ok((earlier.parse().map_err(Error::internal)?, rehearsed.sheets));
        }
        let mut bringing = Bringing::new(&writing, &writers, false);
        bringing.all(&mut tx, &tables).await?;
        let now = bringing.now;
        let (sheets, journal) = bringing.done();
        if sheets.iter().any(|sheet| !sheet.errors.is_empty()) {
            // Someone was faster between the rehearsal and this.
            return Err(Error::new(Code::RecordChanged));
        }
        let region = writers.home(&writing.settings.region);
        let import =
            Import { id, at: now, person: writers.by.person, region, file, counts: counts(&sheets), undone_at: None };
        record(&mut tx, &writers, &import, &journal).await?;
        Ok((id, sheets))
    };
    let (id, sheets) = app.db.write(write).await?;
    regions::refresh(app).await?;
    app.live.hint(Topic::Records);
    Ok(Imported { id: Some(id), sheets })
}

fn counts(sheets: &[SheetReport]) -> Vec<Counts> {
    let count = |sheet: &SheetReport| Counts {
        sheet: sheet.sheet.key.to_owned(),
        inserted: sheet.inserted,
        changed: sheet.changed,
        posts: Some(sheet.posts),
    };
    sheets.iter().map(count).collect()
}

async fn record(tx: &mut Tx, writers: &Writers, import: &Import, journal: &Journal) -> Result<()> {
    store::insert(tx, import, journal).await?;
    let (kind, object_id) = ("workbook.imported", import.id.to_string());
    let params = json!({ "file": import.file, "counts": import.counts });
    let place = Some(&import.region);
    trail::record(tx, import.at, &writers.by, Entry { kind, object_kind: "import", object_id, place, params }).await
}
