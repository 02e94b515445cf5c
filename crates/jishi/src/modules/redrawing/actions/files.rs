//! Files of boundaries: a border that moved by a file takes with it what lies there, as one that was drawn.

use db::Tx;
use kernel::{Error, Names, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    super::past::{Counts, Kept, Step, Way},
    keep,
};
use crate::{
    modules::{
        App, SharedApp, cases,
        regions::{self, Along, BoundaryFile, Drawn, Finding, ShapefileRead},
        register,
    },
    platform::{
        idempotency::{self, Key},
        import::{Mode, Report, Writer},
        live::Topic,
    },
};

/// What a file of boundaries did, or would do.
#[derive(Debug, Default)]
pub struct BoundariesDone {
    /// The numbers, or the mistakes; with mistakes nothing was written.
    pub report: Report,
    /// What went along.
    pub moved: Moved,
    /// What does not fit: a warning, for no border is known to the metre.
    pub findings: Vec<Finding>,
}

/// How much went along with borders that moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Open cases.
    pub cases: i64,
    /// Things of the register.
    pub items: i64,
    /// Signs.
    pub signs: i64,
}

/// Imports boundaries, or says what that would do: the same work in a transaction that is undone.
///
/// # Errors
/// `idempotency_mismatch`, `too_many_cases`, or what the database refuses. Mistakes in features are part of the report.
pub async fn import_boundaries(
    app: &SharedApp,
    (writer, name): (Writer, Names),
    geojson: Value,
    mode: Mode,
) -> Result<BoundariesDone> {
    let file = match regions::read_boundaries(geojson).await? {
        Ok(file) => file,
        Err(errors) => return Ok(BoundariesDone { report: Report::refused(errors), ..BoundariesDone::default() }),
    };
    let shared = SharedApp::clone(app);
    let key = match mode {
        Mode::Dry => None,
        Mode::Write(key) => Some(key),
    };
    let is_trial = key.is_none();
    let work = async move |mut tx: Tx| carry_out(&mut tx, &shared, (&writer, &name), &file, key.as_ref()).await;
    let (done, drawn) = if is_trial { app.db.rehearse(work).await? } else { app.db.write(work).await? };
    if !is_trial {
        regions::refresh(app).await?;
        app.live.hint(Topic::Records);
        app.live.hint(Topic::Cases);
    }
    let findings = tokio::task::spawn_blocking(move || drawn.findings()).await.map_err(Error::internal)?;
    Ok(BoundariesDone { findings, ..done })
}

/// Imports the boundaries of a zipped Shapefile, or says what that would do; also how the file leads to places.
///
/// # Errors
/// A field error on `file` or `column`; as [`import_boundaries`].
pub async fn import_shapefile(
    app: &SharedApp,
    (writer, name): (Writer, Names),
    file: (Vec<u8>, String),
    column: Option<String>,
    mode: Mode,
) -> Result<(ShapefileRead, BoundariesDone)> {
    let mut read = regions::read_shapefile(app, &writer, file, column).await?;
    let done = match std::mem::replace(&mut read.features, Err(Vec::new())) {
        Ok(features) => import_boundaries(app, (writer, name), features, mode).await?,
        Err(errors) => BoundariesDone { report: Report::refused(errors), ..BoundariesDone::default() },
    };
    Ok((read, done))
}

async fn carry_out(
    tx: &mut Tx,
    app: &App,
    (writer, name): (&Writer, &Names),
    file: &BoundaryFile,
    key: Option<&Key>,
) -> Result<(BoundariesDone, Drawn)> {
    let compared = regions::compare_boundaries(tx, file, writer, app.today()).await?;
    if !compared.report.errors.is_empty() {
        return Ok((BoundariesDone { report: compared.report, ..BoundariesDone::default() }, Drawn::default()));
    }
    if let Some(key) = key
        && let Some(earlier) = idempotency::claim(tx, key, "", app.now()).await?
    {
        let (report, moved): (String, Moved) = serde_json::from_str(&earlier).map_err(Error::internal)?;
        let done = BoundariesDone { report: Report::unpack(&report), moved, ..BoundariesDone::default() };
        return Ok((done, Drawn::default()));
    }
    let at = (app.now(), app.today());
    let mut moved = Moved::default();
    let root = &app.settings.region;
    let (all, places, drawn) = regions::put_boundaries_in(tx, writer, (file, &compared), root, at).await?;
    let mut kept = Kept { places, ..Kept::default() };
    for (redrawn, spots) in all {
        moved.signs += i64::try_from(redrawn.spots.len()).map_err(Error::internal)?;
        let items = register::follow_in(tx, app, &writer.by, &redrawn).await?;
        moved.items += items.items;
        let cases = cases::follow_in(tx, app, (&writer.by, name), &redrawn).await?;
        moved.cases += cases.moved.iter().map(|moved| moved.by_point + moved.without_point).sum::<i64>();
        let along = Along { cases: cases.moves, items: items.moves, spots };
        kept.steps.push(Step { parent: redrawn.parent, along });
    }
    let changed = compared.report.inserted + compared.report.changed;
    let counts = Counts { changed, cases: moved.cases, items: moved.items, signs: moved.signs, ..Counts::default() };
    keep(tx, app, &writer.by, (Way::File, counts, &kept)).await?;
    if let Some(key) = key {
        let told = serde_json::to_string(&(compared.report.pack(), moved)).map_err(Error::internal)?;
        idempotency::conclude(tx, key, &told).await?;
    }
    Ok((BoundariesDone { report: compared.report, moved, ..BoundariesDone::default() }, drawn))
}
