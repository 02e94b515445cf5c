//! Deciding, and taking a refused dispute to the county.

use db::Tx;
use kernel::{Code, Day, Error, Id, Names, Result};
use serde_json::json;

use super::{
    super::{
        limits::{self, Pleas},
        model::{Arbiter, Plea, PleaKind, PleaState},
        rules::{self, Ruling},
        store,
    },
    ask::{decide_by, keep, locked, words},
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, Granted, Note},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        trail::By,
    },
};

/// Decides on a plea as its reader saw it at version `seen`. What is granted happens to the case in the same transaction.
///
/// # Errors
/// `not_found`, `record_changed`, what [`rules::may_decide`] refuses, `plea_not_now` when the case has moved on, and what
/// the step itself refuses.
pub async fn decide(app: &SharedApp, actor: Actor, id: Id<Plea>, seen: i64, ruling: Ruling, key: Key) -> Result<()> {
    let scope = actor.require(Permission::CaseDispatch)?;
    let limits = app.pleas.get();
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let (mut case, mut plea) = locked(&mut tx, &scope, id, seen).await?;
            rules::may_decide(&plea, &case, &actor)?;
            if !rules::still_stands(&plea, &case) {
                let code = Error::new(Code::PleaNotNow);
                return Err(code.with("status", case.status.names()).with("kind", plea.kind.names()));
            }
            let post = actor.acting(Permission::CaseDispatch, Some(&case.place), None);
            let by = By::actor(&actor, post);
            plea.decided_at = Some(now);
            plea.decided_by = Some(actor.person);
            plea.decided_unit = post.and_then(|post| post.unit);
            match ruling {
                Ruling::Refuse { words: said } => {
                    let said = words("words", &said)?;
                    plea.state = PleaState::Refused;
                    let entry = (refused_kind(plea.kind), json!({"arbiter": plea.arbiter}), Some(said));
                    let who = Names::zh_only(actor.name.clone());
                    plea.answer = cases::note(&mut tx, app, &by, &mut case, &who, entry).await?;
                }
                Ruling::Grant { .. } => {
                    grant(&mut tx, app, (&actor, &by), &mut case, &mut plea, ruling, &limits).await?
                }
            }
            store::save(&mut tx, &plea).await
        })
        .await
}

fn refused_kind(kind: PleaKind) -> &'static str {
    match kind {
        PleaKind::Extension => "extension_refused",
        PleaKind::Pause => "pause_refused",
        PleaKind::Parking => "parking_refused",
        PleaKind::Dispute => "dispute_refused",
        PleaKind::Exclusion => "exclusion_refused",
    }
}

