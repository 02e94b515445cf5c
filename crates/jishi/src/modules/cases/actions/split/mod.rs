//! 拆单: reports that were put together wrongly come apart again, and one report that asks for several matters becomes a
//! case for each (`docs/adr/0016-split.md`). What is new stands on the dispatcher's desk with the clock it always had.
//!
//! Rows written: for a report taken out some eight; for each further part of a report some twelve, and as many again as it
//! has photos.

mod form;

use db::Tx;
use kernel::{Code, Error, Id, Instant, Names, RegionCode, Result};
use serde_json::json;

use self::form::together;
pub use self::form::{NewPart, Part, SplitReport, TakeOut};
use super::{Step, desk, record, search::put_words_there, staff::Doing, touch};
use crate::{
    modules::{
        cases::{
            conflict, ground,
            model::{Case, Publicity, Report, Status, Urgency},
            number, rules, store, summary,
        },
        photos,
        regions::PlaceSource,
    },
    platform::trail::By,
};

/// Takes reports out of a case into a new one, which has the matter and place they came in with.
pub(super) async fn take_out(
    tx: &mut Tx,
    doing: &Doing<'_>,
    by: &By,
    case: &mut Case,
    out: TakeOut,
) -> Result<Vec<Step>> {
    rules::may_split(case)?;
    let all = store::reports_of(tx, case.id).await?;
    let (moved, staying): (Vec<Report>, Vec<Report>) =
        all.into_iter().filter(Report::is_voice).partition(|report| out.reports.contains(&report.id));
    let first = moved.first().filter(|_| moved.len() == out.reports.len());
    let first = first.ok_or_else(|| Error::field("reports", Code::NotFound))?;
    let still_first = staying.first().ok_or_else(|| Error::field("reports", Code::LeaveOne))?;
    let origin = came_with(tx, case, first).await?;
    let mut new = Seed { case, origin: &origin, first }.case(doing);
    new.reports = count(moved.len());
    new.summary = summary(first);
    new.item = origin.item.filter(|_| out.keeps_item);
    place(tx, &mut new, out.region.as_ref(), "region").await?;
    let matter = out.matter.or_else(|| new.matter.take());
    let version = settle(doing, &mut new, matter.as_deref(), rules::clock_of_part(case, first.received_at), "matter")?;
    conflict::keep_out_of_sight(tx, doing.app, &mut new).await?;
    insert(tx, doing, &mut new, version).await?;
    let whose: Vec<Id<Report>> = moved.iter().map(Report::whose).collect();
    store::move_reports_of(tx, case.id, new.id, &whose).await?;
    put_words_there(tx, doing.app, &new).await?;
    for photos in store::came_photos(tx, &moved).await?.into_values() {
        photos::attach(tx, new.id, &photos).await?;
    }
    let params = json!({"from": case.number, "reports": new.reports, "cases": [linked(case)]});
    record(tx, doing.app, by, &new, Step::new("split_off").params(params), doing.now).await?;
    case.reports = store::voices_in(tx, case.id).await?;
    case.summary = summary(still_first);
    read_anew(case);
    let params = json!({"reports": new.reports, "cases": [linked(&new)]});
    Ok(vec![Step::new("split").params(params).text(out.reason).internal()])
}

/// Makes a case of each further matter that a report asks for; the first stays.
pub(super) async fn split(
    tx: &mut Tx,
    doing: &Doing<'_>,
    by: &By,
    case: &mut Case,
    split: SplitReport,
) -> Result<Vec<Step>> {
    rules::may_split(case)?;
    let voices: Vec<Report> = store::reports_of(tx, case.id).await?.into_iter().filter(Report::is_voice).collect();
    let report = voices.iter().find(|report| report.id == split.report);
    let report = report.ok_or_else(|| Error::field("report", Code::NotFound))?;
    let whole = store::parts_of(tx, &[report.whose()]).await?;
    let origin = case.clone();
    let mut steps = correct(tx, doing, case, &split.kept).await?;
    let photos = store::came_photos(tx, &whole).await?.remove(&report.whose()).unwrap_or_default();
    let (mut made, mut next) = (Vec::new(), whole.iter().map(|part| part.part).max().unwrap_or(1));
    for (at, new) in split.parts.into_iter().enumerate() {
        next += 1;
        let under = format!("parts.{at}");
        let seed = Seed { case, origin: &origin, first: report };
        made.push(open_part(tx, doing, by, seed, Parted { new, part: next, photos: &photos, under: &under }).await?);
    }
    if voices.first().is_some_and(|first| first.id == report.id) {
        case.summary = summary::summary(&split.kept.text);
    }
    read_anew(case);
    let cases: Vec<_> = made.iter().map(linked).collect();
    let params = json!({"parts": cases.len() + 1, "cases": cases});
    steps.push(Step::new("split").params(params.clone()).text(split.reason).internal());
    steps.push(Step::new("split_kept").params(params).text(split.kept.text).of(report.id));
    Ok(steps)
}

