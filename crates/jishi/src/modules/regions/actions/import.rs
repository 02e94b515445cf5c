//! Importing places: all rows or none. Rows written: one a new place, one or two a changed one, one on the trail.

use std::io::Read;

use db::{Conn, Tx};
use kernel::{Chance, Code, Day, Error, Id, Instant, Names, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        model::Region,
        plan::{Change, Ground, Plan, Written, needed, plan},
        rows::{self, Drafts},
        store,
    },
    record, settled,
};
use crate::{
    modules::App,
    platform::{
        idempotency::{self, Key},
        import::{Mode, Report, Writer},
    },
};

/// Imports a CSV file of places for the command line and the demonstration, where there is no one to ask.
///
/// # Errors
/// `internal` when the file cannot be read or the database fails. Mistakes in rows are part of the report.
pub async fn import_csv(app: &App, mut reader: impl Read) -> Result<Report> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(Error::internal)?;
    run(app, Writer::platform(), bytes, None).await
}

/// Imports a CSV file of places, or says what that would do.
///
/// # Errors
/// `idempotency_mismatch`, or what the database refuses. Mistakes in rows are part of the report.
pub async fn import(app: &App, writer: Writer, csv: Vec<u8>, mode: Mode) -> Result<Report> {
    match mode {
        Mode::Write(key) => run(app, writer, csv, Some(key)).await,
        Mode::Dry => {
            let file = PlacesFile::read(csv).await?;
            let mut db = app.db.read().await?;
            Ok(said(&prepare(&mut db, file, &writer, &app.settings.region, app.today()).await?))
        }
    }
}

async fn run(app: &App, writer: Writer, csv: Vec<u8>, key: Option<Key>) -> Result<Report> {
    let file = PlacesFile::read(csv).await?;
    let (root, chance, now, today) = (app.settings.region.clone(), app.chance.clone(), app.now(), app.today());
    let write = async move |mut tx: Tx| {
        Ok(write(&mut tx, &writer, file, (&root, &chance), (now, today), key.as_ref()).await?.report)
    };
    let report = app.db.write(write).await?;
    settled(app).await?;
    Ok(report)
}

/// What a file says of places, read and not yet compared with those there are.
pub struct PlacesFile(Drafts);

impl PlacesFile {
    /// Reads a file on a thread of its own: a nation's names take a second to spell.
    ///
    /// # Errors
    /// `internal` when the reading panics; mistakes in the file are kept and told when it is written.
    pub async fn read(csv: Vec<u8>) -> Result<Self> {
        let read = tokio::task::spawn_blocking(move || rows::read(&csv)).await;
        read.map_err(Error::internal).map(Self)
    }
}

/// What a file of places did, and what was there before.
#[derive(Debug, Default)]
pub struct PlacesDone {
    /// The numbers, or the mistakes.
    pub report: Report,
    /// Places that are new.
    pub made: Vec<RegionCode>,
    /// Places that changed, as they were.
    pub before: Vec<Written>,
}

/// Brings in places from a file, inside a transaction that does more; afterwards [`refresh`](super::super::refresh).
///
/// # Errors
/// `internal` when the database fails; mistakes in the file are in the report.
pub async fn places_in(
    tx: &mut Tx,
    writer: &Writer,
    file: PlacesFile,
    (root, chance): (&RegionCode, &Chance),
    (now, today): (Instant, Day),
) -> Result<PlacesDone> {
    write(tx, writer, file, (root, chance), (now, today), None).await
}

async fn write(
    tx: &mut Tx,
    writer: &Writer,
    file: PlacesFile,
    (root, chance): (&RegionCode, &Chance),
    (now, today): (Instant, Day),
    key: Option<&Key>,
) -> Result<PlacesDone> {
    let plan = prepare(tx, file, writer, root, today).await?;
    let report = said(&plan);
    if !report.errors.is_empty() {
        return Ok(PlacesDone { report, ..PlacesDone::default() });
    }
    if let Some(key) = key
        && let Some(before) = idempotency::claim(tx, key, &report.pack(), now).await?
    {
        return Ok(PlacesDone { report: Report::unpack(&before), ..PlacesDone::default() });
    }
    let made = plan.new.iter().map(|place| place.code.clone()).collect();
    let before = plan.changes.iter().map(|change| Written::from(&change.before)).collect();
    if report.inserted + report.changed > 0 {
        apply(tx, plan, now, chance).await?;
        let params = json!({"inserted": report.inserted, "changed": report.changed});
        record(tx, writer, now, "regions.imported", root, params).await?;
    }
    Ok(PlacesDone { report, made, before })
}

/// Takes back what an import brought: new places are removed, others are as they were. Told is what is in use by now: then
/// the caller gives the whole transaction up. Afterwards [`refresh`](super::super::refresh).
///
/// # Errors
/// `internal` when the database fails.
pub async fn undo_places_in(
    tx: &mut Tx,
    writer: &Writer,
    (made, before): (&[RegionCode], &[Written]),
    root: &RegionCode,
    (now, today): (Instant, Day),
) -> Result<Vec<Names>> {
    let mut used = 0;
    for code in made.iter().rev() {
        used += i64::from(!store::remove(tx, code).await?);
    }
    for old in before {
        let current = store::get_unscoped(tx, &old.code, today).await?;
        let end = (current.valid_until, current.successor.as_ref());
        if !store::update(tx, &current, old, end).await? {
            return Err(Error::new(Code::RecordChanged));
        }
    }
    let params = json!({"removed": made.len(), "restored": before.len()});
    record(tx, writer, now, "regions.imported", root, params).await?;
    let told = Names::new(
        format!("{used} 个地方已有边界、点位或下级"),
        format!("{used} places have boundaries, spots or places in them"),
    );
    Ok(if used > 0 { vec![told] } else { Vec::new() })
}

/// What the rows in order would do, with the mistakes of the others beside: all that is wrong is told at once.
async fn prepare(db: &mut Conn, file: PlacesFile, writer: &Writer, root: &RegionCode, today: Day) -> Result<Plan> {
    let PlacesFile(Drafts { drafts, errors, spoiled }) = file;
    let existing = store::all_of_unscoped(db, &needed(&drafts), today).await?;
    let mut plan = plan(drafts, Ground { existing, spoiled, root, scope: writer.scope.as_ref(), today });
    plan.errors.extend(errors);
    plan.errors.sort_by_key(|error| error.line);
    Ok(plan)
}

fn said(plan: &Plan) -> Report {
    if !plan.errors.is_empty() {
        return Report { errors: plan.errors.clone(), ..Report::default() };
    }
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    Report {
        inserted: count(plan.new.len()),
        changed: count(plan.changes.len()),
        unchanged: plan.unchanged,
        errors: Vec::new(),
    }
}

/// Writes what was planned.
pub(super) async fn apply(tx: &mut Tx, plan: Plan, now: Instant, chance: &Chance) -> Result<()> {
    // Ids of one moment are random; in order, a nation's worth is appended to their index instead of strewn over it.
    let mut ids: Vec<Id<Region>> = plan.new.iter().map(|_| Id::new(now, chance)).collect();
    ids.sort();
    let new: Vec<_> = ids.into_iter().zip(plan.new).collect();
    store::insert(tx, &new).await?;
    for Change { before, after, from } in plan.changes {
        if before.place.names.zh() != after.names.zh() {
            store::keep_former(tx, &before, from).await?;
        }
        if !store::update(tx, &before, &after, (before.valid_until, before.successor.as_ref())).await? {
            return Err(Error::internal("a place changed under an import"));
        }
    }
    Ok(())
}
