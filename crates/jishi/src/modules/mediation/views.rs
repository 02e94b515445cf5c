//! What is shown of disputes, hearings and figures.

mod detail;
mod figures;
mod hearings;

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Day, Id, Instant, Lang, Level, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

pub(super) use self::{
    detail::{DisputeDetail, detail},
    figures::{MediationFigures, figures},
    hearings::{HearingWeek, week},
};
use super::{
    actions::eyes,
    classes::Class,
    model::{Confirmation, Dispute, DisputeKind, DisputeOutcome, DisputeSource, DisputeState, Performance, Room},
    store::{self, DisputeView, Filter},
};
use crate::{
    modules::{
        App, SharedApp,
        people::{self, PersonRef, UnitRef},
        regions::{self, Place, PlaceSource, RegionRef, Whereabouts},
    },
    platform::{
        access::{Actor, Permission, Person, Unit},
        book::{self, Cell, Column, Rows},
    },
};

/// 纠纷, as a line of a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DisputeRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Dispute>,
    /// Its number.
    pub number: String,
    /// Whose mediation it is.
    pub kind: DisputeKind,
    /// What it is about.
    pub class: Class,
    /// How it stands.
    pub state: DisputeState,
    /// How it came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<DisputeOutcome>,
    /// Where.
    pub place: Place,
    /// The centre or committee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centre: Option<UnitRef>,
    /// How it came.
    pub source: DisputeSource,
    /// Who mediates, or is proposed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mediator: Option<PersonRef>,
    /// Whether one side agreed to the mediator.
    pub one_agreed: bool,
    /// Whether the other did.
    pub other_agreed: bool,
    /// When it was brought.
    pub applied_at: Instant,
    /// On which day it was taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_on: Option<Day>,
    /// When the next thing is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Instant>,
    /// Whether that is over.
    pub is_late: bool,
    /// How its performance stands.
    pub performance: Performance,
    /// How its confirmation stands.
    pub confirmation: Confirmation,
    /// Until when the court may be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_by: Option<Instant>,
    /// On which day the court was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub court_on: Option<Day>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// Counts its changes.
    pub version: i64,
}

/// Names looked up together.
struct Looked {
    people: HashMap<Id<Person>, PersonRef>,
    units: HashMap<Id<Unit>, UnitRef>,
    places: Vec<Place>,
}

async fn named(db: &mut Conn, disputes: &[Dispute]) -> Result<Looked> {
    let mediators: Vec<Id<Person>> = disputes.iter().filter_map(|dispute| dispute.mediator).collect();
    let centres: HashSet<Id<Unit>> = disputes.iter().map(|dispute| dispute.centre).collect();
    let whereabouts = disputes.iter().map(|dispute| Whereabouts {
        region: Some(dispute.place.clone()),
        text: dispute.place_text.clone(),
        lon: None,
        lat: None,
        source: PlaceSource::Staff,
        is_guess: false,
    });
    Ok(Looked {
        people: people::people_unscoped(db, &mediators).await?,
        units: people::units_unscoped(db, &centres.into_iter().collect::<Vec<_>>()).await?,
        places: regions::places_of_unscoped(db, whereabouts.collect()).await?,
    })
}

async fn rows(db: &mut Conn, app: &App, disputes: &[Dispute]) -> Result<Vec<DisputeRow>> {
    let names = named(db, disputes).await?;
    let row = |(dispute, place): (&Dispute, Place)| DisputeRow {
        id: dispute.id,
        number: dispute.number.clone(),
        kind: dispute.kind,
        class: app.disputes.named(&dispute.class),
        state: dispute.state,
        outcome: dispute.outcome,
        place,
        centre: names.units.get(&dispute.centre).cloned(),
        source: dispute.source,
        mediator: dispute.mediator.and_then(|person| names.people.get(&person).cloned()),
        one_agreed: dispute.one_agreed,
        other_agreed: dispute.other_agreed,
        applied_at: dispute.applied_at,
        accepted_on: dispute.accepted_on,
        due_at: dispute.due_at,
        is_late: dispute.due_at.is_some_and(|due| due < app.now()),
        performance: dispute.performance,
        confirmation: dispute.confirmation,
        confirm_by: dispute.agreement.as_ref().map(|agreement| agreement.confirm_by.due_at),
        court_on: dispute.agreement.as_ref().and_then(|agreement| agreement.applied_on),
        ended_at: dispute.ended_at,
        version: dispute.version,
    };
    Ok(disputes.iter().zip(names.places).map(row).collect())
}

/// The places of a dispute, from the township down, for a paper.
pub(super) async fn place_names(db: &mut Conn, dispute: &Dispute) -> Result<Vec<Names>> {
    let places = named(db, std::slice::from_ref(dispute)).await?.places.pop();
    let levels = places.map(|it| [it.county, it.township, it.village, it.grid]).unwrap_or_default();
    let mut names: Vec<Names> = levels.into_iter().flatten().map(|region: RegionRef| region.names).collect();
    names.extend(dispute.place_text.as_ref().map(|text| Names::new(text, text)));
    Ok(names)
}

/// A page of a list.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    (view, filter): (DisputeView, &Filter),
    page: &Page,
) -> Result<Listing<DisputeRow>> {
    let (eyes, now) = (eyes(actor)?, app.now());
    let disputes = store::listing(db, &eyes, (view, filter), page, now).await?;
    let count = store::count(db, &eyes, (view, filter), now).await?;
    let mut rows = rows(db, app, &disputes).await?;
    if view == DisputeView::Confirming {
        // What runs there is the time for the court, whatever else of the dispute is late.
        rows.iter_mut().for_each(|row| row.is_late = false);
    }
    let paired = rows.into_iter().zip(disputes).collect();
    Ok(Listing::new(paired, page, count, |(_, dispute)| store::mark(view, dispute)).map(|(row, _)| row))
}

