//! Asking, and taking it back.

use db::{Conn, Tx};
use kernel::{Code, Day, Error, Id, Instant, Names, Result};
use serde_json::json;

use super::super::{
    limits::{self, Pleas},
    model::{Plea, PleaKind, PleaState, Wish},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        calendar::{LimitKind, TimeLimit},
        cases::{self, Case, Note},
        people, routing,
    },
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::{self, Key},
        trail::By,
    },
};

/// What is asked for, as the form has it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What.
    pub kind: PleaKind,
    /// Why, for staff.
    pub reason: String,
    /// What the resident is told, where it concerns them.
    pub told: Option<String>,
    /// 挂账: what is planned.
    pub plan: Option<String>,
    /// The last day.
    pub until: Option<Day>,
    /// A code of the lists.
    pub code: Option<String>,
    /// The duty relied on.
    pub duty: Option<String>,
    /// The unit it is thought to belong to.
    pub unit: Option<Id<Unit>>,
}

/// The longest reason, in characters.
const REASON_MAX: usize = 2_000;

/// Asks for something in a case one's unit leads, as its reader saw it at version `seen`.
///
/// # Errors
/// `not_found` outside the scope, `not_your_unit`, `case_changed`, what [`rules::may_ask`] refuses, field errors.
pub async fn ask(
    app: &SharedApp,
    actor: Actor,
    id: Id<Case>,
    seen: i64,
    asked: Asked,
    key: Key,
) -> Result<Option<Id<Plea>>> {
    let scope = actor.require(Permission::CaseHandle)?;
    let limits = app.pleas.get();
    let mut wish = checked(&mut app.db.read().await?, app, &asked, &limits).await?;
    let reason = words("reason", &asked.reason)?;
    let told = rules::concerns_resident(asked.kind).then(|| rules::told("told", asked.told.as_deref())).transpose()?;
    let plan = (asked.kind == PleaKind::Parking).then(|| rules::told("plan", asked.plan.as_deref())).transpose()?;
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            let plea = Id::new(now, &app.chance);
            if idempotency::claim(&mut tx, &key, &plea.to_string(), now).await?.is_some() {
                return Ok(None);
            }
            let mut case = cases::lock(&mut tx, &scope, id).await?;
            let unit = case.lead_unit.filter(|unit| scope.units.contains(unit));
            let unit = unit.ok_or_else(|| Error::new(Code::NotYourUnit))?;
            cases::unchanged(&case, seen, &app.settings.zone)?;
            rules::may_ask(asked.kind, &case, &store::of_case(&mut tx, id).await?, &limits, now)?;
            let by = By::actor(&actor, actor.acting(Permission::CaseHandle, None, Some(unit)));
            if let Some(duty) = &wish.duty
                && people::units_unscoped(&mut tx, &[unit]).await?.get(&unit).is_some_and(|own| own.duty == *duty)
            {
                return Err(Error::field("duty", Code::OwnDuty));
            }
            let arbiter = rules::arbiter(asked.kind, &case);
            let given_by = match asked.kind {
                PleaKind::Dispute => cases::last_given_unscoped(&mut tx, id).await?,
                _ => None,
            };
            if wish.unit.is_none()
                && let Some(duty) = &wish.duty
            {
                // Whoever has that duty there, so that the arbiter is not asked what the duty list knows.
                let holder = routing::holder_of(&mut tx, app, duty, &case.place).await?;
                wish.unit = holder.filter(|holder| *holder != unit);
            }
            let params = json!({"until": wish.until, "code": wish.code, "duty": wish.duty, "arbiter": arbiter});
            let entry = (asked_kind(asked.kind), params, Some(reason));
            let who = Names::zh_only(actor.name.clone());
            let reason = cases::note(&mut tx, app, &by, &mut case, &who, entry).await?;
            let told = keep(&mut tx, app, &case, told).await?;
            let plan = keep(&mut tx, app, &case, plan).await?;
            let plea = Plea {
                id: plea,
                case: id,
                kind: asked.kind,
                state: PleaState::Open,
                arbiter,
                county: county_of(&case),
                unit,
                person: actor.person,
                asked_at: now,
                decide_by: decide_by(app, &limits, now),
                wish: Wish { given_by, ..wish },
                reason,
                told,
                plan,
                appeal: None,
                first_answer: None,
                review_at: None,
                decided_at: None,
                decided_by: None,
                decided_unit: None,
                answer: None,
                version: 1,
            };
            if plea.kind == PleaKind::Dispute {
                cases::mark_disputed(&mut tx, &case, now).await?;
            }
            // The case is locked, so nobody else can have asked meanwhile.
            if store::insert(&mut tx, &plea, &case.place).await? {
                Ok(Some(plea.id))
            } else {
                Err(Error::new(Code::PleaOpen))
            }
        })
        .await
}