/// A case of one part of a report, with a row that stands for the report in it.
async fn open_part(tx: &mut Tx, doing: &Doing<'_>, by: &By, seed: Seed<'_>, parted: Parted<'_>) -> Result<Case> {
    let Parted { new: NewPart { part, keeps_item }, part: number, photos, under } = parted;
    let (from, report) = (seed.case, seed.first);
    let mut new = seed.case(doing);
    new.reports = 1;
    new.summary = summary::summary(&part.text);
    new.item = seed.origin.item.filter(|_| keeps_item);
    place(tx, &mut new, part.region.as_ref(), &format!("{under}.region")).await?;
    let start = rules::clock_of_part(from, report.received_at);
    let version = settle(doing, &mut new, part.matter.as_deref(), start, &format!("{under}.matter"))?;
    conflict::keep_out_of_sight(tx, doing.app, &mut new).await?;
    insert(tx, doing, &mut new, version).await?;
    photos::attach(tx, new.id, photos).await?;
    let id = Id::new(doing.now, &doing.app.chance);
    let params = json!({"from": from.number, "part": number, "cases": [linked(from)]});
    let step = Step::new("split_off").params(params).text(part.text).photos(photos).of(id);
    let note = record(tx, doing.app, by, &new, step, doing.now).await?;
    let row = Report {
        id,
        case: new.id,
        part_of: Some(report.whose()),
        part: number,
        note: note.unwrap_or(report.note),
        // Whether they wish to be told is said once, with the report.
        wants_messages: false,
        details_erased_at: None,
        verdict: None,
        verdict_at: None,
        excerpt: None,
        ..report.clone()
    };
    // A receipt that nobody holds: the report's own opens all its parts.
    store::insert_report(tx, &row, doing.app.chance.bytes::<32>().to_vec()).await?;
    put_words_there(tx, doing.app, &new).await?;
    Ok(new)
}

/// A part about to become a case.
struct Parted<'a> {
    new: NewPart,
    part: i64,
    photos: &'a [String],
    under: &'a str,
}

/// What a new case is made from.
#[derive(Clone, Copy)]
struct Seed<'a> {
    /// The case it is split off from.
    case: &'a Case,
    /// The one that has its matter and place.
    origin: &'a Case,
    /// The first of the voices behind it.
    first: &'a Report,
}

impl Seed<'_> {
    /// A case as if it came in now, but for the time: that was when the words came.
    fn case(self, doing: &Doing<'_>) -> Case {
        let Self { case, origin, first } = self;
        let mut new = Case {
            id: Id::new(doing.now, &doing.app.chance),
            number: String::new(),
            status: Status::Received,
            was_open: true,
            was_found_by: None,
            closed_how: None,
            urgency: Urgency::Normal,
            publicity: Publicity::Count,
            channel: first.channel,
            registered_region: first.registered_region.clone(),
            lead_unit: None,
            handler: None,
            received_at: first.received_at,
            due_at: None,
            deadline: None,
            dispatched_at: None,
            signed_at: None,
            result_at: None,
            result_note: None,
            result_outcome: None,
            result_by: None,
            asked_at: None,
            ended_at: None,
            redos: 0,
            returns: 0,
            reopens: 0,
            reminders: 0,
            excluded: None,
            supervised: None,
            merged_into: None,
            split_from: Some(case.id),
            version: 1,
            ..origin.clone()
        };
        touch(&mut new, &Names::zh_only(doing.actor.name.clone()), "split_off", doing.now);
        new
    }
}

/// The case a report came in with, whose matter and place it has: the one it is in, or one that was merged into that.
async fn came_with(tx: &mut Tx, case: &Case, report: &Report) -> Result<Case> {
    match report.came_to {
        Some(id) if id != case.id => store::get_unscoped(tx, id).await,
        _ => Ok(case.clone()),
    }
}

