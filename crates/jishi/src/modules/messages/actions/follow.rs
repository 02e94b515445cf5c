//! What happened becomes messages. The trail is read behind a cursor; since an entry may be committed after a later one,
//! the last two minutes are read again each time, and the same news to the same recipient is one message.

use std::collections::BTreeSet;

use db::{Conn, Tx};
use kernel::{Id, Instant, Lang, Level, RegionCode, Result};

use super::{
    super::{
        model::{Gateway, GatewayKind, News, Owner, Recipient, Wishes},
        rules::{self, Audience},
        store::{self, NewMessage},
        texts::Params,
    },
    keep,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, ClosedHow, Told, Urgency},
        people,
    },
    platform::{
        access::{Person, Role, Unit},
        trail::{self, Happened},
    },
};

const SUBSCRIBER: &str = "messages";
/// No action takes longer than this until its entries are committed (`http::watch` ends requests after 30 s).
const SETTLED_SECONDS: i64 = 120;
/// Entries read at once.
const PAGE: i64 = 500;

/// Turns what happened since the last time into messages.
pub(super) async fn follow(app: &SharedApp, gateways: &[Gateway]) -> Result<()> {
    if gateways.iter().all(|gateway| !gateway.is_on) {
        // Nobody can be told: what happens now is no news later.
        return app.db.write(async move |mut tx: Tx| trail::skip_all(&mut tx, SUBSCRIBER).await).await;
    }
    let kinds: Vec<&'static str> = rules::STAFF_STEPS
        .into_iter()
        .chain(rules::RESIDENT_STEPS.into_iter().filter(|kind| !rules::STAFF_STEPS.contains(kind)))
        .collect();
    let settled = app.now().plus_seconds(-SETTLED_SECONDS);
    let mut after = trail::cursor_unscoped(&mut app.db.read().await?, SUBSCRIBER).await?;
    let mut read = after;
    loop {
        let page = trail::after_unscoped(&mut app.db.read().await?, &kinds, read, PAGE).await?;
        for event in &page {
            tell(app, gateways, event).await?;
            read = event.seq;
            if event.at <= settled {
                after = event.seq;
            }
        }
        if i64::try_from(page.len()).unwrap_or(PAGE) < PAGE {
            break;
        }
    }
    app.db.write(async move |mut tx: Tx| trail::advance(&mut tx, SUBSCRIBER, after).await).await
}

async fn tell(app: &SharedApp, gateways: &[Gateway], event: &Happened) -> Result<()> {
    if event.at < app.now().plus_hours(-rules::STALE_HOURS) {
        return Ok(());
    }
    let Ok(case) = event.object_id.parse::<Id<Case>>() else { return Ok(()) };
    let mut db = app.db.read().await?;
    let told = cases::told_unscoped(&mut db, app, case).await?;
    let news = Telling { app, gateways, event, case, told: &told };
    let mut messages = news.for_residents();
    if let Some((what, audience)) = rules::staff_news(&event.kind, told.urgency) {
        messages.extend(news.for_staff(&mut db, what, audience).await?);
    }
    drop(db);
    keep(app, messages).await
}

/// One thing that happened, about to be told.
struct Telling<'a> {
    app: &'a App,
    gateways: &'a [Gateway],
    event: &'a Happened,
    case: Id<Case>,
    told: &'a Told,
}

