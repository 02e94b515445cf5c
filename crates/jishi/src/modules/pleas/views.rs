//! What a page shows of pleas.

use std::collections::HashMap;

use db::Conn;
use kernel::{Day, Id, Instant, Lang, Level, Listing, Names, Page, Result};
use serde::Serialize;

use super::{
    actions, limits,
    model::{Arbiter, Plea, PleaFilter, PleaKind, PleaState},
    rules, store,
};
use crate::{
    modules::{
        App,
        cases::{self, Case, CaseRow, Note},
        people::{self, PersonRef, UnitRef},
    },
    platform::access::{Actor, Permission, Scope},
};

/// Where somebody decides, and at which level.
///
/// # Errors
/// `forbidden`.
pub(super) fn decides(actor: &Actor) -> Result<(Scope, Arbiter)> {
    let scope = Scope { units: Vec::new(), ..actor.require(Permission::CaseDispatch)? };
    let is_county = scope.places.iter().any(|place| place.level() <= Level::County);
    Ok((scope, if is_county { Arbiter::County } else { Arbiter::Township }))
}

/// A plea as a list or its case shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Plea)]
#[expect(clippy::struct_excessive_bools, reason = "one answer for each button, and whether it is late")]
pub struct PleaView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Plea>,
    /// What is asked for.
    pub kind: PleaKind,
    /// How far it is.
    pub state: PleaState,
    /// Who decides.
    pub arbiter: Arbiter,
    /// The unit that asks.
    pub unit: Option<UnitRef>,
    /// Who asked for it.
    pub person: Option<PersonRef>,
    /// When.
    pub asked_at: Instant,
    /// Until when it is to be decided.
    pub decide_by: Instant,
    /// Open, and past that.
    pub is_late: bool,
    /// Why, for staff.
    pub reason: Option<String>,
    /// What the resident is told.
    pub told: Option<String>,
    /// 挂账: what is planned; the resident reads it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// 延期、中止、挂账: the last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// 法定程序, 挂账原因, 剔除原因, 职责: what it relies on, by its names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relies_on: Option<Names>,
    /// 派单异议: the unit it is thought to belong to; once it is granted, the one it went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted_unit: Option<UnitRef>,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Instant>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<PersonRef>,
    /// 提请理由: why a refused dispute was taken to the county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal: Option<String>,
    /// What the township had answered then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_answer: Option<String>,
    /// The arbiter's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether the reader may decide now.
    pub may_decide: bool,
    /// Why not, where they answer for the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<Names>,
    /// Whether the reader may take it back.
    pub may_withdraw: bool,
    /// Whether the reader may take it to the county.
    pub may_appeal: bool,
    /// Counts every change.
    pub version: i64,
}

/// A plea with the case it is about.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PleaRow {
    /// What is asked for.
    #[serde(flatten)]
    pub plea: PleaView,
    /// In which case.
    pub case: CaseRow,
}

/// An entry of a list to choose from.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PleaChoice {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Which law says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Names>,
    /// Longest, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
}

/// What may be asked for in a case, and the lists to choose from.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CasePleas {
    /// What was asked for, the newest first.
    pub pleas: Vec<PleaView>,
    /// What the reader may ask for now.
    pub may_ask: Vec<PleaKind>,
    /// 法定程序
    pub procedures: Vec<PleaChoice>,
    /// 挂账原因
    pub obstacles: Vec<PleaChoice>,
    /// 剔除原因
    pub exclusions: Vec<PleaChoice>,
    /// 职责清单
    pub duties: Vec<PleaChoice>,
    /// Longest extension, in days.
    pub extension_days: i64,
    /// Longest time to the review of a parked case, in days.
    pub review_days: i64,
    /// Until when it would be decided, were it asked for now.
    pub decide_by: Instant,
}

/// Names and words of some pleas.
struct Known {
    units: HashMap<Id<crate::platform::access::Unit>, UnitRef>,
    people: HashMap<Id<crate::platform::access::Person>, PersonRef>,
    words: HashMap<Id<Note>, String>,
}

