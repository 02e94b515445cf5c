//! Use cases of mediation. The only place of the room that opens transactions.

mod hearings;
mod intake;
mod parties;
mod rooms;
mod steps;

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, Level, RegionCode, Result};
use serde_json::{Value, json};

pub(super) use self::{
    hearings::{HearingStep, plan, settle},
    intake::{NewDispute, NewParty, take_in},
    parties::{Sheet, open, print},
    rooms::{RoomChange, add_room, begin_feed, change_room, end_feed, feed_unscoped},
    steps::step,
};
use super::{
    classes::{self, KIND},
    model::{Dispute, Line},
    rules::Hand,
    store::{self, Eyes},
};
use crate::{
    modules::{
        App, SharedApp,
        calendar::{self, Deadline, TimeLimit},
        people::{self, PersonRef},
    },
    platform::{
        access::{Actor, Permission, Role, Unit},
        catalog::{self, PackagedFile},
        toml_check::broken,
        trail::{self, By, Entry},
    },
};

/// Puts the packaged classes into force for the instance; a file that did not change makes no new version.
///
/// # Errors
/// `internal` when the packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let mut files = Vec::new();
    for (name, toml) in classes::packaged() {
        classes::parse(&name, &toml).map_err(|mistakes| broken(&mistakes))?;
        files.push(PackagedFile { kind: KIND, code: classes::CODE.to_owned(), toml });
    }
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), (app.today(), app.now())).await?;
    refresh(app).await
}

/// Reads the classes in force again, if they changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = catalog::mark(&versions);
    if !app.disputes.is_at(&mark)
        && let Some(classes) = versions.last().and_then(|it| catalog::kept(it, classes::parse(&it.code, &it.toml)))
    {
        app.disputes.put(classes, mark);
    }
    Ok(())
}

/// Whose disputes the actor sees: those of the places they take in for, and their own as a mediator.
///
/// # Errors
/// `forbidden` without the permission.
pub(super) fn eyes(actor: &Actor) -> Result<Eyes> {
    actor.require(Permission::MediationRead)?;
    let places = actor.require(Permission::MediationTakeIn).map(|scope| scope.places).unwrap_or_default();
    Ok(Eyes { places, person: actor.person })
}

/// As what the actor is at a dispute they may see.
///
/// # Errors
/// `forbidden` where they neither answer for its place nor mediate.
pub(super) fn hand(actor: &Actor, eyes: &Eyes, dispute: &Dispute) -> Result<Hand> {
    if eyes.covers(&dispute.place) {
        return Ok(Hand::Centre);
    }
    if dispute.mediator == Some(actor.person) && actor.may(Permission::MediationMediate) {
        return Ok(Hand::Mediator);
    }
    Err(Error::new(Code::Forbidden).with("permission", Permission::MediationMediate.as_str()))
}

/// In which post they act.
fn acting(actor: &Actor, hand: Hand, place: &RegionCode, centre: Option<Id<Unit>>) -> By {
    let permission = match hand {
        Hand::Centre => Permission::MediationTakeIn,
        Hand::Mediator => Permission::MediationMediate,
    };
    By::actor(actor, actor.acting(permission, Some(place), centre))
}

/// A limit on the calendar in force.
pub(super) fn reckon(app: &App, limit: TimeLimit, start: Instant) -> Deadline {
    let calendar = app.calendar.get();
    calendar::deadline(start, limit, &calendar, app.settings.close_of_business, &app.settings.zone)
}

/// The close of business of a day.
pub(super) fn close(app: &App, day: Day) -> Instant {
    day.at(app.settings.close_of_business, &app.settings.zone)
}

/// Who may be asked to mediate at a place: who holds the role for it, or for a place around it.
pub(super) async fn mediators(db: &mut db::Conn, app: &App, place: &RegionCode) -> Result<Vec<PersonRef>> {
    let mut ids = Vec::new();
    for level in [Level::Village, Level::Township, Level::County] {
        if let Some(at) = place.at(level) {
            ids.extend(people::holders_unscoped(db, Role::Mediator, &at, app.today()).await?);
        }
    }
    let mut found: Vec<PersonRef> = people::people_unscoped(db, &ids).await?.into_values().collect();
    found.sort_by(|one, other| one.name.cmp(&other.name).then(one.id.cmp(&other.id)));
    Ok(found)
}

/// A line of the history and an entry on the trail; neither holds a word of a party.
async fn record(
    tx: &mut Tx,
    app: &App,
    by: &By,
    (dispute, event): (&Dispute, &'static str),
    (params, words): (Value, Option<String>),
) -> Result<()> {
    let now = app.now();
    let id: Id<Line> = Id::new(now, &app.chance);
    let kind = event.strip_prefix("dispute.").unwrap_or(event).to_owned();
    let person = by.person.ok_or_else(|| Error::internal("a step of a dispute is somebody's"))?;
    let line = Line { at: now, kind, person, role: by.role, params, words };
    store::insert_line(tx, (id, dispute.id), &line).await?;
    let params = json!({"number": dispute.number});
    let (object_id, place) = (dispute.id.to_string(), Some(&dispute.place));
    trail::record(tx, now, by, Entry { kind: event, object_kind: "dispute", object_id, place, params }).await
}