/// Puts a new case somewhere else than the words came from; within the county, as a correction of the place.
async fn place(tx: &mut Tx, new: &mut Case, region: Option<&RegionCode>, field: &str) -> Result<()> {
    let Some(region) = region.filter(|region| *region != new.true_place()) else { return Ok(()) };
    desk::within_county(tx, new.true_place(), region, field).await?;
    *new.about_place.as_mut().unwrap_or(&mut new.place) = region.clone();
    (new.place_text, new.lon, new.lat) = (None, None, None);
    (new.place_source, new.place_is_guess) = (PlaceSource::Staff, false);
    Ok(())
}

/// Gives a new case its matter and what follows from it; returns the version of the catalogue.
fn settle(doing: &Doing<'_>, new: &mut Case, code: Option<&str>, start: Instant, field: &str) -> Result<Option<i64>> {
    let found = match code {
        Some(code) => {
            let found = ground::matter(doing.app, code, &new.place);
            Some(found.ok_or_else(|| Error::field(field, Code::UnknownMatter))?)
        }
        None => None,
    };
    new.matter = found.as_ref().map(|matter| matter.code().to_owned());
    if let Some(matter) = &found {
        matter.settle_on(new);
    }
    let deadline = ground::deadline(doing.app, found.as_ref(), start);
    ground::set_deadline(new, &deadline);
    Ok(found.map(|matter| matter.version()))
}

async fn insert(tx: &mut Tx, doing: &Doing<'_>, new: &mut Case, matter_version: Option<i64>) -> Result<()> {
    let zone = &doing.app.settings.zone;
    loop {
        new.number = number::make(&new.place, doing.now.day(zone), &doing.app.chance);
        if store::insert_case(tx, new, matter_version, new.received_at.day(zone)).await? {
            return Ok(());
        }
    }
}

/// What stays may get another matter or place in the same breath, as long as nobody works on it.
async fn correct(tx: &mut Tx, doing: &Doing<'_>, case: &mut Case, kept: &Part) -> Result<Vec<Step>> {
    let matter = kept.matter.as_deref().filter(|code| case.matter.as_deref() != Some(*code));
    let region = kept.region.clone().filter(|region| *region != case.place);
    let with_unit = |field: &str| Error::field(field, Code::WrongStatus).with("status", case.status.names());
    let mut flaws = Vec::new();
    if case.status != Status::Received {
        flaws.extend(matter.map(|_| Err(with_unit("kept.matter"))));
        flaws.extend(region.as_ref().map(|_| Err(with_unit("kept.region"))));
    }
    together(flaws)?;
    let mut steps = Vec::new();
    if let Some(region) = region {
        steps.push(desk::relocate(tx, doing, case, region, None).await.map_err(|error| error.under("kept"))?);
    }
    if let Some(code) = matter {
        steps.push(desk::reclassify(doing, case, code, None).map_err(|error| error.under("kept"))?);
    }
    Ok(steps)
}

/// The parts of a report that are behind one case again speak with one voice; the resident is told.
pub(super) async fn rejoin(tx: &mut Tx, doing: &Doing<'_>, by: &By, from: &Case, into: &Case) -> Result<()> {
    let again = store::to_rejoin(tx, into.id).await?;
    if again.is_empty() {
        return Ok(());
    }
    let voices = store::reports_of(tx, into.id).await?;
    for part in again {
        store::mark_rejoined(tx, part.id).await?;
        let speaks = |report: &&Report| report.whose() == part.whose() && report.is_voice() && report.part < part.part;
        if let Some(voice) = voices.iter().find(speaks) {
            let step = Step::new("rejoined").params(json!({"from": from.number})).of(voice.id);
            record(tx, doing.app, by, into, step, doing.now).await?;
        }
    }
    Ok(())
}

/// Another case, as a history names it for the staff.
fn linked(case: &Case) -> serde_json::Value {
    json!({"id": case.id, "number": case.number})
}

/// What the index of words knows of a case is to be made anew, though nothing changed that its row shows.
fn read_anew(case: &mut Case) {
    case.was_found_by = None;
}

fn summary(report: &Report) -> String {
    summary::summary(report.asked().unwrap_or_default())
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