impl Telling<'_> {
    fn is_emergency(&self) -> bool {
        self.told.urgency == Urgency::Emergency
    }

    fn params(&self, lang: Lang) -> Params {
        Params {
            lang,
            number: Some(self.told.number.clone()),
            matter: self.told.matter.clone(),
            place: self.told.place_names.clone(),
            unit: self.told.lead.as_ref().map(|(_, names)| names.clone()),
            due: self.told.due_at,
            step: Some(self.event.kind.clone()),
            waiting: Vec::new(),
        }
    }

    fn message(&self, news: News, gateway: &Gateway, to: Recipient, lang: Lang, send_at: Instant) -> NewMessage {
        let (to_kind, to_id) = to.parts();
        NewMessage {
            id: Id::new(self.app.now(), &self.app.chance),
            news,
            once: format!("{} {} {to_kind} {to_id}", self.event.seq, gateway.id),
            gateway: gateway.id,
            to,
            case: Some(self.case),
            params: serde_json::to_value(self.params(lang)).unwrap_or_default(),
            sealed: None,
            region: self.told.place.at(Level::Township).unwrap_or_else(|| self.told.place.clone()),
            at: self.app.now(),
            send_at,
        }
    }

    /// Residents behind the case who wished it, by short message, never at night.
    fn for_residents(&self) -> Vec<NewMessage> {
        // Whoever confirmed the closing knows it.
        let is_known = self.event.kind == "case.closed" && self.told.closed_how == Some(ClosedHow::Confirmed);
        let gateway = rules::nearest(self.gateways, GatewayKind::Sms, &self.told.place);
        let Some(gateway) = gateway.filter(|_| !is_known && rules::RESIDENT_STEPS.contains(&self.event.kind.as_str()))
        else {
            return Vec::new();
        };
        let send_at = rules::send_at(self.app.now(), rules::RESIDENT_QUIET, false, &self.app.settings.zone);
        let message = |listener: &cases::Listener| {
            self.message(News::Step, gateway, Recipient::Report(listener.report), listener.lang, send_at)
        };
        self.told.listeners.iter().map(message).collect()
    }

    async fn for_staff(&self, db: &mut Conn, news: News, audience: Audience) -> Result<Vec<NewMessage>> {
        let (units, people) = match audience {
            Audience::Office => self.office(db).await?,
            Audience::Assigned => self.assigned(db).await?,
        };
        let mut messages = Vec::new();
        let owners: Vec<Owner> = units.keys_as(Owner::Unit).chain(people.iter().copied().map(Owner::Person)).collect();
        let wishes = store::wishes_unscoped(db, &owners).await?;
        let wishes = |owner: Owner| wishes.get(&owner).cloned().unwrap_or_else(Wishes::usual);
        for (unit, region) in &units.0 {
            messages.extend(self.to_unit(news, *unit, region, &wishes(Owner::Unit(*unit))));
        }
        let people: Vec<Id<Person>> = people.into_iter().collect();
        for reach in people::reach_unscoped(db, &people, self.app.today()).await? {
            messages.extend(self.to_person(news, &reach, &wishes(Owner::Person(reach.person))));
        }
        Ok(messages)
    }

    fn to_unit(&self, news: News, unit: Id<Unit>, region: &RegionCode, wishes: &Wishes) -> Vec<NewMessage> {
        let send_at = self.send_at(wishes);
        let mail = rules::nearest(self.gateways, GatewayKind::Mail, region)
            .filter(|_| wishes.address.is_some() && rules::wants(wishes.mail, self.is_emergency()));
        let ways = rules::robots(self.gateways, unit).chain(mail);
        ways.map(|gateway| self.message(news, gateway, Recipient::Unit(unit), Lang::Zh, send_at)).collect()
    }

    fn to_person(&self, news: News, reach: &people::Reach, wishes: &Wishes) -> Vec<NewMessage> {
        let send_at = self.send_at(wishes);
        let is_emergency = self.is_emergency();
        let sms = rules::nearest(self.gateways, GatewayKind::Sms, &reach.region)
            .filter(|_| reach.phone.is_some() && rules::wants(wishes.sms, is_emergency));
        let mail = rules::nearest(self.gateways, GatewayKind::Mail, &reach.region)
            .filter(|_| wishes.address.is_some() && rules::wants(wishes.mail, is_emergency));
        let to = Recipient::Person(reach.person);
        sms.into_iter().chain(mail).map(|gateway| self.message(news, gateway, to, reach.lang, send_at)).collect()
    }

    fn send_at(&self, wishes: &Wishes) -> Instant {
        let quiet = (wishes.quiet_from, wishes.quiet_until);
        rules::send_at(self.app.now(), quiet, self.is_emergency(), &self.app.settings.zone)
    }

    /// The office that answers for the place, and those who dispatch there.
    async fn office(&self, db: &mut Conn) -> Result<(Units, BTreeSet<Id<Person>>)> {
        let Some(township) = self.told.place.at(Level::Township) else { return Ok(Default::default()) };
        let today = self.app.today();
        let office = people::find_unit_unscoped(db, "government", Level::Township, &township, today).await?;
        let dispatchers = people::holders_unscoped(db, Role::TownshipDispatcher, &township, today).await?;
        Ok((Units(office.map(|unit| (unit.id, township)).into_iter().collect()), dispatchers.into_iter().collect()))
    }

    /// The units the case was given to, and who works there.
    async fn assigned(&self, db: &mut Conn) -> Result<(Units, BTreeSet<Id<Person>>)> {
        let mut placed = Vec::new();
        let mut people = BTreeSet::new();
        let found = people::placed_units_unscoped(db, &self.told.assigned).await?;
        for unit in &self.told.assigned {
            if let Some((_, region)) = found.get(unit) {
                placed.push((*unit, region.clone()));
            }
            let members = people::members_unscoped(db, *unit, self.app.today()).await?;
            people.extend(members.into_iter().map(|member| member.id));
        }
        Ok((Units(placed), people))
    }
}

/// Units, each with the place it works for.
#[derive(Default)]
struct Units(Vec<(Id<Unit>, RegionCode)>);

impl Units {
    fn keys_as<T>(&self, wrap: fn(Id<Unit>) -> T) -> impl Iterator<Item = T> {
        self.0.iter().map(move |(unit, _)| wrap(*unit))
    }
}
