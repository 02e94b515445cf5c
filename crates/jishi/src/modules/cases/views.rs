//! What a page shows of a case: rows put together with the names of places, units and people, and with who may do what.

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Id, Listing, Names, Result};

use super::{
    filter::CaseFilter,
    ground::{self, NamedPlace},
    model::{Assignment, Case, Report, TimelineRow, Verdict},
    referred::Referred,
    rules,
    shapes::{
        AssignmentView, CaseDetail, CaseLink, CaseRow, Colleague, EntryBy, PartView, ReportView, ResultView, SplitLink,
        SplitLinks, StandInView, TimelineEntry, VerdictView,
    },
    store,
};
use crate::{
    modules::{
        App,
        contacts::{self, Mask},
        people::{self, PersonRef, StandIn},
        photos::{self, Photo},
        regions,
    },
    platform::access::{Actor, Permission, Person, Scope},
};

/// Rows for a list.
///
/// # Errors
/// `internal` when the database fails.
pub async fn rows(db: &mut Conn, app: &App, cases: &[Case]) -> Result<Vec<CaseRow>> {
    let places = cases.iter().flat_map(|case| regions::ancestry(case.true_place())).collect();
    let units = cases.iter().flat_map(|case| [case.lead_unit, case.about_unit]).flatten().collect();
    let persons = cases.iter().filter_map(|case| case.handler).collect();
    let names = Referred::read(db, places, units, persons).await?.with_items(db, app, cases).await?;
    Ok(cases.iter().map(|case| names.row(app, case)).collect())
}

/// Who gave a case to the unit that leads it now.
///
/// # Errors
/// `internal` when the database fails.
pub async fn last_given_unscoped(db: &mut Conn, case: Id<Case>) -> Result<Option<Id<Person>>> {
    let history = store::timeline_of(db, case).await?;
    Ok(history.iter().rev().find(|row| row.kind == "dispatched").and_then(|row| row.person))
}

/// A page of the list.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn listing(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    filter: &CaseFilter,
    page: &kernel::Page,
) -> Result<Listing<CaseRow>> {
    let Listing { rows: cases, next, count, count_capped } = store::list(db, scope, filter, page).await?;
    Ok(Listing { rows: rows(db, app, &cases).await?, next, count, count_capped })
}

/// Everything about a case, for a reader whose scope was checked when `case` was read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn detail(db: &mut Conn, app: &App, actor: &Actor, case: &Case) -> Result<CaseDetail> {
    let reports = store::reports_of(db, case.id).await?;
    let parts = store::assignments_of(db, case.id).await?;
    let history = store::timeline_of(db, case.id).await?;
    let names = everyone(db, case, &reports, &parts, &history).await?;
    let names = names.with_items(db, app, std::slice::from_ref(case)).await?;
    let came = store::came_photos(db, &reports).await?;
    let photos = photos_with(db, app, &history, &came).await?;
    let split = split_links(db, app, actor, case).await?;
    let grid_settles = case.matter.as_deref().and_then(|code| ground::matter(app, code, &case.place));
    let moment =
        rules::Moment { now: app.now(), grid_settles: grid_settles.is_some_and(|matter| matter.grid_settles()) };
    let allowed_actions = rules::allowed(case, &parts, &reports, actor, moment);
    let opens = opens(db, actor, case, (&parts, &reports)).await?;
    let voices = Voices::read(db, reports, came, opens).await?;
    let report_views = voices.views(&names, &history, &photos);
    let aliases = store::aliases_of(db, case.id).await?;
    let merged_into = match case.merged_into {
        Some(id) => Some(CaseLink { id, number: store::get_unscoped(db, id).await?.number }),
        None => None,
    };
    Ok(CaseDetail {
        row: names.row(app, case),
        deadline: case.deadline.clone(),
        allowed_actions,
        reports: report_views,
        stand_in: stand_in(db, app, case).await?,
        assignments: parts.iter().filter_map(|part| part_view(&names, part)).collect(),
        result: result_view(case, &history, &photos),
        timeline: history.iter().map(|row| entry_view(&names, row, &photos)).collect(),
        merged_into,
        split,
        return_count: case.returns,
        reopen_count: case.reopens,
        registered: names.region(case.registered_region.as_ref()),
        is_asked: case.asked_at.is_some(),
        aliases,
        source_place: source_place(case, &history),
    })
}

/// The reports whose contact details the reader may open.
async fn opens(
    db: &mut Conn,
    actor: &Actor,
    case: &Case,
    (parts, reports): (&[Assignment], &[Report]),
) -> Result<HashSet<Id<Report>>> {
    let Ok(scope) = actor.require(Permission::ContactOpen) else { return Ok(HashSet::new()) };
    if !store::is_within(db, &scope, case.id).await? {
        return Ok(HashSet::new());
    }
    let may = |report: &&Report| rules::may_open_contact(case, parts, report.identity, actor).is_ok();
    Ok(reports.iter().filter(may).map(|report| report.id).collect())
}