/// The columns of a list. No party stands in it.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("编号", "Number", 20),
        ("类别", "Class", 20),
        ("状态", "State", 12),
        ("结果", "Outcome", 14),
        ("地点", "Place", 30),
        ("来源", "Source", 16),
        ("调解员", "Mediator", 12),
        ("受理日", "Taken in", 12),
        ("到期", "Due", 17),
        ("履行", "Performance", 14),
        ("司法确认", "Confirmation", 14),
    ];
    book::columns(lang, heads)
}

/// Hands a list over in batches of rows.
pub(super) async fn batches(
    app: SharedApp,
    (actor, view, filter): (Actor, DisputeView, Filter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, filter) = (&app, &actor, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, actor, (view, filter), &page).await?;
            Ok((listing.rows.iter().map(|row| cells(app, row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(app: &App, row: &DisputeRow, lang: Lang) -> Vec<Cell> {
    let place = [&row.place.township, &row.place.village, &row.place.grid];
    let place: Vec<&str> = place.into_iter().flatten().map(|region| region.names.in_lang(lang)).collect();
    vec![
        Cell::Text(row.number.clone()),
        Cell::called(Some(&row.class.names), lang),
        Cell::called(Some(&row.state.names()), lang),
        Cell::called(row.outcome.map(DisputeOutcome::names).as_ref(), lang),
        Cell::Text(place.join(" ")),
        Cell::called(Some(&row.source.names()), lang),
        Cell::words(row.mediator.as_ref().map(|person| &person.name)),
        Cell::Day(row.accepted_on),
        Cell::at(row.due_at, &app.settings.zone),
        Cell::called(Some(&row.performance.names()), lang),
        Cell::called(Some(&row.confirmation.names()), lang),
    ]
}

/// One list of the desk, counted.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DeskView {
    /// Which.
    view: DisputeView,
    /// How many.
    count: i64,
    /// Of them, those that are late.
    late: i64,
}

/// A centre with its rooms.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CentreView {
    /// The unit.
    unit: UnitRef,
    /// Its rooms.
    rooms: Vec<Room>,
}

/// The desk of a centre, or of a mediator.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct MediationDesk {
    /// Its lists.
    views: Vec<DeskView>,
    /// Which classes there are.
    classes: Vec<Class>,
    /// The reader's centres.
    centres: Vec<CentreView>,
    /// Whether the reader takes disputes in.
    may_take_in: bool,
    /// Where the reader takes them in.
    #[serde(skip_serializing_if = "Option::is_none")]
    home: Option<RegionRef>,
}

/// The desk.
pub(super) async fn desk(db: &mut Conn, app: &App, actor: &Actor) -> Result<MediationDesk> {
    let (own, now) = (eyes(actor)?, app.now());
    let mut views = Vec::new();
    for view in DisputeView::ALL.iter().copied().filter(|view| *view != DisputeView::Accepted) {
        let late = Filter { late: true, ..Filter::default() };
        let count = store::count(db, &own, (view, &Filter::default()), now).await?;
        // What has run out is no longer in the list of those whose time for the court runs.
        let is_never_late = matches!(view, DisputeView::Over | DisputeView::Confirming);
        let late = if is_never_late || count == 0 { 0 } else { store::count(db, &own, (view, &late), now).await? };
        views.push(DeskView { view, count, late });
    }
    let takes_in = actor.require(Permission::MediationTakeIn).ok();
    let home = takes_in.as_ref().map(|scope| scope.home(&app.settings.region));
    Ok(MediationDesk {
        views,
        classes: app.disputes.all().to_vec(),
        centres: centres(db, actor).await?,
        may_take_in: takes_in.is_some(),
        home: match home {
            Some(code) => regions::refs_unscoped(db, [&code]).await?.remove(&code),
            None => None,
        },
    })
}

async fn centres(db: &mut Conn, actor: &Actor) -> Result<Vec<CentreView>> {
    let mut units = actor.require(Permission::MediationMediate)?.units;
    units.sort_unstable();
    units.dedup();
    let names = people::units_unscoped(db, &units).await?;
    let rooms = store::rooms(db, &units).await?;
    let centre = |unit: &Id<Unit>| {
        let own = rooms.iter().filter(|room| room.centre == *unit).cloned().collect();
        Some(CentreView { unit: names.get(unit)?.clone(), rooms: own })
    };
    Ok(units.iter().filter_map(centre).collect())
}

/// 在调解: what whoever may see a case is told of a dispute that came of it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CaseMediation {
    /// Whether one is open.
    in_mediation: bool,
    /// Which, for whoever may see it.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    dispute: Option<Id<Dispute>>,
    /// Whether the reader may bring it as a dispute.
    may_take_in: bool,
}

/// What the page of a case says of mediation; the caller has checked the right to the case.
pub(super) async fn of_case(
    db: &mut Conn,
    actor: &Actor,
    (case, place): (Id<crate::modules::cases::Case>, &RegionCode),
) -> Result<CaseMediation> {
    let found = store::of_case_unscoped(db, case).await?;
    let mut dispute = None;
    if let (Ok(own), Some((id, _))) = (eyes(actor), found.first()) {
        dispute = store::get(db, &own, *id).await.ok().map(|dispute| dispute.id);
    }
    let in_mediation = found.iter().any(|(_, state)| *state != DisputeState::Over);
    let takes_in = actor.require(Permission::MediationTakeIn).is_ok_and(|scope| scope.covers(place));
    Ok(CaseMediation {
        in_mediation,
        dispute,
        may_take_in: takes_in && !in_mediation && place.level() >= Level::County,
    })
}
