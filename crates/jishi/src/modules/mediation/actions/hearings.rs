//! 调解会: planned so that no room and no mediator is given twice; held, put off, or cancelled.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Result};
use serde::Deserialize;
use serde_json::json;

use super::{acting, eyes, hand, record};
use crate::{
    modules::{
        App, SharedApp,
        mediation::{
            model::{Dispute, DisputeState, Hearing, HearingState, Room},
            rules::{self, LINE_MAX, WORDS_MAX},
            store::{self, vault},
        },
    },
    platform::{
        access::{Actor, Person},
        idempotency::{self, Key},
        live::Topic,
        trail::By,
    },
};

/// What becomes of a hearing.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HearingStep {
    /// 已召开
    Held {
        /// The short record.
        words: String,
    },
    /// 改期: the old one stays, so that it can be read why.
    Postpone {
        /// Why.
        words: String,
        /// The room of the new one.
        #[schema(value_type = uuid::Uuid)]
        room: Id<Room>,
        /// Its beginning.
        starts_at: Instant,
        /// Its end.
        ends_at: Instant,
    },
    /// 取消: room and mediator are free again.
    Cancel {
        /// Why.
        words: String,
    },
}

/// Plans a hearing of a dispute in mediation.
///
/// # Errors
/// `not_found`; `dispute_step` where it is not in mediation; `room_taken`, `mediator_taken`; field errors.
pub(in super::super) async fn plan(
    app: &SharedApp,
    actor: &Actor,
    dispute: Id<Dispute>,
    (room, starts_at, ends_at): (Id<Room>, Instant, Instant),
    key: Key,
) -> Result<Id<Hearing>> {
    let eyes = eyes(actor)?;
    let held = store::get(&mut app.db.read().await?, &eyes, dispute).await?;
    let by = acting(actor, hand(actor, &eyes, &held)?, &held.place, Some(held.centre));
    rules::check_time(starts_at, ends_at, app.now())?;
    let id = Id::new(app.now(), &app.chance);
    let shared = SharedApp::clone(app);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        let held = store::lock(&mut tx, &eyes, dispute).await?;
        put(&mut tx, app, &held, (id, room), (starts_at, ends_at), None).await?;
        record(&mut tx, app, &by, (&held, "dispute.hearing_planned"), (json!({"starts_at": starts_at}), None)).await?;
        Ok(id)
    };
    let id = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(id)
}

/// Puts a hearing in where room and mediator are free, in the stead of `before` if that was put off; both books are held until the transaction ends.
async fn put(
    tx: &mut Tx,
    app: &App,
    dispute: &Dispute,
    (id, room): (Id<Hearing>, Id<Room>),
    (starts_at, ends_at): (Instant, Instant),
    before: Option<&Hearing>,
) -> Result<()> {
    let (DisputeState::Mediating, Some(mediator)) = (dispute.state, dispute.mediator) else {
        return Err(Error::new(Code::DisputeStep).with("number", dispute.number.clone()));
    };
    let found = store::room(tx, room).await.ok().filter(|room| room.centre == dispute.centre && room.ends_on.is_none());
    let found = found.ok_or_else(|| Error::field("room", Code::NotFound))?;
    store::book(tx, room, mediator).await?;
    let near = store::taken(tx, (room, mediator), (starts_at, ends_at)).await?;
    let touches = |one: &Hearing| rules::overlaps((one.starts_at, one.ends_at), (starts_at, ends_at));
    free(app, &near.into_iter().filter(touches).collect::<Vec<_>>(), (&found, mediator))?;
    let hearing = Hearing {
        id,
        dispute: dispute.id,
        room,
        mediator,
        starts_at,
        ends_at,
        state: HearingState::Planned,
        words: None,
        appointment: before.map(|before| before.appointment.unwrap_or(before.id)),
        // A calendar takes what counts higher: the one put off was told with one more change than it had.
        sequence: before.map_or(0, |before| before.sequence + before.version + 1),
        moved_to: None,
        version: 1,
    };
    store::insert_hearing(tx, &hearing, &dispute.place).await
}

