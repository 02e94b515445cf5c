//! What pages show of objections: to the resident their own, without persons; to the security administrator the opening and the
//! words, never the detail.

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Code, Cursor, Error, Id, Instant, Lang, Level, Listing, Page, Result};
use serde::Serialize;

use super::{
    model::{Objection, ObjectionFilter, ObjectionOutcome, ObjectionState, Reach},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, Report, Status},
        contacts::{self, Access, Field},
        matters::MatterRef,
        people::{self, PersonRef, UnitRef},
        regions::{self, RegionRef},
    },
    platform::{
        access::{Actor, Permission, Role, Unit},
        book::{self, Cell, Column, Rows},
        masking,
    },
};

/// Which objections the actor answers: a security administrator all in their places, an auditor those that became late; being
/// of a unit shows nobody more.
///
/// # Errors
/// `forbidden`.
pub fn answered_by(actor: &Actor, now: Instant) -> Result<Reach> {
    if let Ok(scope) = actor.require(Permission::ObjectionAnswer) {
        return Ok(Reach { places: scope.places, late_by: None });
    }
    let scope = actor.require(Permission::ObjectionOverdue)?;
    Ok(Reach { places: scope.places, late_by: Some(now) })
}

/// An opening of a resident's contact details, as they see it, with what they said about it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OwnOpening)]
pub struct OwnOpening {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Access>,
    /// When.
    pub at: Instant,
    /// Which detail.
    pub field: Option<Field>,
    /// In which role.
    pub role: Option<Role>,
    /// For which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// Why, from the list.
    pub purpose: String,
    /// Whether they may object to it.
    pub may_object: bool,
    /// What they said about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objection: Option<OwnObjection>,
}

/// A resident's objection and the answer to it; who answered is not told.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OwnObjection {
    /// What they said, as kept.
    pub words: String,
    /// When.
    pub objected_at: Instant,
    /// Until when they are to be answered.
    pub due_at: Instant,
    /// Whether the opening was in order; none while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ObjectionOutcome>,
    /// What they are answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Instant>,
}

impl From<Objection> for OwnObjection {
    fn from(objection: Objection) -> Self {
        let due_at = objection.due_at();
        let Objection { words, objected_at, answer, .. } = objection;
        Self {
            due_at,
            words,
            objected_at,
            outcome: answer.as_ref().map(|answer| answer.outcome),
            answered_at: answer.as_ref().map(|answer| answer.at),
            answer: answer.map(|answer| answer.words),
        }
    }
}

/// All openings of a report's contact details, the newest first; by the report that came in.
///
/// # Errors
/// `internal` when the database fails.
pub async fn openings(db: &mut Conn, whose: Id<Report>) -> Result<Vec<OwnOpening>> {
    let accesses = contacts::accesses(db, whose).await?;
    let units: Vec<Id<Unit>> = accesses.iter().filter_map(|access| access.unit).collect();
    let units = people::units_unscoped(db, &units).await?;
    let said = store::of_report(db, whose).await?;
    let mut said: HashMap<Id<Access>, Objection> = said.into_iter().map(|one| (one.access, one)).collect();
    let opening = |access: Access| {
        let objection = said.remove(&access.id).map(OwnObjection::from);
        OwnOpening {
            id: access.id,
            at: access.at,
            field: access.field,
            role: access.role,
            unit: access.unit.and_then(|unit| units.get(&unit).cloned()),
            purpose: access.purpose,
            may_object: objection.is_none(),
            objection,
        }
    };
    Ok(accesses.into_iter().map(opening).collect())
}

/// An opening as whoever answers about it sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ObjectedOpening)]
pub struct OpeningView {
    /// When.
    at: Instant,
    /// Which detail; what it says is not here.
    field: Option<Field>,
    /// Who opened it.
    person: PersonRef,
    /// In which role.
    role: Option<Role>,
    /// For which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitRef>,
    /// Why, from the list.
    purpose: String,
    /// Why, in their words.
    words: String,
}

/// 异议
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Objection)]
pub struct ObjectionView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Objection>,
    /// The case's number.
    number: String,
    /// The case, where the reader may open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    case: Option<Id<Case>>,
    /// Where the case stands, where the reader may open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    /// What the case is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    matter: Option<MatterRef>,
    /// Where, no finer than the township.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<RegionRef>,
    /// The opening.
    opening: OpeningView,
    /// What the resident says.
    words: String,
    /// When.
    objected_at: Instant,
    /// Until when it is to be answered.
    due_at: Instant,
    /// Whether it was or is answered later than that.
    is_late: bool,
    /// Where it stands.
    state: ObjectionState,
    /// Whether the opening was in order; none while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<ObjectionOutcome>,
    /// What the resident is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Instant>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_by: Option<PersonRef>,
    /// Whether the opening is the reader's own or their unit's: then somebody above answers.
    is_own: bool,
    /// Whether the reader may answer it.
    may_answer: bool,
    /// Counts every change.
    version: i64,
}

/// A page of objections.
pub async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &ObjectionFilter,
    page: &Page,
) -> Result<Listing<ObjectionView>> {
    let reach = answered_by(actor, app.now())?;
    let (found, count) = (store::page(db, &reach, filter, page).await?, store::count(db, &reach, filter).await?);
    let rows = rows(db, app, actor, &found).await?;
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&(row.objected_at, row.id))))
}

/// One objection.
pub async fn one(db: &mut Conn, app: &App, actor: &Actor, id: Id<Objection>) -> Result<ObjectionView> {
    let found = store::get(db, &answered_by(actor, app.now())?, id).await?;
    rows(db, app, actor, &[found]).await?.pop().ok_or_else(|| Error::new(Code::NotFound))
}

