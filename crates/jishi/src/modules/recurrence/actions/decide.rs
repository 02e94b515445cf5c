//! What is decided of a topic.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Lang, Level, Names, Result};
use serde_json::json;

use super::super::{
    model::{Note, Plan, Step, Told, Topic, TopicState},
    rules::{self, Part},
    store,
};
use crate::{
    modules::{App, SharedApp, people, regions},
    platform::{
        access::{Actor, Permission, Person, Unit},
        idempotency::{self, Key},
        live::Topic as Hint,
        trail::{self, By, Entry},
    },
};

/// Fewer than this many are not told apart in public, as in the public ledger.
const FEW: i64 = 5;

/// Takes a step over the version that was seen.
///
/// # Errors
/// `not_found` outside the scope; `record_changed`; `topic_step` where it is not the time for it or not the actor's; `topic_anew`
/// where what is taken back was proposed again; field errors; `unknown_unit`, `unknown_person`, `owner_sees_nothing` where the owner is none; `month_taken` where the
/// county has one.
pub async fn step(app: &SharedApp, actor: &Actor, (id, seen): (Id<Topic>, i64), step: Step, key: Key) -> Result<()> {
    let scope = actor.require(Permission::CaseRead)?;
    let topic = store::get(&mut app.db.read().await?, &scope, id).await?.topic;
    if let Step::Accept { plan } | Step::Revise { plan, .. } = &step {
        owner(app, &topic, plan).await?;
    }
    let (acting, shared) = (actor.clone(), SharedApp::clone(app));
    let by =
        By::actor(actor, actor.acting(permission(&step), Some(&topic.cluster.village), topic.plan.map(|it| it.unit)));
    let (now, today) = (app.now(), app.today());
    let note_id: Id<Note> = Id::new(now, &app.chance);
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let held = store::lock(&mut tx, &scope, id).await?;
        if held.topic.version != seen {
            return Err(Error::new(Code::RecordChanged));
        }
        if !rules::allowed(&held.topic, part(&acting, &held.topic, now)).contains(&step.name()) {
            return Err(Error::new(Code::TopicStep));
        }
        let (mut new, words) = rules::decide(&held.topic, &step, today)?;
        new.decided_by = Some(acting.person);
        if new.state.is_open() && !held.topic.state.is_open() {
            // Meanwhile the same may have been proposed anew: one open topic a cluster.
            let last = store::last_unscoped(&mut tx, &new.cluster.key).await?;
            if last.is_some_and(|last| last.id != id) {
                return Err(Error::new(Code::TopicAnew));
            }
        }
        tell(&mut tx, &shared, &held, &new, &step).await?;
        if !store::update(&mut tx, &new, now).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let note = Note { at: now, kind: step.done().to_owned(), person: acting.person, words };
        store::insert_note(&mut tx, (note_id, id), &note).await?;
        let params = json!({"matter": new.cluster.matter, "from": held.topic.state, "to": new.state});
        let (object_id, place) = (id.to_string(), Some(&new.cluster.village));
        trail::record(&mut tx, now, &by, Entry { kind: step.event(), object_kind: "topic", object_id, place, params })
            .await
    };
    app.db.write(write).await?;
    app.live.hint(Hint::Records);
    Ok(())
}

/// What the actor is to a topic.
pub(in super::super) fn part(actor: &Actor, topic: &Topic, now: Instant) -> Part {
    let covers = |permission| actor.require(permission).is_ok_and(|scope| scope.covers(&topic.cluster.village));
    let unit = topic.plan.as_ref().map(|plan| plan.unit);
    let handled = actor.require(Permission::CaseHandle).map(|scope| scope.units).unwrap_or_default();
    Part {
        decides: covers(Permission::TopicDecide),
        works: unit.is_some_and(|unit| handled.contains(&unit)),
        sets_month: covers(Permission::TopicMonth),
        may_undo: covers(Permission::TopicDecide)
            && rules::undo_until(topic, actor.person).is_some_and(|until| now <= until),
    }
}

fn permission(step: &Step) -> Permission {
    match step {
        Step::OfMonth { .. } | Step::NotOfMonth => Permission::TopicMonth,
        _ => Permission::TopicDecide,
    }
}

/// What everyone reads follows in the same transaction.
async fn tell(tx: &mut Tx, app: &App, held: &store::Counted, new: &Topic, step: &Step) -> Result<()> {
    let village = &new.cluster.village;
    let county = village.at(Level::County).unwrap_or_else(|| village.clone());
    match (step, &held.topic.month) {
        (Step::Finish { .. } | Step::Undo, Some(month)) => {
            store::retell(tx, &county, month, new.state).await?;
        }
        (Step::OfMonth { .. } | Step::NotOfMonth, Some(month)) => store::untell(tx, &county, month).await?,
        _ => {}
    }
    let Step::OfMonth { month, goal: Some(goal), result } = step else { return Ok(()) };
    let told = Told {
        county,
        month: month.clone(),
        village: village.clone(),
        matter: new.cluster.matter.clone(),
        goal: goal.clone(),
        result: result.clone(),
        is_finished: new.state == TopicState::Finished,
        cases: Some(held.found).filter(|found| *found >= FEW),
    };
    if store::tell(tx, &told).await? {
        return Ok(());
    }
    let holder = match store::told_unscoped(tx, &told.county, month).await? {
        Some(holder) => called(tx, app, &holder).await?,
        None => Names::zh_only(String::new()),
    };
    Err(Error::field("month", Code::MonthTaken).with("value", month.as_str()).with("topic", holder))
}

/// What a topic is about and where, as a refusal names it.
async fn called(tx: &mut Tx, app: &App, told: &Told) -> Result<Names> {
    let places = regions::refs_unscoped(tx, std::iter::once(&told.village)).await?;
    let matter = app.matters.catalogue().matter_ref(&told.matter, &told.village).names;
    let Some(place) = places.get(&told.village) else { return Ok(matter) };
    let (en, zh) = (Lang::En, Lang::Zh);
    Ok(Names::new(
        format!("{}（{}）", matter.in_lang(zh), place.names.in_lang(zh)),
        format!("{} ({})", matter.in_lang(en), place.names.in_lang(en)),
    ))
}

/// The owner is a unit, and somebody of it who sees the topic.
async fn owner(app: &SharedApp, topic: &Topic, plan: &Plan) -> Result<()> {
    let mut db = app.db.read().await?;
    if !people::units_unscoped(&mut db, &[plan.unit]).await?.contains_key(&plan.unit) {
        return Err(Error::field("unit", Code::UnknownUnit));
    }
    let members = people::members_unscoped(&mut db, plan.unit, app.today()).await?;
    drop(db);
    if !members.iter().any(|member| member.id == plan.person) {
        return Err(Error::field("person", Code::UnknownPerson));
    }
    if sees(app, topic, plan.unit, plan.person).await? {
        Ok(())
    } else {
        Err(Error::field("person", Code::OwnerSeesNothing))
    }
}

/// Whether somebody of a unit sees the cases behind a topic: whoever does not cannot answer for it.
pub(in super::super) async fn sees(app: &App, topic: &Topic, unit: Id<Unit>, person: Id<Person>) -> Result<bool> {
    let scope = people::actor_unscoped(app, person).await?.require(Permission::CaseRead).unwrap_or_default();
    Ok(scope.covers(&topic.cluster.village) || scope.units.contains(&unit))
}
