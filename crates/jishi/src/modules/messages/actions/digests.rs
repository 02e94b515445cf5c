//! 每日摘要: once a working day, what waits. Counted from the lists themselves when it is due, so that it cannot be older
//! than the morning; whoever has nothing waiting gets none.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use db::Conn;
use futures::future::BoxFuture;
use kernel::{Day, Id, Lang, RegionCode, Result};

use super::{
    super::{
        model::{Gateway, GatewayKind, News, Owner, Recipient, Want, Wishes},
        rules,
        store::{self, NewMessage},
        texts::Params,
    },
    keep,
};
use crate::{
    modules::{App, SharedApp, people},
    platform::{
        access::{Actor, Person, Unit},
        waiting::WaitingList,
    },
};

/// What waits, list by list; an empty list may be told as 0.
pub type Waiting<'a> = BoxFuture<'a, Result<Vec<WaitingList>>>;

/// What waits for a person.
pub type OfPerson = for<'a> fn(&'a mut Conn, &'a App, &'a Actor) -> Waiting<'a>;
/// What waits for a unit, and for the place whose office it is.
pub type OfUnit = for<'a> fn(&'a mut Conn, &'a App, (Id<Unit>, Option<RegionCode>)) -> Waiting<'a>;

/// The lists of all rooms.
#[derive(Clone, Copy, Debug)]
pub struct Lists {
    /// Those of people.
    pub of_person: &'static [OfPerson],
    /// Those of units.
    pub of_unit: &'static [OfUnit],
}

/// Whose lists were looked at on which day by this process; another process, or this one after a restart, looks again and
/// makes no second digest.
#[derive(Debug)]
pub struct Digests {
    lists: Lists,
    seen: Mutex<HashMap<Owner, Day>>,
}

impl Digests {
    /// Digests of these lists.
    pub fn of(lists: Lists) -> Self {
        Self { lists, seen: Mutex::default() }
    }

    fn is_new(&self, owner: Owner, day: Day) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(owner, day) != Some(day)
    }
}

/// Makes the digests that are due.
pub(super) async fn make(app: &SharedApp, gateways: &[Gateway]) -> Result<()> {
    let (now, today) = (app.now(), app.today());
    let is_working = app.calendar.get().is_working(today);
    let mut db = app.db.read().await?;
    let owners = store::digest_owners_unscoped(&mut db).await?;
    let wishes = store::wishes_unscoped(&mut db, &owners).await?;
    let mut messages = Vec::new();
    for owner in owners {
        let wishes = wishes.get(&owner).cloned().unwrap_or_else(Wishes::usual);
        if rules::is_digest_due(now, &wishes, is_working, &app.settings.zone) && app.digests.is_new(owner, today) {
            messages.extend(match owner {
                Owner::Unit(unit) => for_unit(&mut db, app, gateways, unit, &wishes).await?,
                Owner::Person(person) => for_person(&mut db, app, gateways, person, &wishes).await?,
            });
        }
    }
    drop(db);
    keep(app, messages).await
}

async fn for_unit(
    db: &mut Conn,
    app: &App,
    gateways: &[Gateway],
    unit: Id<Unit>,
    wishes: &Wishes,
) -> Result<Vec<NewMessage>> {
    let Some((found, region)) = people::placed_units_unscoped(db, &[unit]).await?.remove(&unit) else {
        return Ok(Vec::new());
    };
    let mail = rules::nearest(gateways, GatewayKind::Mail, &region)
        .filter(|_| wishes.mail == Want::All && wishes.address.is_some());
    let ways: Vec<&Gateway> = rules::robots(gateways, unit).chain(mail).collect();
    if ways.is_empty() {
        return Ok(Vec::new());
    }
    let office_of = (found.duty == "government").then(|| region.clone());
    let mut waiting = Vec::new();
    for list in app.digests.lists.of_unit {
        waiting.extend(list(db, app, (unit, office_of.clone())).await?);
    }
    Ok(digest(app, &ways, Recipient::Unit(unit), &region, Lang::Zh, &waiting))
}

async fn for_person(
    db: &mut Conn,
    app: &App,
    gateways: &[Gateway],
    person: Id<Person>,
    wishes: &Wishes,
) -> Result<Vec<NewMessage>> {
    let Some(reach) = people::reach_unscoped(db, &[person], app.today()).await?.pop() else { return Ok(Vec::new()) };
    let sms = rules::nearest(gateways, GatewayKind::Sms, &reach.region)
        .filter(|_| wishes.sms == Want::All && reach.phone.is_some());
    let mail = rules::nearest(gateways, GatewayKind::Mail, &reach.region)
        .filter(|_| wishes.mail == Want::All && wishes.address.is_some());
    let ways: Vec<&Gateway> = sms.into_iter().chain(mail).collect();
    if ways.is_empty() {
        return Ok(Vec::new());
    }
    let actor = people::actor_unscoped(app, person).await?;
    let mut waiting = Vec::new();
    for list in app.digests.lists.of_person {
        waiting.extend(list(db, app, &actor).await?);
    }
    Ok(digest(app, &ways, Recipient::Person(person), &reach.region, reach.lang, &waiting))
}

fn digest(
    app: &App,
    ways: &[&Gateway],
    to: Recipient,
    region: &RegionCode,
    lang: Lang,
    waiting: &[WaitingList],
) -> Vec<NewMessage> {
    let waiting: Vec<_> = waiting.iter().filter(|list| list.count > 0).cloned().collect();
    if waiting.is_empty() {
        return Vec::new();
    }
    let (to_kind, to_id) = to.parts();
    let params = Params { lang, lists: waiting, ..Params::default() };
    let now = app.now();
    let message = |gateway: &&Gateway| NewMessage {
        id: Id::new(now, &app.chance),
        news: News::Digest,
        once: format!("digest {} {} {to_kind} {to_id}", app.today(), gateway.id),
        gateway: gateway.id,
        to,
        case: None,
        params: serde_json::to_value(&params).unwrap_or_default(),
        sealed: None,
        region: region.clone(),
        at: now,
        send_at: now,
    };
    ways.iter().map(message).collect()
}
