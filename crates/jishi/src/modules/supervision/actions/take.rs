//! What people do: impose, change, answer, release.

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, Level, Names, Result};
use serde_json::json;

use super::super::{
    model::{INSTRUCTION, Supervision},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, Grade},
        people,
    },
    platform::{
        access::{Actor, Permission, Person, Scope},
        idempotency::{self, Key},
        trail::By,
    },
};

/// The longest words, in characters.
const WORDS_MAX: usize = 2_000;
/// The longest time to answer, in days.
const DAYS_MAX: i64 = 60;

/// 督办要求, as the form has it.
#[derive(Clone, Debug)]
pub struct Demand {
    /// 等级
    pub grade: Grade,
    /// The day by whose close of business the unit answers.
    pub due: Day,
    /// What is asked of it.
    pub text: String,
    /// 责任人: somebody of the unit that leads.
    pub owner: Option<Id<Person>>,
    /// 约谈: when the unit is spoken with.
    pub meeting_at: Option<Instant>,
}

/// Puts a case under supervision by one's own instruction, as its reader saw it at version `seen`.
///
/// # Errors
/// `not_found` outside the scope, what [`rules::may_impose`] refuses, `supervised_already`, `case_changed`, field errors.
pub async fn impose(
    app: &SharedApp,
    actor: Actor,
    id: Id<Case>,
    seen: i64,
    demand: Demand,
    key: Key,
) -> Result<Option<Id<Supervision>>> {
    let scope = actor.require(Permission::SupervisionImpose)?;
    let (text, due_at) = (words("text", &demand.text)?, close(app, demand.due)?);
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            let new = Id::new(now, &app.chance);
            if idempotency::claim(&mut tx, &key, &new.to_string(), now).await?.is_some() {
                return Ok(None);
            }
            let mut case = cases::lock(&mut tx, &scope, id).await?;
            cases::unchanged(&case, seen, &app.settings.zone)?;
            rules::may_impose(&case, &actor)?;
            if case.lead_unit.is_none() || !case.status.is_open() {
                return Err(Error::new(Code::NotInHand).with("number", case.number.clone()));
            }
            owner_is_there(&mut tx, app, &case, demand.owner).await?;
            case.supervised = Some(demand.grade);
            let params = json!({"grade": demand.grade, "trigger": INSTRUCTION, "due_at": due_at, "meeting_at": demand.meeting_at});
            let by = By::actor(&actor, actor.acting(Permission::SupervisionImpose, Some(&case.place), None));
            let who = Names::zh_only(actor.name.clone());
            let note = cases::note(&mut tx, app, &by, &mut case, &who, ("supervised", params, Some(text))).await?;
            let it = Supervision {
                id: new,
                case: id,
                grade: demand.grade,
                trigger: INSTRUCTION.to_owned(),
                is_open: true,
                county: case.place.at(Level::County).unwrap_or_else(|| case.place.clone()),
                unit: case.lead_unit,
                owner: demand.owner,
                imposed_at: now,
                imposed_by: Some(actor.person),
                due_at,
                demand: note,
                meeting_at: demand.meeting_at,
                answered_at: None,
                answered_by: None,
                answer: None,
                released_at: None,
                released_by: None,
                released_words: None,
                version: 1,
            };
            if store::insert(&mut tx, &it, &case.place).await? {
                Ok(Some(new))
            } else {
                Err(Error::new(Code::SupervisedAlready))
            }
        })
        .await
}

/// What whoever imposed a supervision may change of it while it lasts. Its grade only rises.
pub type Change = Demand;

/// Changes a supervision: a graver grade, another day, owner, meeting or demand; the unit has to answer anew.
///
/// # Errors
/// `not_found`, `record_changed`, what [`rules::may_release`] refuses, `supervision_over`, field errors.
pub async fn change(
    app: &SharedApp,
    actor: Actor,
    id: Id<Supervision>,
    seen: i64,
    demand: Change,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::SupervisionImpose)?;
    let (text, due_at) = (words("text", &demand.text)?, close(app, demand.due)?);
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let (mut case, mut it) = locked(&mut tx, &scope, id, seen).await?;
            own(&mut tx, app, &it, &case, &actor).await?;
            if demand.grade < it.grade {
                return Err(Error::field("grade", Code::GradeOnlyRises));
            }
            owner_is_there(&mut tx, app, &case, demand.owner).await?;
            case.supervised = Some(demand.grade);
            let params = json!({"grade": demand.grade, "due_at": due_at, "meeting_at": demand.meeting_at});
            let by = By::actor(&actor, actor.acting(Permission::SupervisionImpose, Some(&case.place), None));
            let who = Names::zh_only(actor.name.clone());
            let entry = ("supervision_changed", params, Some(text));
            it.demand = cases::note(&mut tx, app, &by, &mut case, &who, entry).await?;
            it.grade = demand.grade;
            it.due_at = due_at;
            it.owner = demand.owner;
            it.meeting_at = demand.meeting_at;
            it.unit = case.lead_unit.or(it.unit);
            (it.answered_at, it.answered_by, it.answer) = (None, None, None);
            // Whoever takes over what the rules imposed answers for it from now on.
            it.imposed_by = it.imposed_by.or(Some(actor.person));
            store::save(&mut tx, &it).await?;
            store::set_imposer(&mut tx, &it).await
        })
        .await
}

