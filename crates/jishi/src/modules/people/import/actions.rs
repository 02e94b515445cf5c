//! Writing what a file of units says, in one transaction.

use std::collections::{HashMap, HashSet};

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::{
    super::{duties::Duties, model::UnitRecord, store},
    rules::{self, Line, UnitRow},
};
use crate::{
    modules::{App, regions},
    platform::{
        access::Unit,
        idempotency,
        import::{Mode, Report, RowError, Writer},
        live::Topic,
        trail::{self, Entry},
    },
};

/// Brings in units from a file with the columns `id_hint,name_zh,name_en,duty,level,region,parent,phone`, or says what
/// that would do. A unit is recognised by its `id_hint`, so that a file can be brought in again.
///
/// # Errors
/// `internal` when the database fails; mistakes in the file are in the report.
pub async fn import_units(app: &App, writer: Writer, csv: &[u8], mode: Mode) -> Result<Report> {
    let (rows, unreadable) = rules::units(csv, &Duties::in_force(app).await?);
    if !unreadable.is_empty() {
        let places = rows.iter().map(|line| (line.line, &line.row.region));
        let wrong = wrong_places(&mut app.db.read().await?, &writer, places).await?;
        return Ok(Report::refused([unreadable, wrong].concat()));
    }
    let now = app.now();
    let rows: Vec<(Line<UnitRow>, Id<Unit>)> = rows.into_iter().map(|line| (line, Id::new(now, &app.chance))).collect();
    let key = match mode {
        Mode::Dry => return Ok(plan(&mut app.db.read().await?, &writer, &rows).await?.report),
        Mode::Write(key) => key,
    };
    let report = app
        .db
        .write(async move |mut tx: Tx| {
            let Plan { new, changed, report } = plan(&mut tx, &writer, &rows).await?;
            if !report.errors.is_empty() {
                return Ok(report);
            }
            if let Some(before) = idempotency::claim(&mut tx, &key, &report.pack(), now).await? {
                return Ok(Report::unpack(&before));
            }
            store::insert_units(&mut tx, &new).await?;
            for unit in &changed {
                if !store::update_unit(&mut tx, unit).await? {
                    return Err(Error::new(Code::RecordChanged));
                }
            }
            record(&mut tx, now, &writer, "units.imported", &report).await?;
            Ok(report)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(report)
}

/// What would be written.
struct Plan {
    new: Vec<(Option<String>, UnitRecord)>,
    changed: Vec<UnitRecord>,
    report: Report,
}

async fn plan(db: &mut Conn, writer: &Writer, rows: &[(Line<UnitRow>, Id<Unit>)]) -> Result<Plan> {
    let lines: Vec<&Line<UnitRow>> = rows.iter().map(|(line, _)| line).collect();
    let named = lines.iter().flat_map(|line| std::iter::once(&line.row.code).chain(line.row.parent.as_ref()));
    let named: Vec<&str> = named.map(String::as_str).collect::<HashSet<_>>().into_iter().collect();
    let known = store::units_by_code(db, &named).await?;
    let (order, mut mistakes) = rules::parents_first(&lines, &known.keys().cloned().collect());
    mistakes.extend(wrong_places(db, writer, lines.iter().map(|line| (line.line, &line.row.region))).await?);
    mistakes.extend(lines.iter().filter_map(|line| moved(line, known.get(&line.row.code))));
    let mut plan = Plan { new: Vec::new(), changed: Vec::new(), report: Report::refused(mistakes) };
    if !plan.report.errors.is_empty() {
        return Ok(plan);
    }
    let mut by_code: HashMap<&str, Id<Unit>> = known.iter().map(|(code, unit)| (code.as_str(), unit.id)).collect();
    for (line, id) in rows {
        by_code.entry(&line.row.code).or_insert(*id);
    }
    for UnitRow { code, names, duty, level, region, parent, phone } in
        order.iter().filter_map(|index| Some(&lines.get(*index)?.row))
    {
        let Some(id) = by_code.get(code.as_str()).copied() else { continue };
        let parent = parent.as_deref().and_then(|parent| by_code.get(parent).copied());
        let (names, duty, region, phone) = (names.clone(), duty.clone(), region.clone(), phone.clone());
        let unit = UnitRecord { id, names, duty, level: *level, region, parent, phone, until: None, version: 1 };
        match known.get(code) {
            None => plan.new.push((Some(code.clone()), unit)),
            Some(old) if is_same(old, &unit) => plan.report.unchanged += 1,
            Some(old) => plan.changed.push(UnitRecord { version: old.version, until: old.until, ..unit }),
        }
    }
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    (plan.report.inserted, plan.report.changed) = (count(plan.new.len()), count(plan.changed.len()));
    Ok(plan)
}

fn is_same(old: &UnitRecord, new: &UnitRecord) -> bool {
    (&old.names, &old.duty, old.parent, &old.phone) == (&new.names, &new.duty, new.parent, &new.phone)
}

/// A unit that moves is a new unit, as in the form.
fn moved(line: &Line<UnitRow>, known: Option<&UnitRecord>) -> Option<RowError> {
    let old = known.filter(|old| old.region != line.row.region)?;
    let expected = format!("{} ({})", old.region, line.row.code);
    Some(RowError::new(line.line, &Error::field("region", Code::BadFormat).with("expected", expected)))
}

/// Places that do not exist, or are not the writer's.
pub(super) async fn wrong_places(
    db: &mut Conn,
    writer: &Writer,
    named: impl Iterator<Item = (i64, &RegionCode)>,
) -> Result<Vec<RowError>> {
    let named: Vec<(i64, &RegionCode)> = named.collect();
    let codes: Vec<&RegionCode> = named.iter().map(|(_, code)| *code).collect::<HashSet<_>>().into_iter().collect();
    let mut known = HashSet::new();
    for chunk in codes.chunks(500) {
        known.extend(regions::refs_unscoped(db, chunk.iter().copied()).await?.into_keys());
    }
    let wrong = named.into_iter().filter(|(_, code)| !known.contains(*code) || !writer.covers(code));
    Ok(wrong.map(|(line, _)| RowError::new(line, &Error::field("region", Code::UnknownRegion))).collect())
}

/// An import is one entry on the trail: what it brought is in the file.
pub(super) async fn record(
    tx: &mut Tx,
    now: Instant,
    writer: &Writer,
    kind: &'static str,
    report: &Report,
) -> Result<()> {
    let params = json!({ "inserted": report.inserted, "changed": report.changed, "unchanged": report.unchanged });
    let place = writer.scope.as_ref().and_then(|scope| scope.places.first());
    let entry = Entry { kind, object_kind: "import", object_id: kind.to_owned(), place, params };
    trail::record(tx, now, &writer.by, entry).await
}