async fn rows(db: &mut Conn, app: &App, actor: &Actor, all: &[Objection]) -> Result<Vec<ObjectionView>> {
    let accesses: Vec<Id<Access>> = all.iter().map(|one| one.access).collect();
    let accesses = contacts::accesses_unscoped(db, &accesses).await?;
    let units: Vec<Id<Unit>> = all.iter().filter_map(|one| one.unit).collect();
    let units = people::units_unscoped(db, &units).await?;
    let persons: Vec<_> = all
        .iter()
        .flat_map(|one| [Some(one.person), one.answer.as_ref().map(|answer| answer.by)].into_iter().flatten())
        .collect();
    let persons = people::people_unscoped(db, &persons).await?;
    let ids: Vec<Id<Case>> = all.iter().map(|one| one.case).collect();
    let cases: HashMap<Id<Case>, Case> =
        cases::some_unscoped(db, &ids).await?.into_iter().map(|case| (case.id, case)).collect();
    // Only whoever may open cases anyhow is led to one; the others see its number and whose business it is.
    let opens: HashSet<Id<Case>> = match actor.require(Permission::CaseRead) {
        Ok(scope) => cases::seen_of(db, &scope, &ids).await?.into_iter().map(|case| case.id).collect(),
        Err(_) => HashSet::new(),
    };
    let rough = |one: &Objection| one.place.at(Level::Township).unwrap_or_else(|| one.place.clone());
    let places: Vec<_> = all.iter().map(rough).collect();
    let places = regions::refs_unscoped(db, places.iter()).await?;
    let catalogue = app.matters.catalogue();
    let lost = |what: &str| Error::internal(format!("an objection without its {what}"));
    let row = |one: &Objection| {
        let access = accesses.get(&one.access).ok_or_else(|| lost("opening"))?;
        let case = cases.get(&one.case).ok_or_else(|| lost("case"))?;
        let matter = case.matter.as_deref().map(|code| catalogue.matter_ref(code, &case.place));
        let is_own = rules::is_own(actor, (one.person, one.unit));
        let answer = one.answer.as_ref();
        Ok(ObjectionView {
            id: one.id,
            number: case.number.clone(),
            case: Some(case.id).filter(|id| opens.contains(id)),
            status: Some(case.status).filter(|_| opens.contains(&case.id)),
            matter,
            place: places.get(&rough(one)).cloned(),
            opening: OpeningView {
                at: access.at,
                field: access.field,
                person: persons.get(&one.person).cloned().ok_or_else(|| lost("person"))?,
                role: access.role,
                unit: one.unit.and_then(|unit| units.get(&unit).cloned()),
                purpose: access.purpose.clone(),
                // Masked when they were written down; in the years before that they were not.
                words: masking::mask(&access.words, None).text,
            },
            words: one.words.clone(),
            objected_at: one.objected_at,
            due_at: one.due_at(),
            is_late: one.is_late(app.now()),
            state: one.state(),
            outcome: answer.map(|answer| answer.outcome),
            answer: answer.map(|answer| answer.words.clone()),
            answered_at: answer.map(|answer| answer.at),
            answered_by: answer.and_then(|answer| persons.get(&answer.by).cloned()),
            is_own,
            may_answer: !is_own && one.state() == ObjectionState::Open,
            version: one.version,
        })
    };
    all.iter().map(row).collect()
}

/// The columns of the list.
pub fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("工单编号", "Number", 24),
        ("事项", "Matter", 24),
        ("地点", "Place", 18),
        ("查看时间", "Opened at", 17),
        ("查看单位", "Unit", 24),
        ("查看人", "By", 12),
        ("身份", "As", 18),
        ("用途", "Purpose", 20),
        ("查看说明", "Words given", 30),
        ("异议内容", "Objection", 40),
        ("提出时间", "Objected at", 17),
        ("答复期限", "To be answered by", 17),
        ("状态", "State", 10),
        ("结论", "Outcome", 12),
        ("答复", "Answer", 40),
        ("答复时间", "Answered at", 17),
    ];
    book::columns(lang, heads)
}

/// Hands all objections of a list over in batches of rows.
pub async fn batches(app: SharedApp, (actor, filter): (Actor, ObjectionFilter), lang: Lang, out: Rows) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, filter) = (&app, &actor, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, actor, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| cells(app, row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(app: &App, row: &ObjectionView, lang: Lang) -> Vec<Cell> {
    let zone = &app.settings.zone;
    let opening = &row.opening;
    let purpose = contacts::Purpose::parse(&opening.purpose).map(contacts::Purpose::names);
    vec![
        Cell::Text(row.number.clone()),
        Cell::called(row.matter.as_ref().map(|matter| &matter.names), lang),
        Cell::called(row.place.as_ref().map(|place| &place.names), lang),
        Cell::at(Some(opening.at), zone),
        Cell::called(opening.unit.as_ref().map(|unit| &unit.names), lang),
        Cell::Text(opening.person.name.clone()),
        Cell::called(opening.role.map(Role::names).as_ref(), lang),
        Cell::called(purpose.as_ref(), lang),
        Cell::Text(opening.words.clone()),
        Cell::Text(row.words.clone()),
        Cell::at(Some(row.objected_at), zone),
        Cell::at(Some(row.due_at), zone),
        Cell::called(Some(&row.state.names()), lang),
        Cell::called(row.outcome.map(ObjectionOutcome::names).as_ref(), lang),
        Cell::words(row.answer.as_ref()),
        Cell::at(row.answered_at, zone),
    ]
}
