//! What residents are shown: plain facts, no persons, nobody else's words.

mod shapes;

use std::collections::HashSet;

use db::Conn;
use kernel::{Id, Instant, Level, RegionCode, Result};

use super::{
    ground,
    model::{Assignment, AssignmentKind, AssignmentState, Case, Note, Publicity, Report, Status, TimelineRow},
    rules,
    shapes::TimelineEntry,
    store, views,
    written::{KeptWords, Written},
};
use crate::modules::{App, contacts, regions};

pub use shapes::{AccessView, Followed, FollowedPart, May, Nearby, Question, Reminders, RoundedPlace, Taken};

/// What a new report became.
///
/// # Errors
/// `internal` when the database fails.
pub async fn taken(db: &mut Conn, app: &App, case: Id<Case>) -> Result<Taken> {
    let case = store::get_unscoped(db, case).await?;
    let names = views::names_for_resident(db, &case, &[], &[]).await?;
    Ok(Taken {
        number: case.number.clone(),
        status: case.status,
        place: names.place(&case),
        matter: ground::matter_ref(app, &case),
    })
}

/// Open public cases of a matter near a place.
///
/// # Errors
/// `unknown_matter`; `internal` when the database fails.
pub async fn nearby(
    db: &mut Conn,
    app: &App,
    matter: &str,
    point: Option<(f64, f64)>,
    region: Option<RegionCode>,
) -> Result<Vec<Nearby>> {
    let place = match (region, point) {
        (Some(region), _) => Some(region),
        (None, Some((lon, lat))) => ground::locate(db, app, lon, lat).await?.map(|found| found.0),
        (None, None) => None,
    };
    let Some(place) = place else { return Ok(Vec::new()) };
    let cases = store::similar_unscoped(db, matter, &place, None).await?;
    let codes: Vec<RegionCode> =
        cases.iter().flat_map(|case| [case.place.at(Level::Village), case.place.at(Level::Grid)]).flatten().collect();
    let refs = regions::refs_unscoped(db, &codes).await?;
    let at = |case: &Case, level| case.place.at(level).and_then(|code| refs.get(&code).cloned());
    let shown = cases.iter().filter(|case| case.publicity != Publicity::None && case.status != Status::Verifying);
    Ok(shown
        .map(|case| Nearby {
            number: case.number.clone(),
            matter: ground::matter_ref(app, case),
            status: case.status,
            received_at: case.received_at,
            place: RoundedPlace { village: at(case, Level::Village), grid: at(case, Level::Grid) },
            report_count: case.reports,
        })
        .collect())
}

/// A report as its reporter follows it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn followed(db: &mut Conn, app: &App, report: &Report) -> Result<Followed> {
    let case = store::get_unscoped(db, report.case).await?;
    let history = store::timeline_of(db, case.id).await?;
    let first = first_report(db, report).await?;
    let before = own_before(db, report, &first, &history).await?;
    let accesses = contacts::accesses(db, first.id).await?;
    let has_phone = contacts::has_phone(db, first.id).await?;
    let names = views::names_for_resident(db, &case, &history, &accesses).await?;
    let came = store::came_photos(db, std::slice::from_ref(report)).await?;
    let photos = views::photos_with(db, app, &[before.as_slice(), &history].concat(), &came).await?;
    let timeline: Vec<TimelineEntry> = before
        .iter()
        .chain(history.iter().filter(|row| is_for(row, report)))
        .map(|row| plain(views::entry_view(&names, row, &photos)))
        .collect();
    let own = came.get(&report.id);
    let until = rules::may_reopen(&case, app.now());
    let assignments = store::assignments_of(db, case.id).await?;
    let question = case.asked_at.map(|asked_at| Question { text: last_words(&history, "asked"), asked_at });
    Ok(Followed {
        number: case.number.clone(),
        status: case.status,
        status_since: status_since(&case),
        closed_how: case.closed_how,
        matter: ground::matter_ref(app, &case),
        place: names.place(&case),
        my_text: report.text.clone(),
        my_photos: own.map(|shas| views::pick(&photos, shas)).unwrap_or_default(),
        identity: report.identity,
        received_at: report.received_at,
        deadline: case.deadline.clone(),
        lead_unit: names.unit(case.lead_unit),
        is_joint: is_joint(&assignments),
        is_supervised: case.status.is_open() && case.supervised.is_some(),
        is_disputed: case.status.is_open() && is_disputed(&history),
        timeline,
        question,
        result: views::result_view(&case, &history, &photos),
        verdict: views::verdict_view(report, &history),
        reminders: Reminders { sent: case.reminders, closes_at: closes_at(&case) },
        may: may(&case, report, until.is_ok()),
        reopen_until: until.ok().filter(|_| !report.is_withdrawn),
        is_joined: report.is_joined,
        is_withdrawn: report.is_withdrawn,
        parts: parts(db, app, report).await?,
        wants_messages: has_phone.then_some(first.wants_messages),
        details_erased_at: first.details_erased_at,
        contact_accesses: accesses
            .into_iter()
            .map(|access| AccessView {
                at: access.at,
                role: access.role,
                unit: names.unit(access.unit),
                purpose: access.purpose,
            })
            .collect(),
    })
}