/// The unit says what it did, with photos if it likes; again as often as it likes while it lasts.
///
/// # Errors
/// `not_found`, `record_changed`, `not_your_unit`, `supervision_over`, field errors.
pub async fn answer(
    app: &SharedApp,
    actor: Actor,
    id: Id<Supervision>,
    seen: i64,
    (text, photos): (&str, Vec<String>),
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::CaseHandle)?;
    let text = words("text", text)?;
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let (mut case, mut it) = locked(&mut tx, &scope, id, seen).await?;
            if !case.lead_unit.or(it.unit).is_some_and(|unit| scope.units.contains(&unit)) {
                return Err(Error::new(Code::NotYourUnit));
            }
            let by = By::actor(&actor, actor.acting(Permission::CaseHandle, None, it.unit));
            let who = Names::zh_only(actor.name.clone());
            let params = json!({"in_time": now <= it.due_at});
            let entry = ("supervision_answered", params, Some(text));
            it.answer = cases::note_with_photos(&mut tx, app, &by, &mut case, &who, entry, &photos).await?;
            // The first answer is the one that was in time or not.
            it.answered_at = it.answered_at.or(Some(now));
            it.answered_by = Some(actor.person);
            store::save(&mut tx, &it).await
        })
        .await
}

/// Lets a case go.
///
/// # Errors
/// `not_found`, `record_changed`, what [`rules::may_release`] refuses, `supervision_over`, field errors.
pub async fn release(
    app: &SharedApp,
    actor: Actor,
    id: Id<Supervision>,
    seen: i64,
    text: &str,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::SupervisionImpose)?;
    let text = words("text", text)?;
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let (mut case, mut it) = locked(&mut tx, &scope, id, seen).await?;
            own(&mut tx, app, &it, &case, &actor).await?;
            case.supervised = None;
            let by = By::actor(&actor, actor.acting(Permission::SupervisionImpose, Some(&case.place), None));
            let who = Names::zh_only(actor.name.clone());
            let entry = ("supervision_released", json!({"grade": it.grade}), Some(text));
            it.released_words = cases::note(&mut tx, app, &by, &mut case, &who, entry).await?;
            it.is_open = false;
            it.released_at = Some(now);
            it.released_by = Some(actor.person);
            store::save(&mut tx, &it).await
        })
        .await
}

async fn own(tx: &mut Tx, app: &App, it: &Supervision, case: &Case, actor: &Actor) -> Result<()> {
    let is_there = match it.imposed_by {
        Some(person) => people::holds_unscoped(tx, person, app.today()).await?,
        None => false,
    };
    rules::may_release(it, case, actor, is_there)
}

/// A supervision that lasts with its case, both locked, the case first.
async fn locked(tx: &mut Tx, scope: &Scope, id: Id<Supervision>, seen: i64) -> Result<(Case, Supervision)> {
    let found = store::get_unscoped(tx, id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let case = cases::lock(tx, scope, found.case).await?;
    let it = store::lock(tx, id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    if it.version != seen {
        return Err(Error::new(Code::RecordChanged));
    }
    if it.is_open { Ok((case, it)) } else { Err(Error::new(Code::SupervisionOver)) }
}

async fn owner_is_there(tx: &mut Tx, app: &App, case: &Case, owner: Option<Id<Person>>) -> Result<()> {
    let (Some(owner), Some(unit)) = (owner, case.lead_unit) else { return Ok(()) };
    let members = people::members_unscoped(tx, unit, app.today()).await?;
    if members.iter().any(|member| member.id == owner) {
        Ok(())
    } else {
        Err(Error::field("owner", Code::UnknownPerson))
    }
}

fn close(app: &App, due: Day) -> Result<Instant> {
    let (today, most) = (app.today(), app.today().plus(DAYS_MAX));
    if due < today || due > most {
        let (min, max) = (today.to_string(), most.to_string());
        return Err(Error::field("due", Code::OutOfRange).with("min", min).with("max", max));
    }
    Ok(due.at(app.settings.close_of_business, &app.settings.zone))
}

fn words(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::field(field, Code::Required)),
        n if n > WORDS_MAX => {
            Err(Error::field(field, Code::TooLong).with("max", i64::try_from(WORDS_MAX).unwrap_or(i64::MAX)))
        }
        _ => Ok(text.to_owned()),
    }
}
