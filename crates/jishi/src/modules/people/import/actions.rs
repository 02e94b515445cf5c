//! Writing what the files say, in one transaction.

use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        login::hash_password,
        model::{PostDraft, PostRecord, UnitRecord},
        rules as post_rules,
        store::{self, NewPerson},
    },
    rules::{self, Line, Mistake, Report, StaffRow, UnitRow},
};
use crate::{
    modules::{App, regions},
    platform::{
        access::{Person, Post, Unit},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// Brings in units from a file with the columns `id_hint,name_zh,name_en,duty,level,region,parent,phone`. A unit is
/// recognised by its `id_hint`, so that a file can be brought in again.
///
/// # Errors
/// `internal` when the database fails; mistakes in the file are in the report.
pub async fn import_units(app: &App, csv: &[u8]) -> Result<Report> {
    let (rows, mistakes) = rules::units(csv);
    if !mistakes.is_empty() {
        return Ok(Report { mistakes, ..Report::default() });
    }
    let ids: Vec<Id<Unit>> = rows.iter().map(|_| Id::new(app.now(), &app.chance)).collect();
    let now = app.now();
    let report = app.db.write(async move |mut tx: Tx| write_units(&mut tx, rows, ids, now).await).await?;
    app.live.hint(Topic::Records);
    Ok(report)
}

async fn write_units(tx: &mut Tx, rows: Vec<Line<UnitRow>>, ids: Vec<Id<Unit>>, now: Instant) -> Result<Report> {
    let named = rows.iter().flat_map(|line| std::iter::once(&line.row.code).chain(line.row.parent.as_ref()));
    let named: Vec<&str> = named.map(String::as_str).collect::<HashSet<_>>().into_iter().collect();
    let known = store::units_by_code(tx, &named).await?;
    let (order, mut mistakes) = rules::parents_first(&rows, &known.keys().cloned().collect());
    mistakes.extend(unknown_regions(tx, rows.iter().map(|line| (line.line, &line.row.region))).await?);
    if !mistakes.is_empty() {
        return Ok(Report { mistakes, ..Report::default() });
    }
    let mut by_code: HashMap<&str, Id<Unit>> = known.iter().map(|(code, unit)| (code.as_str(), unit.id)).collect();
    for (line, id) in rows.iter().zip(&ids) {
        by_code.entry(&line.row.code).or_insert(*id);
    }
    let mut report = Report::default();
    let mut new = Vec::new();
    for UnitRow { code, names, duty, level, region, parent, phone } in
        order.iter().filter_map(|index| Some(&rows.get(*index)?.row))
    {
        let Some(id) = by_code.get(code.as_str()).copied() else { continue };
        let parent = parent.as_deref().and_then(|parent| by_code.get(parent).copied());
        let (names, duty, region, phone) = (names.clone(), duty.clone(), region.clone(), phone.clone());
        let unit = UnitRecord { id, names, duty, level: *level, region, parent, phone, until: None, version: 1 };
        match known.get(code) {
            None => new.push((Some(code.clone()), unit)),
            Some(old) if is_same(old, &unit) => report.unchanged += 1,
            Some(old) => {
                store::update_unit(tx, &UnitRecord { version: old.version, until: old.until, ..unit }).await?;
                report.changed += 1;
            }
        }
    }
    store::insert_units(tx, &new).await?;
    report.inserted = i64::try_from(new.len()).unwrap_or(i64::MAX);
    record(tx, now, "units.imported", &report).await?;
    Ok(report)
}

fn is_same(old: &UnitRecord, new: &UnitRecord) -> bool {
    (&old.names, &old.duty, old.parent, &old.phone) == (&new.names, &new.duty, new.parent, &new.phone)
}

async fn unknown_regions(tx: &mut Tx, named: impl Iterator<Item = (i64, &RegionCode)>) -> Result<Vec<Mistake>> {
    let named: Vec<(i64, &RegionCode)> = named.collect();
    let codes: Vec<&RegionCode> = named.iter().map(|(_, code)| *code).collect::<HashSet<_>>().into_iter().collect();
    let mut known = HashSet::new();
    for chunk in codes.chunks(500) {
        known.extend(regions::refs_unscoped(tx, chunk.iter().copied()).await?.into_keys());
    }
    let unknown = named.into_iter().filter(|(_, code)| !known.contains(*code));
    Ok(unknown.map(|(line, _)| Mistake::new(line, &Error::field("region", Code::UnknownRegion))).collect())
}

/// An import is one entry on the trail: what it brought is in the file.
async fn record(tx: &mut Tx, now: Instant, kind: &'static str, report: &Report) -> Result<()> {
    let params = json!({ "inserted": report.inserted, "changed": report.changed, "unchanged": report.unchanged });
    let entry = Entry { kind, object_kind: "import", object_id: kind.to_owned(), place: None, params };
    trail::record(tx, now, &By::nobody(), entry).await
}

/// Brings in staff from a file with the columns `login,name,role,region,unit`; others are ignored. `unit` is a unit's
/// `id_hint`. With a first password everyone must change it; without one nobody can log in by password (the
/// demonstration, which has personas instead).
///
/// # Errors
/// `internal` when the database fails; mistakes in the file are in the report.
pub async fn import_staff(app: &App, csv: &[u8], first_password: Option<&str>) -> Result<Report> {
    let (rows, mistakes) = rules::staff(csv);
    if !mistakes.is_empty() {
        return Ok(Report { mistakes, ..Report::default() });
    }
    let (now, today) = (app.now(), app.today());
    let mut newcomers = Vec::new();
    for line in rows {
        // Each their own salt, so that equal passwords do not look equal.
        let hash = match first_password {
            Some(password) => Some(hash_password(app, password).await?),
            None => None,
        };
        newcomers.push(Newcomer { line, hash, person: Id::new(now, &app.chance), post: Id::new(now, &app.chance) });
    }
    let report = app.db.write(async move |mut tx: Tx| write_staff(&mut tx, newcomers, now, today).await).await?;
    app.live.hint(Topic::Records);
    Ok(report)
}

/// A row with what was made ready for it.
struct Newcomer {
    line: Line<StaffRow>,
    hash: Option<String>,
    person: Id<Person>,
    post: Id<Post>,
}

async fn write_staff(tx: &mut Tx, newcomers: Vec<Newcomer>, now: Instant, today: Day) -> Result<Report> {
    let named: Vec<&str> = newcomers.iter().filter_map(|new| new.line.row.unit.as_deref()).collect();
    let units = store::units_by_code(tx, &named).await?;
    let mut mistakes = unknown_regions(tx, newcomers.iter().map(|new| (new.line.line, &new.line.row.region))).await?;
    let is_unknown = |new: &&Newcomer| new.line.row.unit.as_ref().is_some_and(|unit| !units.contains_key(unit));
    let unknown = newcomers.iter().filter(is_unknown);
    mistakes.extend(unknown.map(|new| Mistake::new(new.line.line, &Error::field("unit", Code::UnknownUnit))));
    if !mistakes.is_empty() {
        return Ok(Report { mistakes, ..Report::default() });
    }
    let mut report = Report::default();
    for new in &newcomers {
        match write_newcomer(tx, new, &units, now, today).await {
            Ok(true) => report.inserted += 1,
            Ok(false) => report.unchanged += 1,
            // Separated duties: an error here undoes the whole transaction.
            Err(error) => return Err(error),
        }
    }
    record(tx, now, "staff.imported", &report).await?;
    Ok(report)
}

/// Writes one person and post; false when both were there.
async fn write_newcomer(
    tx: &mut Tx,
    new: &Newcomer,
    units: &HashMap<String, UnitRecord>,
    now: Instant,
    today: Day,
) -> Result<bool> {
    let StaffRow { login, name, role, region, unit } = &new.line.row;
    let fresh = NewPerson { id: new.person, name, login, region, password_hash: new.hash.as_deref(), at: now };
    let is_new = store::insert_person(tx, &fresh).await?;
    let person = if is_new {
        new.person
    } else {
        let known = store::person_of_login_unscoped(tx, login).await?;
        known.ok_or_else(|| Error::internal("a login that is taken belongs to someone"))?.id
    };
    let unit = unit.as_ref().and_then(|unit| units.get(unit)).map(|unit| unit.id);
    let draft = PostDraft { role: *role, region: region.clone(), unit, from: None, until: None, deputy_for: None };
    let post: PostRecord = post_rules::post(new.post, person, &draft, None, today)?;
    let held = store::posts_of_person(tx, person, today).await?;
    if post_rules::is_held(&held, &post) {
        return Ok(false);
    }
    post_rules::check_separation(&held, &post)?;
    store::insert_posts(tx, std::slice::from_ref(&post)).await?;
    Ok(true)
}