/// Whether another unit than the lead has, or had to its end, a part in it.
fn is_joint(parts: &[Assignment]) -> bool {
    parts
        .iter()
        .any(|part| part.kind != AssignmentKind::Lead && (part.state.is_owed() || part.state == AssignmentState::Done))
}

/// Whether the unit says that it is not its business, and nobody has decided yet.
fn is_disputed(history: &[TimelineRow]) -> bool {
    let told = |row: &TimelineRow| match row.kind.as_str() {
        "dispute_raised" | "dispute_appealed" => Some(true),
        "dispute_refused" | "dispute_upheld" => Some(false),
        "plea_withdrawn" | "plea_lapsed" => (row.params["plea"] == "dispute").then_some(false),
        _ => None,
    };
    history.iter().rev().find_map(told).unwrap_or(false)
}

/// The report that came in: it has the contact details, and says whether its reporter wishes to be told.
async fn first_report(db: &mut Conn, report: &Report) -> Result<Report> {
    match report.part_of {
        Some(first) => store::report_unscoped(db, first).await,
        None => Ok(report.clone()),
    }
}

/// What they themselves said and did before their report was moved to the case it is in, or before it was split.
async fn own_before(
    db: &mut Conn,
    report: &Report,
    first: &Report,
    history: &[TimelineRow],
) -> Result<Vec<TimelineRow>> {
    let Some(came_to) = first.came_to.filter(|came_to| *came_to != report.case) else { return Ok(Vec::new()) };
    let mut rows = store::timeline_of(db, came_to).await?;
    // What happens later is told in the part it happens to.
    let split_at = history.iter().find(|row| row.report == Some(report.id) && row.kind == "split_off");
    let split_at = split_at.map_or(report.received_at, |row| row.at);
    let is_before = |row: &TimelineRow| report.part_of.is_none() || row.at < split_at || row.kind == "received";
    rows.retain(|row| !row.is_internal && row.report == Some(first.id) && is_before(row));
    Ok(rows)
}

/// The cases a report was split into.
async fn parts(db: &mut Conn, app: &App, report: &Report) -> Result<Vec<FollowedPart>> {
    let all = store::parts_of(db, &[report.whose()]).await?;
    let all: Vec<Report> = all.into_iter().filter(|part| !part.is_rejoined).collect();
    if all.len() < 2 {
        return Ok(Vec::new());
    }
    let mut parts = Vec::new();
    for part in all {
        let case = store::get_unscoped(db, part.case).await?;
        let may = may(&case, &part, rules::may_reopen(&case, app.now()).is_ok());
        parts.push(FollowedPart {
            part: part.part,
            status: if part.is_withdrawn { Status::Withdrawn } else { case.status },
            matter: ground::matter_ref(app, &case),
            asked: part.asked().map(str::to_owned),
            is_shown: part.id == report.id,
            is_waiting: may.reply || (may.rate && case.status == Status::Verifying),
            number: case.number,
        });
    }
    Ok(parts)
}

fn may(case: &Case, report: &Report, reopen: bool) -> May {
    let (own, open) = (!report.is_withdrawn, case.status.is_open());
    let unrated = report.verdict.is_none();
    let rate = case.status == Status::Verifying || (case.status == Status::Closed && reopen);
    May {
        remark: own && open,
        reply: own && case.asked_at.is_some(),
        rate: own && unrated && rate,
        reopen: own && reopen,
        withdraw: own && open,
    }
}

