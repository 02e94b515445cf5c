//! What a page shows of supervisions.

use std::collections::HashMap;

use db::Conn;
use kernel::{Id, Instant, Listing, Names, Page, Result};
use serde::Serialize;

use super::{
    model::{INSTRUCTION, Supervision, SupervisionFilter},
    rules, store,
};
use crate::{
    modules::{
        App,
        cases::{self, Case, CaseRow, Grade, Note},
        people::{self, PersonRef, UnitRef},
    },
    platform::access::{Actor, Permission, Person, Scope, Unit},
};

/// A supervision as a list or its case shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Supervision)]
#[expect(clippy::struct_excessive_bools, reason = "one answer for each button, and how it stands")]
pub struct SupervisionView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Supervision>,
    /// 等级
    pub grade: Grade,
    /// 情形: its code, and what it is called.
    pub trigger: String,
    /// What the trigger is called.
    pub trigger_names: Names,
    /// Whether it lasts.
    pub is_open: bool,
    /// Not answered, and past the time to answer.
    pub is_late: bool,
    /// The unit that leads.
    pub unit: Option<UnitRef>,
    /// 责任人
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonRef>,
    /// When it was imposed.
    pub imposed_at: Instant,
    /// By whom; none when the rules did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imposed_by: Option<PersonRef>,
    /// Until when the unit answers.
    pub due_at: Instant,
    /// 督办要求
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demand: Option<String>,
    /// What stands for it where nobody wrote one: the rules' own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual_demand: Option<Names>,
    /// 约谈
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting_at: Option<Instant>,
    /// When the unit answered first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Instant>,
    /// What it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// When it was released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_at: Option<Instant>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_by: Option<PersonRef>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_words: Option<String>,
    /// Whether the reader may answer now.
    pub may_answer: bool,
    /// Whether the reader may change or release it now.
    pub may_release: bool,
    /// Counts every change.
    pub version: i64,
}

/// A supervision with its case.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SupervisionRow {
    /// How it stands.
    #[serde(flatten)]
    pub supervision: SupervisionView,
    /// Of which case.
    pub case: CaseRow,
}

/// The supervisions of a case, and whether the reader may impose one.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseSupervisions {
    /// The newest first.
    pub rows: Vec<SupervisionView>,
    /// Whether the reader may put the case under supervision now.
    pub may_impose: bool,
}

struct Known {
    units: HashMap<Id<Unit>, UnitRef>,
    people: HashMap<Id<Person>, PersonRef>,
    words: HashMap<Id<Note>, String>,
    there: Vec<Id<Person>>,
}

impl Known {
    async fn read(db: &mut Conn, app: &App, all: &[Supervision]) -> Result<Self> {
        let units: Vec<_> = all.iter().filter_map(|it| it.unit).collect();
        let people: Vec<_> = all.iter().flat_map(|it| [it.owner, it.imposed_by, it.released_by]).flatten().collect();
        let notes: Vec<_> = all.iter().flat_map(|it| [it.demand, it.answer, it.released_words]).flatten().collect();
        let mut there = Vec::new();
        for person in all.iter().filter(|it| it.is_open).filter_map(|it| it.imposed_by) {
            if !there.contains(&person) && people::holds_unscoped(db, person, app.today()).await? {
                there.push(person);
            }
        }
        Ok(Self {
            units: people::units_unscoped(db, &units).await?,
            people: people::people_unscoped(db, &people).await?,
            words: cases::words_unscoped(db, &notes).await?,
            there,
        })
    }

    fn person(&self, id: Option<Id<Person>>) -> Option<PersonRef> {
        id.and_then(|id| self.people.get(&id).cloned())
    }

    fn say(&self, note: Option<Id<Note>>) -> Option<String> {
        note.and_then(|note| self.words.get(&note).cloned())
    }

    fn view(&self, app: &App, actor: &Actor, it: &Supervision, case: &Case) -> SupervisionView {
        let leads = case.lead_unit.or(it.unit);
        let is_ours = actor
            .require(Permission::CaseHandle)
            .is_ok_and(|scope| leads.is_some_and(|unit| scope.units.contains(&unit)));
        let is_there = it.imposed_by.is_some_and(|person| self.there.contains(&person));
        SupervisionView {
            id: it.id,
            grade: it.grade,
            trigger_names: app.supervision.get().names(&it.trigger),
            trigger: it.trigger.clone(),
            is_open: it.is_open,
            is_late: it.is_open && it.answered_at.is_none() && it.due_at < app.now(),
            unit: it.unit.and_then(|unit| self.units.get(&unit).cloned()),
            owner: self.person(it.owner),
            imposed_at: it.imposed_at,
            imposed_by: self.person(it.imposed_by),
            due_at: it.due_at,
            demand: self.say(it.demand),
            usual_demand: it.demand.is_none().then(rules::usual_demand),
            meeting_at: it.meeting_at,
            answered_at: it.answered_at,
            answer: self.say(it.answer),
            released_at: it.released_at,
            released_by: self.person(it.released_by),
            released_words: self.say(it.released_words),
            may_answer: it.is_open && is_ours,
            may_release: it.is_open && rules::may_release(it, case, actor, is_there).is_ok(),
            version: it.version,
        }
    }
}

/// The supervisions of a case; the caller has checked the right to it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn of_case(db: &mut Conn, app: &App, actor: &Actor, case: &Case) -> Result<CaseSupervisions> {
    let all = store::of_case(db, case.id).await?;
    let known = Known::read(db, app, &all).await?;
    let is_in_hand = case.lead_unit.is_some() && case.status.is_open();
    let may_impose = is_in_hand && !all.iter().any(|it| it.is_open) && rules::may_impose(case, actor).is_ok();
    Ok(CaseSupervisions { rows: all.iter().map(|it| known.view(app, actor, it, case)).collect(), may_impose })
}

/// A page of the list.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    (scope, filter): (&Scope, &SupervisionFilter),
    page: &Page,
) -> Result<Listing<SupervisionRow>> {
    let Listing { rows: all, next, count, count_capped } = store::list(db, scope, filter, page).await?;
    Ok(Listing { rows: rows(db, app, actor, &all).await?, next, count, count_capped })
}

/// Supervisions with their cases.
///
/// # Errors
/// `internal` when the database fails.
pub async fn rows(db: &mut Conn, app: &App, actor: &Actor, all: &[Supervision]) -> Result<Vec<SupervisionRow>> {
    let known = Known::read(db, app, all).await?;
    let ids: Vec<Id<Case>> = all.iter().map(|it| it.case).collect();
    let found = cases::some_unscoped(db, &ids).await?;
    let shown = cases::rows(db, app, &found).await?;
    let both: HashMap<Id<Case>, (&Case, &CaseRow)> =
        found.iter().zip(&shown).map(|(case, row)| (case.id, (case, row))).collect();
    let row = |it: &Supervision| {
        let (case, row) = both.get(&it.case)?;
        Some(SupervisionRow { supervision: known.view(app, actor, it, case), case: (*row).clone() })
    };
    Ok(all.iter().filter_map(row).collect())
}

/// What may be filtered by: the triggers in force, and the instruction of a leader.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SupervisionTrigger {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// The triggers there are.
pub fn triggers(app: &App) -> Vec<SupervisionTrigger> {
    let rules = app.supervision.get();
    let codes = rules.iter().map(|it| it.code.clone()).chain([INSTRUCTION.to_owned()]);
    codes.map(|code| SupervisionTrigger { names: rules.names(&code), code }).collect()
}