/// Takes it back while it is not decided.
///
/// # Errors
/// `not_found`, `not_your_unit`, `plea_decided`, `record_changed`.
pub async fn withdraw(app: &SharedApp, actor: Actor, id: Id<Plea>, seen: i64, key: Key) -> Result<()> {
    let scope = actor.require(Permission::CaseHandle)?;
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
            if plea.state != PleaState::Open {
                return Err(Error::new(Code::PleaDecided).with("state", plea.state.names()));
            }
            plea.state = PleaState::Withdrawn;
            plea.decided_at = Some(now);
            store::save(&mut tx, &plea).await?;
            let by = By::actor(&actor, actor.acting(Permission::CaseHandle, None, Some(plea.unit)));
            let entry = ("plea_withdrawn", json!({"plea": plea.kind, "names": plea.kind.names()}), None);
            let who = Names::zh_only(actor.name.clone());
            cases::note(&mut tx, app, &by, &mut case, &who, entry).await.map(|_| ())
        })
        .await
}

/// A plea with its case, both locked, the case first: whoever takes a step of the case locks it first, too.
///
/// # Errors
/// `not_found` outside the scope; `record_changed` when it is not as it was seen.
pub(super) async fn locked(
    tx: &mut Tx,
    scope: &crate::platform::access::Scope,
    id: Id<Plea>,
    seen: i64,
) -> Result<(Case, Plea)> {
    let found = store::get_unscoped(tx, id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let case = cases::lock(tx, scope, found.case).await?;
    let plea = store::lock(tx, id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    if plea.version == seen { Ok((case, plea)) } else { Err(Error::new(Code::RecordChanged)) }
}

/// Keeps words of the case, where there are any.
pub(super) async fn keep(tx: &mut Tx, app: &App, case: &Case, text: Option<String>) -> Result<Option<Id<Note>>> {
    match text {
        Some(text) => cases::keep_words_of(tx, app, case, &text).await.map(Some),
        None => Ok(None),
    }
}

/// Until when a plea is to be decided that is asked for `now`.
pub fn decide_by(app: &App, limits: &Pleas, now: Instant) -> Instant {
    let limit = TimeLimit::new(LimitKind::WorkingDays, limits.decide_days).unwrap_or(TimeLimit::FIVE_WORKING_DAYS);
    routing::reckon(app, limit, now, false).due_at
}

pub(super) fn county_of(case: &Case) -> kernel::RegionCode {
    case.place.at(kernel::Level::County).unwrap_or_else(|| case.place.clone())
}

/// Words that must be there.
pub(super) fn words(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::field(field, Code::Required)),
        n if n > REASON_MAX => {
            Err(Error::field(field, Code::TooLong).with("max", i64::try_from(REASON_MAX).unwrap_or(0)))
        }
        _ => Ok(text.to_owned()),
    }
}

fn asked_kind(kind: PleaKind) -> &'static str {
    match kind {
        PleaKind::Extension => "extension_asked",
        PleaKind::Pause => "pause_asked",
        PleaKind::Parking => "parking_asked",
        PleaKind::Dispute => "dispute_raised",
        PleaKind::Exclusion => "exclusion_asked",
    }
}

/// What is wished for, as far as it can be asked for at all.
async fn checked(db: &mut Conn, app: &App, asked: &Asked, limits: &Pleas) -> Result<Wish> {
    let (today, mut wish) = (app.today(), Wish::default());
    match asked.kind {
        PleaKind::Extension => {
            let until = rules::last_day(asked.until, today, today.plus(limits.extension_days))?;
            wish.until = Some(app.calendar.get().working_from(until));
        }
        PleaKind::Pause => {
            let procedure = limits.procedures.iter().find(|it| Some(&it.entry.code) == asked.code.as_ref());
            let procedure = procedure.ok_or_else(|| unknown("code", asked.code.as_deref()))?;
            wish.code = Some(procedure.entry.code.clone());
            wish.until = Some(rules::last_day(asked.until, today, today.plus(procedure.days))?);
        }
        PleaKind::Parking => {
            wish.code = Some(code_of(&limits.obstacles, asked.code.as_deref())?);
            wish.until = Some(rules::last_day(asked.until, today, today.plus(limits.review_days))?);
        }
        PleaKind::Exclusion => wish.code = Some(code_of(&limits.exclusions, asked.code.as_deref())?),
        PleaKind::Dispute => {
            let catalogue = app.matters.catalogue();
            let duty = asked.duty.as_deref();
            if !catalogue.duties().any(|known| Some(known.code.as_str()) == duty) {
                return Err(unknown("duty", duty));
            }
            wish.duty = asked.duty.clone();
            if let Some(unit) = asked.unit {
                let found = people::units_unscoped(db, &[unit]).await?;
                wish.unit = Some(unit).filter(|unit| found.contains_key(unit));
                wish.unit.ok_or_else(|| Error::field("unit", Code::UnknownUnit))?;
            }
        }
    }
    Ok(wish)
}

fn code_of(entries: &[limits::Entry], code: Option<&str>) -> Result<String> {
    let found = code.and_then(|code| limits::find(entries, code));
    found.map(|entry| entry.code.clone()).ok_or_else(|| unknown("code", code))
}

fn unknown(field: &str, value: Option<&str>) -> Error {
    match value.filter(|value| !value.is_empty()) {
        Some(value) => Error::field(field, Code::UnknownValue).with("value", value),
        None => Error::field(field, Code::Required),
    }
}