async fn stand_in(db: &mut Conn, app: &App, case: &Case) -> Result<Option<StandInView>> {
    let Some(handler) = case.handler.filter(|_| case.status.is_open()) else { return Ok(None) };
    let found = people::stand_ins_unscoped(db, &[handler], app.today()).await?;
    Ok(found.into_iter().find(|one| one.unit == case.lead_unit).map(stand_in_view))
}

fn stand_in_view(found: StandIn) -> StandInView {
    StandInView { person: found.person, until: found.until }
}

/// The people of the lead unit, with what each has in hand.
///
/// # Errors
/// `internal` when the database fails.
pub async fn colleagues(db: &mut Conn, app: &App, case: &Case) -> Result<Vec<Colleague>> {
    let Some(unit) = case.lead_unit else { return Ok(Vec::new()) };
    let members = people::members_unscoped(db, unit, app.today()).await?;
    let ids: Vec<Id<Person>> = members.iter().map(|member| member.id).collect();
    let loads = store::open_of_people_unscoped(db, &ids).await?;
    let mut away = people::stand_ins_unscoped(db, &ids, app.today()).await?;
    away.retain(|one| one.unit == Some(unit));
    let colleague = |person: PersonRef| Colleague {
        open: Some(loads.get(&person.id).copied().unwrap_or_default()),
        is_handler: case.handler == Some(person.id),
        stand_in: away.iter().find(|one| one.away == person.id).cloned().map(stand_in_view),
        person,
    };
    Ok(members.into_iter().map(colleague).collect())
}

fn source_place(case: &Case, history: &[TimelineRow]) -> Option<Names> {
    let received = history.iter().find(|row| row.kind == "received")?;
    let named: NamedPlace = serde_json::from_value(received.params.get("place")?.clone()).ok()?;
    named.says_more_than(&case.place).then_some(named.names)
}

async fn everyone(
    db: &mut Conn,
    case: &Case,
    reports: &[Report],
    parts: &[Assignment],
    history: &[TimelineRow],
) -> Result<Referred> {
    let registered =
        reports.iter().filter_map(|report| report.registered_region.clone()).chain(case.registered_region.clone());
    let places = regions::ancestry(case.true_place()).into_iter().chain(registered).collect();
    let units = case
        .lead_unit
        .into_iter()
        .chain(case.about_unit)
        .chain(parts.iter().map(|part| part.unit))
        .chain(history.iter().filter_map(|row| row.unit));
    let persons = case
        .handler
        .into_iter()
        .chain(parts.iter().filter_map(|part| part.person))
        .chain(history.iter().filter_map(|row| row.person))
        .chain(reports.iter().filter_map(|report| report.entered_by));
    Referred::read(db, places, units.collect(), persons.collect()).await
}

/// Addresses of all photos of a history and of reports that came in elsewhere, by hash.
pub(super) async fn photos_with(
    db: &mut Conn,
    app: &App,
    history: &[TimelineRow],
    came: &HashMap<Id<Report>, Vec<String>>,
) -> Result<HashMap<String, Photo>> {
    let shas: Vec<String> = history.iter().map(|row| &row.photos).chain(came.values()).flatten().cloned().collect();
    let photos = photos::links(db, app, &shas).await?;
    Ok(photos.into_iter().map(|photo| (photo.sha.clone(), photo)).collect())
}

pub(super) fn pick(photos: &HashMap<String, Photo>, shas: &[String]) -> Vec<Photo> {
    shas.iter().filter_map(|sha| photos.get(sha).cloned()).collect()
}

/// A reporter's verdict on the result now filed, with what they said.
pub(super) fn verdict_view(report: &Report, history: &[TimelineRow]) -> Option<VerdictView> {
    let Verdict { contacted, solved, satisfied } = report.verdict?;
    let entry = history.iter().rev().find(|row| row.report == Some(report.id) && row.kind == "verified");
    Some(VerdictView { contacted, solved, satisfied, text: entry.and_then(|row| row.body.clone()) })
}

/// The voices behind a case with what belongs to each: contact details and parts are those of the report they are of.
struct Voices {
    reports: Vec<Report>,
    parts: Vec<Report>,
    masks: HashMap<Id<Report>, Vec<Mask>>,
    came: HashMap<Id<Report>, Vec<String>>,
    opens: HashSet<Id<Report>>,
}

impl Voices {
    async fn read(
        db: &mut Conn,
        reports: Vec<Report>,
        came: HashMap<Id<Report>, Vec<String>>,
        opens: HashSet<Id<Report>>,
    ) -> Result<Self> {
        let whose: Vec<Id<Report>> = reports.iter().map(Report::whose).collect();
        let parts = store::parts_of(db, &whose).await?;
        let masks = contacts::masks(db, &whose).await?;
        Ok(Self { reports, parts, masks, came, opens })
    }