async fn grant(
    tx: &mut Tx,
    app: &App,
    (actor, by): (&Actor, &By),
    case: &mut Case,
    plea: &mut Plea,
    ruling: Ruling,
    limits: &Pleas,
) -> Result<()> {
    let Ruling::Grant { told, plan, until, lead, assists, keep_for, words: said } = ruling else { return Ok(()) };
    let said = said.map(|said| said.trim().to_owned()).filter(|said| !said.is_empty());
    let told = match (rules::concerns_resident(plea.kind), told) {
        (true, Some(told)) => Some(rules::told("told", Some(&told))?),
        (true, None) => said_before(tx, plea.told).await?,
        (false, _) => None,
    };
    let plan = match (plea.kind, plan) {
        (PleaKind::Parking, Some(plan)) => Some(rules::told("plan", Some(&plan))?),
        (PleaKind::Parking, None) => said_before(tx, plea.plan).await?,
        _ => None,
    };
    let today = app.today();
    let until = |most: i64| rules::last_day(until.or(plea.wish.until), today, today.plus(most));
    let close = |day: Day| day.at(app.settings.close_of_business, &app.settings.zone);
    let code = plea.wish.code.clone().unwrap_or_default();
    let granted = match plea.kind {
        PleaKind::Extension => {
            let until = app.calendar.get().working_from(until(limits.extension_days)?);
            plea.wish.until = Some(until);
            Granted::Extension(until)
        }
        PleaKind::Pause => {
            let procedure = limits.procedures.iter().find(|it| it.entry.code == code);
            let until = until(procedure.map_or(limits.review_days, |it| it.days))?;
            plea.wish.until = Some(until);
            let procedure = procedure.map(|it| it.entry.names.clone()).unwrap_or_default();
            Granted::Pause { until: close(until), procedure }
        }
        PleaKind::Parking => {
            let until = until(limits.review_days)?;
            plea.wish.until = Some(until);
            store::no_review(tx, plea.case).await?;
            plea.review_at = Some(close(until));
            let obstacle = limits::find(&limits.obstacles, &code).map(|it| it.names.clone()).unwrap_or_default();
            Granted::Parking { review_at: close(until), obstacle }
        }
        PleaKind::Dispute => {
            let lead = lead.ok_or_else(|| Error::field("lead", Code::Required))?;
            if lead == plea.unit {
                return Err(Error::field("lead", Code::UnknownUnit));
            }
            if said.is_none() {
                return Err(Error::field("words", Code::Required));
            }
            plea.wish.unit = Some(lead);
            Granted::Dispute { lead, assists, keep_for }
        }
        PleaKind::Exclusion => {
            let names = limits::find(&limits.exclusions, &code).map(|it| it.names.clone()).unwrap_or_default();
            Granted::Exclusion { reason: code, names }
        }
    };
    plea.state = PleaState::Granted;
    plea.told = keep(tx, app, case, told.clone()).await?;
    plea.plan = keep(tx, app, case, plan.clone()).await?;
    plea.answer = keep(tx, app, case, said.clone()).await?;
    let told = told.map(|told| rules::with_plan(told, plan));
    cases::grant(tx, app, (actor, by), case, granted, (told, said)).await.map(|_| ())
}

/// The words of a note.
async fn said_before(tx: &mut Tx, note: Option<Id<Note>>) -> Result<Option<String>> {
    match note {
        Some(note) => Ok(cases::words_unscoped(tx, &[note]).await?.remove(&note)),
        None => Ok(None),
    }
}

/// 提请县（区）裁定: a unit whose dispute the township refused takes it to the county, within the same working day or the next.
///
/// # Errors
/// `not_found`, `not_your_unit`, `plea_decided` when there is nothing to take higher, `plea_too_late`.
pub async fn appeal(app: &SharedApp, actor: Actor, id: Id<Plea>, seen: i64, reason: &str, key: Key) -> Result<()> {
    let scope = actor.require(Permission::CaseHandle)?;
    let reason = words("reason", reason)?;
    let limits = app.pleas.get();
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let (mut case, mut plea) = locked(&mut tx, &scope, id, seen).await?;
            if !scope.units.contains(&plea.unit) {
                return Err(Error::new(Code::NotYourUnit));
            }
            if !may_appeal(app, &plea, &case) {
                return Err(Error::new(Code::PleaDecided).with("state", plea.state.names()));
            }
            let by = By::actor(&actor, actor.acting(Permission::CaseHandle, None, Some(plea.unit)));
            let entry = ("dispute_appealed", json!({"because": "asked"}), Some(reason));
            let who = Names::zh_only(actor.name.clone());
            plea.appeal = cases::note(&mut tx, app, &by, &mut case, &who, entry).await?;
            take_higher(&mut plea, decide_by(app, &limits, now));
            store::save(&mut tx, &plea).await
        })
        .await
}

/// Whether a refused dispute may be taken to the county now.
pub fn may_appeal(app: &App, plea: &Plea, case: &Case) -> bool {
    let refused_here =
        plea.kind == PleaKind::Dispute && plea.state == PleaState::Refused && plea.arbiter == Arbiter::Township;
    let in_time = plea.decided_at.is_some_and(|at| app.now() <= decide_by(app, &app.pleas.get(), at));
    refused_here && in_time && rules::still_stands(plea, case)
}

/// The county decides now; who refused it before does not stand as its arbiter.
pub(super) fn take_higher(plea: &mut Plea, decide_by: kernel::Instant) {
    plea.state = PleaState::Open;
    plea.arbiter = Arbiter::County;
    plea.decide_by = decide_by;
    plea.decided_at = None;
    plea.decided_by = None;
    plea.decided_unit = None;
    plea.first_answer = plea.answer.take();
}