/// A step of a case as its reporter may check it against the log.
#[derive(Debug)]
pub struct ShownStep {
    /// The step.
    pub step: Written,
    /// Which of its fields they see; of what is hidden from them, none.
    pub fields: &'static [&'static str],
    /// The words they see.
    pub words: Option<KeptWords>,
}

/// What is opened of a step that its reporter sees: everything but the person.
const SHOWN: [&str; 10] = ["step", "at", "kind", "role", "unit", "report", "words", "photos", "internal", "params"];

/// All steps of the case a report is in, and of those before it was moved there its own, the oldest first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn shown_steps(db: &mut Conn, report: &Report) -> Result<Vec<ShownStep>> {
    let first = first_report(db, report).await?;
    let history = store::timeline_of(db, report.case).await?;
    let before = own_before(db, report, &first, &history).await?;
    let before: HashSet<Id<TimelineRow>> = before.iter().map(|row| row.id).collect();
    let mut steps = match first.came_to.filter(|_| !before.is_empty()) {
        Some(came_to) => store::written_unscoped(db, &[came_to]).await?,
        None => Vec::new(),
    };
    steps.retain(|sealed| before.contains(&sealed.step.id));
    steps.extend(store::written_unscoped(db, &[report.case]).await?);
    let mut shown: Vec<ShownStep> = steps.into_iter().map(|sealed| shown_step(sealed.step, report, &before)).collect();
    let says = |step: &ShownStep| {
        step.step.note.filter(|_| !step.fields.is_empty() && !REASONS_AMONG_OFFICES.contains(&step.step.kind.as_str()))
    };
    let notes: Vec<Id<Note>> = shown.iter().filter_map(says).collect();
    for words in store::kept_words_unscoped(db, &notes).await? {
        if let Some(step) = shown.iter_mut().find(|step| step.step.note == Some(words.note)) {
            step.words = Some(words);
        }
    }
    Ok(shown)
}

fn shown_step(step: Written, report: &Report, before: &HashSet<Id<TimelineRow>>) -> ShownStep {
    let is_theirs = step.report.is_none_or(|other| other == report.id) || before.contains(&step.id);
    let has_desk_words = ["cases", "why"].iter().any(|key| step.params.get(key).is_some());
    let fields: &'static [&'static str] = match (is_theirs && !step.is_internal, has_desk_words) {
        (false, _) => &[],
        // The details have something that is for the desk alone.
        (true, true) => SHOWN.split_last().map_or(&[], |(_, others)| others),
        (true, false) => &SHOWN,
    };
    ShownStep { step, fields, words: None }
}

/// Steps that concern this reporter: everyone's, and their own; never another reporter's, never the internal ones.
fn is_for(row: &TimelineRow, report: &Report) -> bool {
    !row.is_internal && row.report.is_none_or(|other| other == report.id)
}

/// Steps whose words are reasons among offices: residents see the step, never what one office wrote to another about it.
const REASONS_AMONG_OFFICES: [&str; 4] = ["dispatched", "returned", "reclassified", "moved"];

/// Without the person: residents see offices, not names.
fn plain(mut entry: TimelineEntry) -> TimelineEntry {
    entry.by.person = None;
    if REASONS_AMONG_OFFICES.contains(&entry.kind.as_str()) {
        entry.text = None;
    }
    // Links are for those who have the desk.
    if let Some(params) = entry.params.as_object_mut() {
        params.remove("cases");
        // Why it is theirs is for the unit.
        params.remove("why");
    }
    entry
}

fn last_words(history: &[TimelineRow], kind: &str) -> Option<String> {
    history.iter().rev().find(|row| row.kind == kind).and_then(|row| row.body.clone())
}

fn status_since(case: &Case) -> Instant {
    let since = match case.status {
        Status::Received => Some(case.received_at),
        Status::Dispatched => case.dispatched_at,
        Status::Signed => case.signed_at,
        Status::Verifying => case.result_at,
        _ => case.ended_at,
    };
    since.unwrap_or(case.last_at)
}

fn closes_at(case: &Case) -> Option<Instant> {
    case.result_at.filter(|_| case.status == Status::Verifying).map(|at| at.plus_days(rules::SILENT_DAYS))
}