impl Known {
    async fn read(db: &mut Conn, pleas: &[Plea]) -> Result<Self> {
        let units: Vec<_> = pleas.iter().flat_map(|plea| [Some(plea.unit), plea.wish.unit]).flatten().collect();
        let people: Vec<_> = pleas.iter().flat_map(|plea| [Some(plea.person), plea.decided_by]).flatten().collect();
        let notes: Vec<_> = pleas
            .iter()
            .flat_map(|plea| [plea.reason, plea.told, plea.plan, plea.appeal, plea.first_answer, plea.answer])
            .flatten()
            .collect();
        Ok(Self {
            units: people::units_unscoped(db, &units).await?,
            people: people::people_unscoped(db, &people).await?,
            words: cases::words_unscoped(db, &notes).await?,
        })
    }

    fn say(&self, note: Option<Id<Note>>) -> Option<String> {
        note.and_then(|note| self.words.get(&note).cloned())
    }

    fn view(&self, app: &App, actor: &Actor, plea: &Plea, case: &Case) -> PleaView {
        let (now, decides) = (app.now(), rules::may_decide(plea, case, actor));
        let is_ours = actor.require(Permission::CaseHandle).is_ok_and(|scope| scope.units.contains(&plea.unit));
        let answers = actor.require(Permission::CaseDispatch).is_ok_and(|scope| scope.covers(&case.place));
        let why_not = if answers && plea.state == PleaState::Open { rules::objection(plea, case, actor) } else { None };
        PleaView {
            id: plea.id,
            kind: plea.kind,
            state: plea.state,
            arbiter: plea.arbiter,
            unit: self.units.get(&plea.unit).cloned(),
            person: self.people.get(&plea.person).cloned(),
            asked_at: plea.asked_at,
            decide_by: plea.decide_by,
            is_late: plea.state == PleaState::Open && plea.decide_by < now,
            reason: self.say(plea.reason),
            told: self.say(plea.told),
            plan: self.say(plea.plan),
            until: plea.wish.until,
            relies_on: relies_on(app, plea),
            wanted_unit: plea.wish.unit.and_then(|unit| self.units.get(&unit).cloned()),
            decided_at: plea.decided_at,
            decided_by: plea.decided_by.and_then(|person| self.people.get(&person).cloned()),
            appeal: self.say(plea.appeal),
            first_answer: self.say(plea.first_answer),
            answer: self.say(plea.answer),
            why_not,
            may_decide: decides.is_ok() && rules::still_stands(plea, case),
            may_withdraw: is_ours && plea.state == PleaState::Open,
            may_appeal: is_ours && actions::may_appeal(app, plea, case),
            version: plea.version,
        }
    }
}

/// What a plea relies on, by its names.
pub(super) fn relies_on(app: &App, plea: &Plea) -> Option<Names> {
    let limits = app.pleas.get();
    let code = plea.wish.code.as_deref();
    match plea.kind {
        PleaKind::Extension => None,
        PleaKind::Pause => {
            limits.procedures.iter().find(|it| Some(it.entry.code.as_str()) == code).map(|it| it.entry.names.clone())
        }
        PleaKind::Parking => limits::find(&limits.obstacles, code?).map(|it| it.names.clone()),
        PleaKind::Exclusion => limits::find(&limits.exclusions, code?).map(|it| it.names.clone()),
        PleaKind::Dispute => {
            let catalogue = app.matters.catalogue();
            catalogue.duties().find(|duty| Some(&duty.code) == plea.wish.duty.as_ref()).map(|duty| duty.names.clone())
        }
    }
}

