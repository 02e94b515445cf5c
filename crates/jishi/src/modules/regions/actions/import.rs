//! Importing places: all rows or none. Rows written: one a new place, one or two a changed one, one on the trail.

use std::io::Read;

use db::{Conn, Tx};
use kernel::{Chance, Day, Error, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        model::Region,
        plan::{Change, Ground, Plan, needed, plan},
        rows::{self, Draft},
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
            let (drafts, mut report) = read(csv).await?;
            if report.errors.is_empty() {
                let mut db = app.db.read().await?;
                report = said(&prepare(&mut db, drafts, &writer, &app.settings.region, app.today()).await?);
            }
            Ok(report)
        }
    }
}

async fn run(app: &App, writer: Writer, csv: Vec<u8>, key: Option<Key>) -> Result<Report> {
    let (drafts, report) = read(csv).await?;
    if !report.errors.is_empty() {
        return Ok(report);
    }
    let (root, chance, now, today) = (app.settings.region.clone(), app.chance.clone(), app.now(), app.today());
    let report = app
        .db
        .write(async move |mut tx| {
            let plan = prepare(&mut tx, drafts, &writer, &root, today).await?;
            let report = said(&plan);
            if !report.errors.is_empty() {
                return Ok(report);
            }
            if let Some(key) = key
                && let Some(before) = idempotency::claim(&mut tx, &key, &report.pack(), now).await?
            {
                return Ok(Report::unpack(&before));
            }
            if report.inserted + report.changed > 0 {
                apply(&mut tx, plan, now, &chance).await?;
                let params = json!({"inserted": report.inserted, "changed": report.changed});
                record(&mut tx, &writer, now, "regions.imported", &root, params).await?;
            }
            Ok(report)
        })
        .await?;
    settled(app).await?;
    Ok(report)
}

/// Reads the file on a thread of its own: a nation's names take a second to spell.
async fn read(csv: Vec<u8>) -> Result<(Vec<Draft>, Report)> {
    let (drafts, errors) = tokio::task::spawn_blocking(move || rows::read(&csv)).await.map_err(Error::internal)?;
    Ok((drafts, Report { errors, ..Report::default() }))
}

async fn prepare(db: &mut Conn, drafts: Vec<Draft>, writer: &Writer, root: &RegionCode, today: Day) -> Result<Plan> {
    let existing = store::all_of_unscoped(db, &needed(&drafts), today).await?;
    Ok(plan(drafts, Ground { existing, root, scope: writer.scope.as_ref(), today }))
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
