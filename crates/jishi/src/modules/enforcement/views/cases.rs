//! Cases as lists and pages show them.

mod shapes;

use std::collections::HashMap;

use db::Conn;
use kernel::{Cursor, Id, Instant, Listing, Page, Result};

use super::{ItemView, LinkView, checks::reports_of, officers, people_of, places};
use crate::{
    modules::{
        App,
        calendar::Deadline,
        enforcement::{
            actions::{due_of, remedy_of},
            model::{Case, Paper, PartyField, PartyMask},
            rules::{self, Missing, Moment, Stage, StageState, StepName, Term},
            store::{self, CaseFilter},
        },
        people::{self, PersonRef},
        photos::{self},
        regions::Place,
        register::{self},
    },
    platform::access::{Actor, Permission, Person, Scope},
};

pub(in super::super) use shapes::{
    AccessView, CaseDetail, CaseRow, DeadlineView, DetailView, PaperView, PartyView, StageView, StepView,
};

fn row(
    case: &Case,
    place: Place,
    people: &HashMap<Id<Person>, PersonRef>,
    masks: &[PartyMask],
    now: Instant,
) -> CaseRow {
    let mask = masks.iter().find(|mask| mask.case == case.id && mask.field == PartyField::Name);
    let shown = case.party_name.clone().or_else(|| mask.map(|mask| mask.mask.clone())).unwrap_or_default();
    CaseRow {
        id: case.id,
        number: case.number.clone(),
        status: case.status,
        closed_how: case.closed_how,
        item: ItemView { code: case.kept.code.clone(), names: case.kept.names.clone() },
        place,
        party: PartyView { kind: case.party_kind, shown },
        officers: officers(&case.officers, people),
        filed_at: case.filed_at,
        due_at: case.due_at,
        due_what: case.due_what,
        is_late: case.due_at.is_some_and(|due| due < now),
        decision: case.record.decision.as_ref().map(|decision| decision.number.clone()),
        fine_fen: case.record.decision.as_ref().map(|decision| decision.fine_fen).filter(|fen| *fen > 0),
        publicity: case.publicity,
    }
}

async fn rows(db: &mut Conn, app: &App, cases: &[Case]) -> Result<Vec<CaseRow>> {
    let places = places(db, cases.iter().map(|case| (&case.place, &case.place_text))).await?;
    let people = people_of(db, cases.iter().map(|case| &case.officers)).await?;
    let ids: Vec<Id<Case>> = cases.iter().map(|case| case.id).collect();
    let masks = store::masks_of(db, &ids).await?;
    let now = app.now();
    Ok(cases.iter().zip(places).map(|(case, place)| row(case, place, &people, &masks, now)).collect())
}

/// A page of cases.
pub(in super::super) async fn case_listing(
    db: &mut Conn,
    app: &App,
    (scope, filter): (&Scope, &CaseFilter),
    page: &Page,
) -> Result<Listing<CaseRow>> {
    let found = store::case_page(db, scope, filter, page).await?;
    let count = store::case_count(db, scope, filter).await?;
    let rows = rows(db, app, &found).await?;
    let by_deadline = filter.view.is_by_deadline();
    let key = |row: &CaseRow| {
        let at = if by_deadline { row.due_at.unwrap_or(row.filed_at) } else { row.filed_at };
        Cursor::pack(&(at, row.id))
    };
    Ok(Listing::new(rows, page, count, key))
}