    fn views(&self, names: &Referred, history: &[TimelineRow], photos: &HashMap<String, Photo>) -> Vec<ReportView> {
        let own = self.reports.iter().filter(|report| !report.is_rejoined);
        own.map(|report| self.view(names, report, history, photos)).collect()
    }

    fn view(
        &self,
        names: &Referred,
        report: &Report,
        history: &[TimelineRow],
        photos: &HashMap<String, Photo>,
    ) -> ReportView {
        let rejoined = self.reports.iter().filter(|other| other.is_rejoined && other.whose() == report.whose());
        ReportView {
            id: report.id,
            channel: report.channel,
            identity: report.identity,
            text: report.text.clone(),
            photos: self.came.get(&report.id).map(|shas| pick(photos, shas)).unwrap_or_default(),
            received_at: report.received_at,
            entered_by: names.person(report.entered_by),
            contact: self.masks.get(&report.whose()).cloned().unwrap_or_default(),
            may_open: self.opens.contains(&report.id),
            verdict: verdict_view(report, history),
            registered: names.region(report.registered_region.as_ref()),
            is_withdrawn: report.is_withdrawn,
            is_joined: report.is_joined,
            part: part_of_report(report, &self.parts),
            also: rejoined.filter_map(|other| other.asked().map(str::to_owned)).collect(),
        }
    }
}

/// Which part of a report this is; none where all of it is in one case.
pub(super) fn part_of_report(report: &Report, parts: &[Report]) -> Option<PartView> {
    let of = parts.iter().filter(|part| part.whose() == report.whose() && !part.is_rejoined).count();
    let part = PartView {
        number: report.part,
        of: i64::try_from(of).unwrap_or(i64::MAX),
        asked: report.asked().map(str::to_owned),
    };
    Some(part).filter(|part| part.of > 1)
}

/// The cases one came apart from, as far as its reader may see them.
async fn split_links(db: &mut Conn, app: &App, actor: &Actor, case: &Case) -> Result<SplitLinks> {
    let scope = actor.require(Permission::CaseRead)?;
    let link = |case: Case| SplitLink {
        matter: ground::matter_ref(app, &case),
        id: case.id,
        number: case.number,
        status: case.status,
    };
    let from = store::seen_of(db, &scope, &Vec::from_iter(case.split_from)).await?.pop();
    let into = store::split_into(db, &scope, case.id).await?;
    Ok(SplitLinks { from: from.map(link), into: into.into_iter().map(link).collect() })
}

fn part_view(names: &Referred, part: &Assignment) -> Option<AssignmentView> {
    Some(AssignmentView {
        id: part.id,
        kind: part.kind,
        unit: names.unit(Some(part.unit))?,
        person: names.person(part.person),
        state: part.state,
        due_at: part.due_at,
        assigned_at: part.assigned_at,
        signed_at: part.signed_at,
        done_at: part.done_at,
        reason: part.reason.clone(),
    })
}

/// The result now standing: filed, and not sent back.
pub(super) fn result_view(case: &Case, history: &[TimelineRow], photos: &HashMap<String, Photo>) -> Option<ResultView> {
    let filed_at = case.result_at?;
    let entry = history.iter().rev().find(|row| row.kind == "result_filed")?;
    Some(ResultView {
        text: entry.body.clone(),
        outcome: case.result_outcome,
        filed_at,
        photos: pick(photos, &entry.photos),
    })
}

pub(super) fn entry_view(names: &Referred, row: &TimelineRow, photos: &HashMap<String, Photo>) -> TimelineEntry {
    TimelineEntry {
        id: row.id,
        at: row.at,
        kind: row.kind.clone(),
        by: EntryBy {
            role: row.role,
            unit: names.unit(row.unit),
            person: names.person(row.person),
            // What is erased when its term is over is the platform's own doing, though it concerns one reporter.
            is_resident: row.report.is_some() && row.person.is_none() && row.params["cause"] != "term",
        },
        params: row.params.clone(),
        text: row.body.clone(),
        photos: pick(photos, &row.photos),
        is_internal: row.is_internal,
    }
}

/// Names for the resident's page: no persons.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn names_for_resident(
    db: &mut Conn,
    case: &Case,
    history: &[TimelineRow],
    accesses: &[contacts::Access],
) -> Result<Referred> {
    let units = case
        .lead_unit
        .into_iter()
        .chain(history.iter().filter_map(|row| row.unit))
        .chain(accesses.iter().filter_map(|access| access.unit));
    Referred::read(db, regions::ancestry(case.true_place()).into_iter().collect(), units.collect(), Vec::new()).await
}
