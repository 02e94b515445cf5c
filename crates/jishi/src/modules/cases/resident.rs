//! What residents are shown: plain facts, no persons, nobody else's words.

use db::Conn;
use kernel::{Id, Instant, Level, RegionCode, Result};
use serde::Serialize;

use super::{
    ground,
    model::{
        Assignment, AssignmentKind, AssignmentState, Case, ClosedHow, Identity, Publicity, Report, Status, TimelineRow,
    },
    rules,
    shapes::{ResultView, TimelineEntry, VerdictView},
    store, views,
};
use crate::{
    modules::{
        App, contacts,
        matters::MatterRef,
        people::UnitRef,
        photos::Photo,
        regions::{self, Place, RegionRef},
    },
    platform::access::Role,
};

/// What a new report became.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Taken {
    /// The case's number.
    pub number: String,
    /// Where it stands: usually received; answered or redirected at once where the catalogue knows.
    pub status: Status,
    /// Where it is.
    pub place: Place,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
}

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

/// A case one may join.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Nearby {
    /// Its number.
    pub number: String,
    /// What it is about.
    pub matter: Option<MatterRef>,
    /// Where it stands.
    pub status: Status,
    /// When it came.
    pub received_at: Instant,
    /// Where; nothing finer than the grid is shown.
    pub place: RoundedPlace,
    /// Voices behind it.
    pub report_count: i64,
}

/// A place rounded to the grid.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RoundedPlace {
    /// 村、社区
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<RegionRef>,
    /// 网格
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<RegionRef>,
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
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Followed {
    /// The case's number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub status_since: Instant,
    /// Who had the last word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_how: Option<ClosedHow>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// Where it is.
    pub place: Place,
    /// Their own words, as kept.
    pub my_text: Option<String>,
    /// Their own photos.
    pub my_photos: Vec<Photo>,
    /// How they wished to be known.
    pub identity: Identity,
    /// When it came.
    pub received_at: Instant,
    /// The deadline with its explanation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::modules::calendar::Deadline>)]
    pub deadline: Option<serde_json::Value>,
    /// Who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_unit: Option<UnitRef>,
    /// Whether several units work on it together; which and how is the lead's business.
    pub is_joint: bool,
    /// 督办: a higher office sees to it that it is done; what it asks of the unit is between the two.
    pub is_supervised: bool,
    /// 派单异议: the unit says that it is not its business, and goes on while somebody else decides.
    pub is_disputed: bool,
    /// What happened.
    pub timeline: Vec<TimelineEntry>,
    /// A question to them that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// The result, when one is filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<ResultView>,
    /// Their verdict on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictView>,
    /// Reminders while their word is awaited.
    pub reminders: Reminders,
    /// What they may do now.
    pub may: May,
    /// Until when they may reopen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopen_until: Option<Instant>,
    /// Whether they joined a case that was there.
    pub is_joined: bool,
    /// Whether they took it back.
    pub is_withdrawn: bool,
    /// What their report was split into, each a case for itself; empty where it is one.
    pub parts: Vec<FollowedPart>,
    /// Whether they are told of steps by short message; absent when they left no telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wants_messages: Option<bool>,
    /// Who looked at their contact details.
    pub contact_accesses: Vec<AccessView>,
}

/// One of the cases a report was split into.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FollowedPart {
    /// Which: `?part=` opens it.
    pub part: i64,
    /// The case's number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// What is asked in it.
    pub asked: Option<String>,
    /// Whether it is the one shown.
    pub is_shown: bool,
    /// Whether something in it waits for the resident: a question, or their verdict.
    pub is_waiting: bool,
}

/// A question to the resident.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Question {
    /// In words.
    pub text: Option<String>,
    /// When.
    pub asked_at: Instant,
}

/// Reminders while a resident's word is awaited.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Reminders {
    /// Shown so far.
    pub sent: i64,
    /// When the case closes as unverified if they stay silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Instant>,
}

/// What a resident may do now; the same rules decide when they do it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "five independent answers for five buttons")]
pub struct May {
    /// Add a remark or photo.
    pub remark: bool,
    /// Answer a question.
    pub reply: bool,
    /// Give a verdict.
    pub rate: bool,
    /// Reopen.
    pub reopen: bool,
    /// Take it back.
    pub withdraw: bool,
}

/// One opening of a contact detail, as its owner sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccessView {
    /// When.
    pub at: Instant,
    /// In which role.
    pub role: Option<Role>,
    /// For which unit.
    pub unit: Option<UnitRef>,
    /// Why.
    pub purpose: String,
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