/// One case.
pub(in super::super) async fn case_detail(db: &mut Conn, app: &App, actor: &Actor, id: Id<Case>) -> Result<CaseDetail> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let case = store::get_case(db, &scope, id).await?;
    let row = rows(db, app, std::slice::from_ref(&case)).await?.pop();
    let row = row.ok_or_else(|| kernel::Error::internal("a case in is a row out"))?;
    let (papers, steps) = (store::papers_of(db, id).await?, store::steps_of(db, id).await?);
    let accesses = store::accesses_of(db, id).await?;
    let persons: Vec<Id<Person>> = papers
        .iter()
        .map(|paper| paper.person)
        .chain(steps.iter().map(|step| step.person))
        .chain(accesses.iter().map(|access| access.person))
        .collect();
    let people = people::people_unscoped(db, &persons).await?;
    let check = match case.check {
        Some(check) => Some(store::get_check(db, &scope, check).await?),
        None => None,
    };
    let things: Vec<_> = case.thing.into_iter().collect();
    let reports: Vec<_> = case.report.into_iter().collect();
    let masks = store::masks_of(db, &[id]).await?;
    let is_known = masks.iter().any(|mask| mask.field == PartyField::Address);
    let address = if is_known { rules::Address::Known } else { rules::Address::Unknown };
    Ok(CaseDetail {
        kept: case.kept.clone(),
        cause: case.cause.clone(),
        source: case.source,
        check: check.map(|check| LinkView { id: check.id.uuid(), number: check.number }),
        report: reports_of(db, actor, &reports).await?.pop(),
        whistle: case.whistle.map(Id::uuid),
        thing: register::refs_unscoped(db, app, &things).await?.pop(),
        details: masks.into_iter().map(|mask| DetailView { field: mask.field, mask: mask.mask }).collect(),
        accesses: accesses
            .into_iter()
            .map(|it| AccessView {
                at: it.at,
                field: it.field,
                by: people.get(&it.person).cloned(),
                purpose: it.purpose,
                words: it.words,
            })
            .collect(),
        stages: stage_views(app, &case, &papers, address),
        deadlines: deadline_views(app, &case),
        papers: paper_views(db, app, &papers, &people).await?,
        steps: steps
            .into_iter()
            .map(|step| StepView {
                at: step.at,
                by: people.get(&step.person).cloned(),
                statement: serde_json::from_value(step.params["statement"].clone()).ok(),
                passes: step.params["passes"].as_bool(),
                kind: step.kind,
                words: step.words,
            })
            .collect(),
        allowed: allowed(app, actor, &case),
        may_open: actor.require(Permission::EnforcementParty).is_ok_and(|scope| scope.covers(&case.place)),
        remedy: remedy_of(app, &case),
        closed_at: case.closed_at,
        version: case.version,
        record: case.record,
        row,
    })
}

async fn paper_views(
    db: &mut Conn,
    app: &App,
    papers: &[Paper],
    people: &HashMap<Id<Person>, PersonRef>,
) -> Result<Vec<PaperView>> {
    let mut views = Vec::new();
    for paper in papers {
        views.push(PaperView {
            id: paper.id,
            kind: paper.kind,
            made_on: paper.made_on,
            words: paper.words.clone(),
            photos: photos::links(db, app, &paper.photos).await?,
            by: people.get(&paper.person).cloned(),
            at: paper.at,
            struck: paper.struck.clone(),
        });
    }
    Ok(views)
}

/// What is missing stands with the stage that lacks it.
fn stage_views(app: &App, case: &Case, papers: &[Paper], address: rules::Address) -> Vec<StageView> {
    let missing = rules::next(case, papers, address, app.now());
    let record = &case.record;
    let on = |state: StageState| match state {
        StageState::Withdrawn => {
            let withdrawn = record.publication.as_ref().and_then(|it| it.withdrawn_at);
            withdrawn.map(|at| at.day(&app.settings.zone))
        }
        StageState::Dropped => {
            record.annulment.as_ref().map(|it| it.on).or_else(|| record.execution.as_ref().map(|it| it.on))
        }
        _ => None,
    };
    let of = |stage: Stage| {
        let lacks = |it: &Missing| match it {
            Missing::SceneRecord | Missing::StatementRecord | Missing::Photos => stage == Stage::Gather,
            Missing::Address => stage == Stage::Decide,
            Missing::Notice | Missing::Heard | Missing::Hearing | Missing::HearingRecord => stage == Stage::Notify,
        };
        missing.iter().copied().filter(lacks).collect()
    };
    let view = |(stage, state): (Stage, StageState)| StageView {
        stage,
        state,
        law: stage.law(),
        on: on(state),
        missing: of(stage),
    };
    rules::stages(case).into_iter().map(view).collect()
}

fn deadline_views(app: &App, case: &Case) -> Vec<DeadlineView> {
    let now = app.now();
    let view = |(what, deadline): (Term, Deadline)| DeadlineView {
        what,
        law: what.law(),
        is_late: deadline.due_at < now,
        deadline,
    };
    due_of(app, case).into_iter().map(view).collect()
}

/// The steps that the reader's permissions, the case's state and its persons let them take.
fn allowed(app: &App, actor: &Actor, case: &Case) -> Vec<StepName> {
    let at = Moment { now: app.now(), zone: &app.settings.zone };
    let may = |step: &StepName| {
        let scope = actor.require(step.rule().1);
        scope.is_ok_and(|scope| scope.covers(&case.place)) && rules::allowed(*step, case, actor.person, at).is_ok()
    };
    StepName::ALL.iter().copied().filter(may).collect()
}
