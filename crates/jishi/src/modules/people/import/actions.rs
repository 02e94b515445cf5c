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
        idempotency::{self, Key},
        import::{Mode, Report, RowError, Writer},
        live::Topic,
        trail::{self, Entry},
    },
};

/// What a file says of units, read and not yet compared with those there are.
pub struct UnitsFile {
    rows: Vec<(Line<UnitRow>, Id<Unit>)>,
    unreadable: Vec<RowError>,
}

impl UnitsFile {
    /// Reads a file with the columns `id_hint,name_zh,name_en,duty,level,region,parent,phone`.
    ///
    /// # Errors
    /// `internal` when the database fails; mistakes in the file are kept and told when it is written.
    pub async fn read(app: &App, csv: &[u8]) -> Result<Self> {
        let (rows, unreadable) = rules::units(csv, &Duties::in_force(app).await?);
        let now = app.now();
        let rows = rows.into_iter().map(|line| (line, Id::new(now, &app.chance))).collect();
        Ok(Self { rows, unreadable })
    }

    /// All that is wrong with a file that cannot be read as a whole.
    async fn refusal(&self, db: &mut Conn, writer: &Writer) -> Result<Option<Report>> {
        if self.unreadable.is_empty() {
            return Ok(None);
        }
        let places = self.rows.iter().map(|(line, _)| (line.line, &line.row.region));
        let wrong = wrong_places(db, writer, places).await?;
        let codes: Vec<&str> = self.rows.iter().map(|(line, _)| line.row.code.as_str()).collect();
        let known = store::units_by_code(db, &codes).await?;
        let moved = self.rows.iter().filter_map(|(line, _)| moved(line, known.get(&line.row.code))).collect();
        Ok(Some(Report::refused([self.unreadable.clone(), wrong, moved].concat())))
    }
}

/// What a file of units did, and what was there before.
#[derive(Debug, Default)]
pub struct UnitsDone {
    /// The numbers, or the mistakes.
    pub report: Report,
    /// Units that are new.
    pub made: Vec<Id<Unit>>,
    /// Units that changed, as they were.
    pub before: Vec<UnitRecord>,
}

/// Brings in units from a file, or says what that would do. A unit is recognised by its `id_hint`, so that a file can be
/// brought in again.
///
/// # Errors
/// `internal` when the database fails; mistakes in the file are in the report.
pub async fn import_units(app: &App, writer: Writer, csv: &[u8], mode: Mode) -> Result<Report> {
    let file = UnitsFile::read(app, csv).await?;
    let now = app.now();
    if let Some(refused) = file.refusal(&mut app.db.read().await?, &writer).await? {
        return Ok(refused);
    }
    let key = match mode {
        Mode::Dry => return Ok(plan(&mut app.db.read().await?, &writer, &file.rows).await?.report),
        Mode::Write(key) => key,
    };
    let write = async move |mut tx: Tx| Ok(write_units(&mut tx, &writer, &file, now, Some(&key)).await?.report);
    let report = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(report)
}

/// Brings in units from a file, inside a transaction that does more.
///
/// # Errors
/// `record_changed`, or `internal` when the database fails; mistakes in the file are in the report.
pub async fn units_in(tx: &mut Tx, writer: &Writer, file: &UnitsFile, now: Instant) -> Result<UnitsDone> {
    match file.refusal(tx, writer).await? {
        Some(report) => Ok(UnitsDone { report, ..UnitsDone::default() }),
        None => write_units(tx, writer, file, now, None).await,
    }
}

async fn write_units(
    tx: &mut Tx,
    writer: &Writer,
    file: &UnitsFile,
    now: Instant,
    key: Option<&Key>,
) -> Result<UnitsDone> {
    let Plan { new, changed, before, report } = plan(tx, writer, &file.rows).await?;
    if !report.errors.is_empty() {
        return Ok(UnitsDone { report, ..UnitsDone::default() });
    }
    if let Some(key) = key
        && let Some(earlier) = idempotency::claim(tx, key, &report.pack(), now).await?
    {
        return Ok(UnitsDone { report: Report::unpack(&earlier), ..UnitsDone::default() });
    }
    store::insert_units(tx, &new).await?;
    for unit in &changed {
        if !store::update_unit(tx, unit).await? {
            return Err(Error::new(Code::RecordChanged));
        }
    }
    record(tx, now, writer, "units.imported", &report).await?;
    Ok(UnitsDone { report, made: new.into_iter().map(|(_, unit)| unit.id).collect(), before })
}

/// What would be written.
struct Plan {
    new: Vec<(Option<String>, UnitRecord)>,
    changed: Vec<UnitRecord>,
    before: Vec<UnitRecord>,
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
    let mut plan = Plan { new: Vec::new(), changed: Vec::new(), before: Vec::new(), report: Report::refused(mistakes) };
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
            Some(old) => {
                plan.changed.push(UnitRecord { version: old.version, until: old.until, ..unit });
                plan.before.push(old.clone());
            }
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