/// Whether room and mediator are free, told for each beside its field.
fn free(app: &App, taken: &[Hearing], (room, mediator): (&Room, Id<Person>)) -> Result<()> {
    let time = |at: Instant, form: &str| at.zoned(&app.settings.zone).strftime(form).to_string();
    let told = |hearing: &Hearing, field: &str, code| {
        let span = format!("{}–{}", time(hearing.starts_at, "%m-%d %H:%M"), time(hearing.ends_at, "%H:%M"));
        Error::field(field, code).with("name", room.name.as_str()).with("span", span)
    };
    let room_taken = taken.iter().find(|hearing| hearing.room == room.id);
    let mediator_taken = taken.iter().find(|hearing| hearing.mediator == mediator);
    let mistakes = [
        room_taken.map(|hearing| told(hearing, "room", Code::RoomTaken)),
        mediator_taken.map(|hearing| told(hearing, "starts_at", Code::MediatorTaken)),
    ];
    mistakes.into_iter().flatten().reduce(Error::and).map_or(Ok(()), Err)
}

/// A hearing was held, is put off to another time, or is cancelled.
///
/// # Errors
/// `not_found`; `hearing_settled` where it was said before; `record_changed`; what planning one may be refused for.
pub(in super::super) async fn settle(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Hearing>, i64),
    step: HearingStep,
    key: Key,
) -> Result<Id<Dispute>> {
    let eyes = eyes(actor)?;
    let mut db = app.db.read().await?;
    let known = store::hearing(&mut db, &eyes, id).await?;
    let dispute = store::get(&mut db, &eyes, known.dispute).await?;
    let names = vault::names_to_mask(&mut db, app, dispute.id).await?;
    drop(db);
    let by = acting(actor, hand(actor, &eyes, &dispute)?, &dispute.place, Some(dispute.centre));
    check(app, &known, &step)?;
    let next = Id::new(app.now(), &app.chance);
    let shared = SharedApp::clone(app);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(dispute.id);
        }
        let dispute = store::lock(&mut tx, &eyes, dispute.id).await?;
        let hearing = store::hearing(&mut tx, &eyes, id).await?;
        if hearing.state != HearingState::Planned {
            return Err(Error::new(Code::HearingSettled));
        }
        let (state, words, event) = match &step {
            HearingStep::Held { words } => (HearingState::Held, words, "dispute.hearing_held"),
            HearingStep::Postpone { words, .. } => (HearingState::Postponed, words, "dispute.hearing_postponed"),
            HearingStep::Cancel { words } => (HearingState::Cancelled, words, "dispute.hearing_cancelled"),
        };
        let words = vault::masked(words, &names);
        let moved_to = match &step {
            HearingStep::Postpone { starts_at, .. } => Some(*starts_at),
            _ => None,
        };
        let new = Hearing { state, words: Some(words.clone()), moved_to, ..hearing };
        if !store::change_hearing(&mut tx, &new, seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let params = json!({"starts_at": new.starts_at});
        record(&mut tx, app, &by, (&dispute, event), (params, Some(words))).await?;
        if let HearingStep::Postpone { room, starts_at, ends_at, .. } = step {
            put(&mut tx, app, &dispute, (next, room), (starts_at, ends_at), Some(&new)).await?;
            let params = json!({"starts_at": starts_at});
            record(&mut tx, app, &by, (&dispute, "dispute.hearing_planned"), (params, None)).await?;
        }
        Ok(dispute.id)
    };
    let dispute = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(dispute)
}

fn check(app: &App, known: &Hearing, step: &HearingStep) -> Result<()> {
    match step {
        HearingStep::Held { words } => {
            rules::needed("words", words, WORDS_MAX)?;
            if app.now() < known.starts_at { Err(Error::field("words", Code::HearingAhead)) } else { Ok(()) }
        }
        HearingStep::Postpone { words, starts_at, ends_at, .. } => {
            let found = [rules::needed("words", words, LINE_MAX), rules::check_time(*starts_at, *ends_at, app.now())];
            found.into_iter().filter_map(Result::err).reduce(Error::and).map_or(Ok(()), Err)
        }
        HearingStep::Cancel { words } => rules::needed("words", words, LINE_MAX),
    }
}

/// Cancels what is still ahead of a dispute that is no longer in mediation: nobody comes to a hearing that has no purpose,
/// and its room and its mediator are free.
pub(super) async fn cancel_planned(tx: &mut Tx, app: &App, by: &By, dispute: &Dispute) -> Result<()> {
    for hearing in store::planned_of(tx, dispute.id, app.now()).await? {
        let (starts_at, seen) = (hearing.starts_at, hearing.version);
        let new = Hearing { state: HearingState::Cancelled, ..hearing };
        if !store::change_hearing(tx, &new, seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let params = json!({"starts_at": starts_at, "because": dispute.state});
        record(tx, app, by, (dispute, "dispute.hearing_cancelled"), (params, None)).await?;
    }
    Ok(())
}