/// What was asked for in a case, and what its reader may ask for; the caller has checked the right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn of_case(db: &mut Conn, app: &App, actor: &Actor, case: &Case) -> Result<CasePleas> {
    let pleas = store::of_case(db, case.id).await?;
    let known = Known::read(db, &pleas).await?;
    let (limits, now) = (app.pleas.get(), app.now());
    let leads = actor
        .require(Permission::CaseHandle)
        .is_ok_and(|scope| case.lead_unit.is_some_and(|unit| scope.units.contains(&unit)));
    let may = |kind: &PleaKind| leads && rules::may_ask(*kind, case, &pleas, &limits, now).is_ok();
    let list = |entries: &[limits::Entry]| entries.iter().map(choice).collect();
    let procedure =
        |it: &limits::Procedure| PleaChoice { basis: Some(it.basis.clone()), days: Some(it.days), ..choice(&it.entry) };
    Ok(CasePleas {
        pleas: pleas.iter().map(|plea| known.view(app, actor, plea, case)).collect(),
        may_ask: PleaKind::ALL.iter().copied().filter(may).collect(),
        procedures: limits.procedures.iter().map(procedure).collect(),
        obstacles: list(&limits.obstacles),
        exclusions: list(&limits.exclusions),
        duties: duties(db, app, case).await?,
        extension_days: limits.extension_days,
        review_days: limits.review_days,
        decide_by: actions::decide_by(app, &limits, now),
    })
}

/// 职责清单: what the matter's own entry names first, each with what the entry says of it; never the unit's own duty.
async fn duties(db: &mut Conn, app: &App, case: &Case) -> Result<Vec<PleaChoice>> {
    let own = match case.lead_unit {
        Some(unit) => people::units_unscoped(db, &[unit]).await?.remove(&unit).map(|unit| unit.duty),
        None => None,
    };
    let catalogue = app.matters.catalogue();
    let matter = case.matter.as_deref().and_then(|code| catalogue.matter(code, &case.place)).map(|(matter, _)| matter);
    let said = |code: &str| {
        let matter = matter.as_ref()?;
        let role = |leads: Names| {
            Names::new(
                format!("{}：{}", matter.names.zh(), leads.zh()),
                format!("{}: {}", matter.names.in_lang(Lang::En), leads.in_lang(Lang::En)),
            )
        };
        if matter.lead.iter().any(|duty| duty.duty == code) {
            Some(role(Names::new("主责", "leads")))
        } else if matter.assist.iter().any(|duty| duty.duty == code) {
            Some(role(Names::new("配合", "assists")))
        } else {
            None
        }
    };
    let mut found: Vec<PleaChoice> = catalogue
        .duties()
        .filter(|duty| own.as_ref() != Some(&duty.code))
        .map(|duty| PleaChoice {
            code: duty.code.clone(),
            names: duty.names.clone(),
            basis: said(&duty.code),
            days: None,
        })
        .collect();
    found.sort_by_key(|choice| choice.basis.is_none());
    Ok(found)
}

fn choice(entry: &limits::Entry) -> PleaChoice {
    PleaChoice { code: entry.code.clone(), names: entry.names.clone(), basis: None, days: None }
}

/// A page of the list.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    scope: &Scope,
    filter: &PleaFilter,
    page: &Page,
) -> Result<Listing<PleaRow>> {
    let Listing { rows: pleas, next, count, count_capped } = store::list(db, scope, filter, page).await?;
    Ok(Listing { rows: rows(db, app, actor, &pleas).await?, next, count, count_capped })
}

/// Pleas with their cases.
///
/// # Errors
/// `internal` when the database fails.
pub async fn rows(db: &mut Conn, app: &App, actor: &Actor, pleas: &[Plea]) -> Result<Vec<PleaRow>> {
    let known = Known::read(db, pleas).await?;
    let ids: Vec<Id<Case>> = pleas.iter().map(|plea| plea.case).collect();
    let found = cases::some_unscoped(db, &ids).await?;
    let shown = cases::rows(db, app, &found).await?;
    let both: HashMap<Id<Case>, (&Case, &CaseRow)> =
        found.iter().zip(&shown).map(|(case, row)| (case.id, (case, row))).collect();
    let row = |plea: &Plea| {
        let (case, row) = both.get(&plea.case)?;
        Some(PleaRow { plea: known.view(app, actor, plea, case), case: (*row).clone() })
    };
    Ok(pleas.iter().filter_map(row).collect())
}
